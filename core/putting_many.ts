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
  /** Whether items are encoded by structured clone, and not by a codec. */
  readonly plain: boolean;
  /** Encodes one more item into the batch, or throws and leaves it as it was. */
  encode(batch: Outgoing, item: unknown): void;
}

/** Throws a TypeError unless `items` is iterable. */
export function checkIterable(items: unknown): void {
  if (typeof items === "string") return;
  if (typeof items === "object" && items !== null && typeof Reflect.get(items, Symbol.iterator) === "function") return;
  throw new TypeError(`items must be iterable, such as an array, not ${show(items)}.`);
}

/** Where a batch's items come from. */
interface Source {
  /** Whether all were read. */
  readonly finished: boolean;
  /** The first item of the last batch. */
  readonly first: unknown;
  /** Encodes items until the batch is full. Throws what refused an item; those before it are in. */
  fill(batch: Outgoing, to: Destination): void;
  /** Reads no more. */
  close(): void;
}

/** What ended it, and whether the items are to blame. */
interface Failure {
  readonly error: unknown;
  readonly refused: boolean;
}

/** Whether reading by index shows what iterating would. */
function isPlainArray(items: Iterable<unknown>): items is unknown[] {
  return Array.isArray(items) && items[Symbol.iterator] === Array.prototype.values;
}

/** An array, read as its iterator would read it, in a third of the time. */
class ArraySource implements Source {
  finished = false;
  first: unknown;
  readonly #items: readonly unknown[];
  #index = 0;

  constructor(items: readonly unknown[]) {
    this.#items = items;
  }

  fill(batch: Outgoing, to: Destination): void {
    const items = this.#items;
    let index = this.#index;
    try {
      // The length is read again each time: what reading and encoding run of the user's may change it.
      while (index < items.length) {
        if (batch.full) return;
        let item = items[index];
        if (batch.count === 0) this.first = item;
        if (to.plain && typeof item === "number") {
          index = batch.addIntegers(items, index, item);
          if (!batch.rejects) continue;
          item = batch.rejected;
        }
        to.encode(batch, item);
        index++;
      }
      this.finished = true;
    } finally {
      this.#index = index;
    }
  }

  close(): void {}
}

class IteratorSource implements Source {
  finished = false;
  first: unknown;
  readonly #iterator: Iterator<unknown>;

  constructor(items: Iterable<unknown>) {
    this.#iterator = items[Symbol.iterator]();
  }

  fill(batch: Outgoing, to: Destination): void {
    while (!batch.full) {
      const next = this.#next();
      if (next.done) {
        this.finished = true;
        return;
      }
      if (batch.count === 0) this.first = next.value;
      to.encode(batch, next.value);
    }
  }

  /** An iterator that throws, or breaks the rules, is asked no more, not even to close. */
  #next(): IteratorResult<unknown> {
    this.finished = true;
    const next = this.#iterator.next();
    if (typeof next !== "object" || next === null) {
      throw new TypeError(`items must be iterable, but its iterator gave ${show(next)} where an object is due.`);
    }
    this.finished = false;
    return next;
  }

  close(): void {
    this.#iterator.return?.();
  }
}

/**
 * Puts `items`, and gives how many went in: fewer than all if the wait was ended in between; if it ended before any went
 * in, that is thrown. An item that is refused for what it is (or an iterator that throws) ends it with that error, after all items before it
 * were put; `error.put` says how many were. Items are read one batch ahead, so that endless iterables are held back by a full queue.
 */
export function* putMany(to: Destination, items: Iterable<unknown>, until: number): Steps<number | undefined, number> {
  const source = isPlainArray(items) ? new ArraySource(items) : new IteratorSource(items);
  let put = 0;
  let failure: Failure | undefined;
  try {
    while (!source.finished && failure === undefined) {
      const batch = new Outgoing(to.thread);
      try {
        source.fill(batch, to);
      } catch (error) {
        failure = { error, refused: true };
      }
      const wanted = put + batch.count;
      if (batch.count === 0) {
        batch.discard();
        break;
      }
      const putting = new Putting(to.thread, to.at, batch, until, to.complaints, put, source.first);
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
    failure = closed(source, failure);
  }
  if (failure === undefined) return put;
  throw failure.refused || put > 0 ? withPut(failure.error, put) : failure.error;
}

/** Closes `source` if not all of it was read. What that throws counts as an error of the items, unless there was one before. */
function closed(source: Source, failure: Failure | undefined): Failure | undefined {
  try {
    if (!source.finished) source.close();
  } catch (error) {
    return failure ?? { error, refused: true };
  }
  return failure;
}

function withPut(error: unknown, put: number): unknown {
  if (typeof error === "object" && error !== null && Object.isExtensible(error)) Object.assign(error, { put });
  return error;
}
