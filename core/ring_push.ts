/**
 * The producers' side of a ring.
 * @module
 */
import { AT_ONCE } from "./deadline.ts";
import { compareExchange, exchange, notify } from "./memory.ts";
import { CONTENDED, LATE, lockSlow } from "./mutex.ts";
import { LINK_WORDS } from "./record.ts";
import {
  copyAt,
  GETTERS,
  INDEX,
  LIMIT,
  MAX_UNITS,
  NEXT_LOOK,
  nextWord,
  NO_LOCK,
  NOT_YET,
  P_BLOCK,
  P_CHAIN,
  P_COPIES,
  P_INSISTS,
  P_LOCK,
  P_SEGMENT,
  P_UNITS,
  P_WORD,
  SHUT,
  TAIL,
  UNITS_SEEN,
} from "./ring.ts";
import { type Batch, commitPut, copyIn, slots } from "./ring_batch.ts";
import { pushEach, repairPush } from "./ring_push_each.ts";
import { reserveWake } from "./stack.ts";
import type { Seat } from "./threads.ts";

/**
 * Puts as many records of `batch` as fit, in order, by one commit. Gives how many, or `SHUT`, or `NO_LOCK` at `until`, or
 * `NOT_YET` if the caller lets others go first (`patient`, and `until` is not `AT_ONCE`) and another thread insists. `AT_ONCE` waits
 * for nothing but the lock, and for that as long as it takes.
 */
export function push(seat: Seat, at: number, batch: Batch, until: number, patient: boolean): number {
  at &= INDEX;
  const words = seat.memory.words;
  const lock = at + P_LOCK;
  reserveWake(words, at + GETTERS);
  if (compareExchange(words, lock, 0, seat.id) !== 0 && lockSlow(words, lock, seat.id, until || Infinity) === LATE) {
    return NO_LOCK;
  }
  try {
    if ((words[at + P_BLOCK] | words[at + P_CHAIN]) !== 0) repairPush(seat.memory, at);
    const insists = words[at + P_INSISTS];
    if (insists !== 0 && patient && until !== AT_ONCE && insists !== seat.id && words[at + P_WORD] >= 0) return NOT_YET;
    return pushLocked(seat, at, batch);
  } finally {
    let held = 0;
    try {
      held = exchange(words, lock, 0);
    } catch (error) {
      // No stack for one call more: see mutex.ts.
      words[lock] = 0;
      // deno-lint-ignore no-unsafe-finally -- what unwound is the same overflow
      throw error;
    }
    if ((held & CONTENDED) !== 0) notify(words, lock, 1);
  }
}

/**
 * The way of almost every push, written for it: the batch goes in as a whole, behind what is in the segment already. P_NEXT stays as
 * it is: no block and no chain changes hands (the repair before has seen to that), and only with one is P_NEXT looked at.
 */
function pushLocked(seat: Seat, at: number, batch: Batch): number {
  const { words } = seat.memory;
  const word = words[at + P_WORD];
  if (word < 0) return SHUT;
  const copy = copyAt(at + P_COPIES, word);
  const { begin, end, count } = batch;
  const length = end - begin;
  const tail = words[copy + TAIL];
  const limit = words[copy + LIMIT];
  // Inline records take as many units as pairs of words.
  const units = words[copy + P_UNITS] + (length >> 1);
  if (
    batch.endsLarge || tail + length + LINK_WORDS > limit || limit > words.length ||
    ((units - words[at + UNITS_SEEN]) | 0) > words[at + MAX_UNITS] || ((units - words[at + NEXT_LOOK]) | 0) > 0 ||
    slots(words, at, word, count) < count
  ) return pushEach(seat, at, batch, word);
  copyIn(seat.memory, tail, batch, begin, length);
  commitPut(words, at, nextWord(word, count), tail + length, limit, words[copy + P_SEGMENT], units);
  batch.begin = end;
  batch.count = 0;
  return count;
}
