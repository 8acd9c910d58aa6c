/**
 * `Event`: something that has happened, or not yet.
 *
 * ```text
 * +16  TURNS    how often it was set or cleared; odd: it is set
 * +32  WAITERS  wait set
 * ```
 *
 * Who waits remembers TURNS, which was even, and is done as soon as it differs: it was set then, though it may be clear
 * again by now. A plain flag would let a waiter miss a `set` that a `clear` follows at once. One compareExchange of
 * TURNS is the whole change, so a death leaves nothing to repair.
 * @module
 */
import { cellAt } from "./cells.ts";
import { deadline } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import type { Handle } from "./handles.ts";
import { EVENT, registerKind } from "./kinds.ts";
import { compareExchange, load } from "./memory.ts";
import { createPlace, openAt, Place, placeOf, refuseArgument, SharedObject } from "./shared_object.ts";
import { reserveWake } from "./stack.ts";
import type { Thread } from "./thread.ts";
import { recoverWaitSet, wakeAll } from "./wait_set.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";
import type { Operation } from "./waiter.ts";
import { runAsync, runSync } from "./waiter.ts";

const TURNS = 16;
const WAITERS = 32;

/** Whether the event whose cell begins at word `at` is set. */
function isSet(words: Int32Array, at: number): boolean {
  return (load(words, at + TURNS) & 1) !== 0;
}

/** Waits for a `set` that comes after its making; the event was clear then. */
class Waiting implements Operation<boolean> {
  readonly sets: readonly number[];
  readonly #thread: Thread;
  readonly #turns: number;
  readonly #before: number;

  constructor(thread: Thread, at: number, before: number) {
    this.sets = [at + WAITERS];
    this.#thread = thread;
    this.#turns = at + TURNS;
    this.#before = before;
  }

  ready(): boolean {
    return load(this.#thread.memory.words, this.#turns) !== this.#before;
  }

  attempt(): boolean {
    return this.ready();
  }

  result(): boolean {
    return true;
  }

  late(): boolean {
    return this.ready();
  }

  aborted(reason: unknown): never {
    throw reason;
  }
}

/**
 * A flag that threads wait for. `set` wakes all who wait; who began to wait before it is told so even if `clear` follows
 * at once.
 *
 * `close` and `handle` stand with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { Event } from "@isthmus/isthmus";
 *
 * const started = new Event();
 * setTimeout(() => started.set(), 10);
 * console.log(await started.wait()); // true
 * ```
 */
export class Event extends SharedObject implements Waitable {
  /**
   * Makes an event that is not set. Costs about a microsecond and 1 KiB of shared memory.
   *
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor();
  /** @ignore */
  constructor(given?: unknown) {
    if (given !== undefined && !(given instanceof Place)) refuseArgument(given, "Event");
    super(given ?? createPlace(EVENT, () => {}), "Event");
  }

  /** Whether it is set. */
  isSet(): boolean {
    this.check();
    return isSet(this.thread.memory.words, this.base);
  }

  /** Sets it, and wakes all who wait. Does nothing if it is set. */
  set(): void {
    reserveWake(this.thread.memory.words, this.base + WAITERS);
    // After the change: a waiter that is not in the set yet looks again after it is.
    if (this.#turn(0)) wakeAll(this.thread.memory, this.base + WAITERS);
  }

  /** Clears it. Does nothing if it is clear. */
  clear(): void {
    this.#turn(1);
  }

  /** Sets a clear event (`from` 0), or clears a set one (`from` 1). False if it was not so. */
  #turn(from: number): boolean {
    this.check();
    const { words } = this.thread.memory;
    for (let turns = load(words, this.base + TURNS); (turns & 1) === from;) {
      const seen = compareExchange(words, this.base + TURNS, turns, (turns + 1) | 0);
      if (seen === turns) return true;
      turns = seen;
    }
    return false;
  }

  /**
   * Waits until it is set, which it may be already, and gives true; false when it was not within `timeout`.
   *
   * @throws {IsthmusError} with code `"ISTHMUS_CLOSED"` if this handle was closed, before or meanwhile
   */
  wait(options?: WaitOptions): Promise<boolean> {
    try {
      const until = deadline(options, "async");
      this.check();
      if (options?.signal?.aborted) throw options.signal.reason;
      const waiting = this.#waiting();
      const { parker } = this.thread;
      return waiting === undefined ? parker.turn(true) : runAsync(parker, waiting, until, options?.signal, this);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Event.wait}, blocking this thread while it waits. */
  waitSync(options?: SyncOptions): boolean {
    const until = deadline(options, "sync");
    this.check();
    const waiting = this.#waiting();
    return waiting === undefined || runSync(this.thread.parker, waiting, until);
  }

  /**
   * For `wait([...])`.
   * @ignore
   */
  [WAITABLE](): Watched {
    const { thread, base } = this;
    const lease = this[SHARED];
    return {
      thread,
      sets: [base + WAITERS],
      ready: () => !lease.open || isSet(thread.memory.words, base),
    };
  }

  /** The wait that begins now; undefined if it is set. */
  #waiting(): Waiting | undefined {
    const turns = load(this.thread.memory.words, this.base + TURNS);
    return (turns & 1) !== 0 ? undefined : new Waiting(this.thread, this.base, turns);
  }

  /**
   * Opens the event of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of an Event
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the event open any more
   */
  static attach(handle: Handle): Event {
    return openAt(Event, placeOf(handle, EVENT, "Event"));
  }
}

registerKind(EVENT, {
  name: "Event",
  open: (thread, cell) => openAt<Event>(Event, new Place(thread, cell)),
  destroy() {},
  recover(thread, cell, id) {
    recoverWaitSet(thread.memory, cellAt(cell) + WAITERS, id & 0xff);
  },
});
