/**
 * Putting many items: encoded and put in order, a batch at a time.
 * @module
 */
import { show } from "./deadline.ts";
import { Outgoing } from "./outgoing.ts";
import { Putting } from "./putting.ts";
import type { Complaints } from "./putting.ts";
import type { Steps } from "./steps.ts";
import type { Thread } from "./thread.ts";

/** Into which ring, and how. */
export interface Destination {
  readonly thread: Thread;
  /** Word index of the ring's cell. */
  readonly at: number;
  readonly complaints: Complaints;
  /** Encodes one more item into the batch, or throws and leaves it as it was. */
  encode(batch: Outgoing, item: unknown): void;
}

/** Throws a TypeError unless `items` is iterable. */
export function checkIterable(items: unknown): void {
  if (typeof items === "string" || typeof items === "object" && items !== null && Symbol.iterator in items) return;
  throw new TypeError(`items must be iterable, such as an array, not ${show(items)}.`);
}

/**
 * Puts `items`, and gives how many went in: fewer than all if the wait was ended in between; if it ended before any went
 * in, that is thrown. An item that is refused for what it is (or an iterator that throws) ends it with that error, after all items before it
 * were put; `error.put` says how many were. Items are read one batch ahead, so that endless iterables are held back by a full queue.
 */
export function* putMany(to: Destination, items: Iterable<unknown>, until: number): Steps<number | undefined, number> {
  const iterator = items[Symbol.iterator]();
  let finished = false;
  let put = 0;
  let failure: { error: unknown; refused: boolean } | undefined;
  let first: unknown;
  const fill = (batch: Outgoing): void => {
    try {
      while (!batch.full) {
        const next = iterator.next();
        if (next.done) {
          finished = true;
          return;
        }
        if (batch.count === 0) first = next.value;
        to.encode(batch, next.value);
      }
    } catch (error) {
      failure = { error, refused: true };
    }
  };
  try {
    while (!finished && failure === undefined) {
      const batch = new Outgoing(to.thread);
      fill(batch);
      const wanted = put + batch.count;
      if (batch.count === 0) {
        batch.discard();
        break;
      }
      const putting = new Putting(to.thread, to.at, batch, until, to.complaints, put, first);
      try {
        to.complaints.check();
        put = (yield putting) ?? put;
      } catch (error) {
        batch.discard();
        put = putting.put;
        failure ??= { error, refused: false };
        break;
      }
      if (put < wanted) break;
    }
  } finally {
    if (!finished) iterator.return?.();
  }
  if (failure === undefined) return put;
  throw failure.refused || put > 0 ? withPut(failure.error, put) : failure.error;
}

function withPut(error: unknown, put: number): unknown {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) Object.assign(error, { put });
  return error;
}
