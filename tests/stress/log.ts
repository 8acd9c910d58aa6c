/**
 * What a lane (a task of a worker that does one call after another) did, in shared memory, so that it outlives the worker.
 *
 * ```text
 * word 0            how many records there are
 * record            KIND, ITEM, FROM, TO, MOST: what was called, with or for which item, when it began and when it ended, and how
 *                   many items the call was to take
 * ```
 * Times are readings of one shared counter, so that "ended before the other began" is exact.
 * @module
 */

export const PUT = 1;
export const GET = 2;
export const DONE = 3;

/** In TO: the call has not come back, or its thread was told to end in it: it may or may not have taken effect. */
export const OPEN = 0;
/** In TO: it came to nothing, and said so. */
export const REFUSED = -1;

const WORDS = 5;
/** So many records a lane's log holds. */
export const CAPACITY = 100_000;

/** One call, or one item of a call with several. */
export interface Call {
  readonly kind: number;
  readonly item: number;
  readonly from: number;
  readonly to: number;
  readonly most: number;
  /** Of a get that said that the queue is empty: when. */
  readonly emptyAt: number;
}

/** An empty log for so many records. */
export function createLog(capacity: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (1 + WORDS * capacity)));
}

/** Writes the log of one lane. */
export class Lane {
  readonly #words: Int32Array;
  readonly #clock: Int32Array;

  constructor(words: Int32Array, clock: Int32Array) {
    this.#words = words;
    this.#clock = clock;
  }

  /** Whether a call of several items more might not fit. */
  get full(): boolean {
    return this.#words[0] > this.#words.length / WORDS - 200;
  }

  #now(): number {
    return Atomics.add(this.#clock, 0, 1) + 1;
  }

  /** Writes that a call begins: a put of `items`, or a get or the ends of at most `most`. Gives the place of its first record. */
  begin(kind: number, items: readonly number[], most: number): number {
    const first = this.#words[0];
    const from = this.#now();
    for (const [i, item] of items.entries()) {
      this.#words.set([kind, item, from, OPEN, i === 0 ? most : 0], 1 + (first + i) * WORDS);
    }
    Atomics.store(this.#words, 0, first + items.length);
    return first;
  }

  /** Writes that the put of `count` items that begins at record `first` came back, with `done` of them put. */
  endPut(first: number, count: number, done: number): void {
    const to = this.#now();
    for (let i = 0; i < count; i++) this.#words[1 + (first + i) * WORDS + 3] = i < done ? to : REFUSED;
  }

  /**
   * Writes that the get at record `first`, the last one, came back with `items`. The first of them last: a thread that is
   * killed in here leaves the call open, and it may have taken the items that are not written.
   */
  endGet(first: number, items: readonly number[]): void {
    const to = this.#now();
    const at = 1 + first * WORDS;
    for (let i = 1; i < items.length; i++) this.#words.set([GET, items[i], this.#words[at + 2], to, 0], at + i * WORDS);
    Atomics.store(this.#words, 0, first + Math.max(items.length, 1));
    if (items.length > 0) this.#words[at + 1] = items[0];
    Atomics.store(this.#words, at + 3, to);
  }

  /** Writes that the call at record `first` came to nothing. */
  refuse(first: number): void {
    this.#words[1 + first * WORDS + 3] = REFUSED;
  }
}

/** The calls in a log. */
export function callsIn(words: Int32Array): Call[] {
  const count = Atomics.load(words, 0);
  return Array.from({ length: count }, (_, i) => {
    const [kind, noted, from, to, most] = words.subarray(1 + i * WORDS, 1 + (i + 1) * WORDS);
    const item = kind === GET && to === OPEN ? 0 : noted;
    return { kind, item, from, to, most, emptyAt: kind === GET && item === 0 && to > 0 ? to : 0 };
  });
}
