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

/**
 * Puts `items`, and gives how many went in: fewer than all if the wait was ended in between; if it ended before any went
 * in, that is thrown. An item that is refused for what it is (or an iterator that throws) ends it with that error, after all items before it
 * were put; `error.put` says how many were. Items are read one batch ahead, so that endless iterables are held back by a full queue.
 */
export function* putMany(to: Destination, items: Iterable<unknown>, until: number): Steps<number | undefined, number> {
  if (typeof items !== "object" && typeof items !== "string" || items === null || !(Symbol.iterator in Object(items))) {
    throw new TypeError(`items must be iterable, such as an array, not ${show(items)}.`);
  }
  const iterator = items[Symbol.iterator]();
  let finished = false;
  let put = 0;
  let failure: { error: unknown } | undefined;
  const fill = (batch: Outgoing): void => {
    try {
      while (!batch.full) {
        const next = iterator.next();
        if (next.done) {
          finished = true;
          return;
        }
        to.encode(batch, next.value);
      }
    } catch (error) {
      failure = { error };
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
      try {
        put = (yield new Putting(to.thread, to.at, batch, until, to.complaints, put)) ?? put;
      } catch (error) {
        failure ??= { error };
        break;
      }
      if (put < wanted) break;
    }
  } finally {
    if (!finished) iterator.return?.();
  }
  if (failure === undefined) return put;
  throw withPut(failure.error, put);
}

function withPut(error: unknown, put: number): unknown {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) Object.assign(error, { put });
  return error;
}
