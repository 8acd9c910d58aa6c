/**
 * What producers put into a ring, and what both their ways of doing it share.
 * @module
 */
import { copyBytes, copyPairs } from "./copy.ts";
import { load, store } from "./memory.ts";
import {
  C_WORD,
  copyAt,
  countIn,
  difference,
  LIMIT,
  LOOP_WORDS,
  MAXSIZE,
  P_COPIES,
  P_SEGMENT,
  P_UNITS,
  P_WORD,
  TAIL,
  TAKES_SEEN,
} from "./ring.ts";
import type { Memory } from "./views.ts";

/** Encoded records on their way in: `count` of them, one after another in `words` from `begin` to `end`. A push moves `begin` on. */
export interface Batch {
  words: Int32Array;
  /** The same memory. */
  bytes: Uint8Array;
  begin: number;
  end: number;
  count: number;
  /** Whether the last one lies out of line. */
  endsLarge: boolean;
}

/** How many of `wanted` items `maxsize` leaves room for. The consumers' line is looked at only when the last look does not suffice. */
export function slots(words: Int32Array, at: number, word: number, wanted: number): number {
  const maxsize = words[at + MAXSIZE];
  if (maxsize === 0) return wanted;
  const puts = countIn(word);
  let free = maxsize - difference(puts, words[at + TAKES_SEEN]);
  if (free < wanted) {
    words[at + TAKES_SEEN] = countIn(load(words, at + C_WORD));
    free = maxsize - difference(puts, words[at + TAKES_SEEN]);
  }
  return Math.min(free, wanted);
}

/** Copies `length` words of the batch, from word `from` on, to word `at` of the ring. */
export function copyIn(memory: Memory, at: number, batch: Batch, from: number, length: number): void {
  if (length > LOOP_WORDS) return copyBytes(memory.bytes, at * 4, batch.bytes, from * 4, length * 4);
  copyPairs(memory.words, at, batch.words, from, length);
}

/** The commit. Everything above it is invisible before its last store, and final after it. */
export function commitPut(
  words: Int32Array,
  at: number,
  next: number,
  tail: number,
  limit: number,
  segment: number,
  units: number,
): void {
  const copy = copyAt(at + P_COPIES, next);
  words[copy + TAIL] = tail;
  words[copy + LIMIT] = limit;
  words[copy + P_SEGMENT] = segment;
  words[copy + P_UNITS] = units;
  store(words, at + P_WORD, next);
}
