/**
 * What `wait([...])` needs of an object.
 *
 * An object says by `[WAITABLE]()` what to look at and which wait sets' wakers change it. When its handle is closed it counts
 * as ready, so closing goes in this order, which `Lease.close` keeps: it counts as closed; the waiters whose owner it is are
 * aborted, `wait` among them, which then finds it ready; its words are let go of.
 * @module
 */
import type { Thread } from "./thread.ts";

/** The property that the classes of such objects have, on their prototypes. */
export const WAITABLE: unique symbol = Symbol.for("isthmus.waitable");

/** What to look at while waiting. */
export interface Watched {
  /** This thread in the arena in which the object's words lie. */
  readonly thread: Thread;
  /** The wait sets whose wakers make it ready; none if it is ready for ever. */
  readonly sets: readonly number[];
  /** Whether it is ready, or closed. Called in a loop: loads only. */
  ready(): boolean;
  /** Called once before the sets are used, if the words could go for another reason than a close. */
  keep?(): void;
  /** Called once when the sets are used no longer, if `keep` was. */
  release?(): void;
}

/** An object that `wait` takes: a Connection, Queue, JoinableQueue, SimpleQueue, Process or Event. */
export interface Waitable {
  /**
   * What to look at. Does not throw because the object is closed.
   * @ignore
   */
  [WAITABLE](): Watched;
}
