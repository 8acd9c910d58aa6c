/**
 * The consumers' side of a ring.
 * @module
 */
import { freeChain, row } from "./arena.ts";
import { assert } from "./assert.ts";
import { copyBytes, copyPairs } from "./copy.ts";
import type { Inbox } from "./encode/scratch.ts";
import { BLOCK_WORDS } from "./layout.ts";
import { compareExchange, exchange, load, notify, store } from "./memory.ts";
import { AT_ONCE } from "./deadline.ts";
import { CONTENDED, LATE, lockSlow } from "./mutex.ts";
import { kindOfRecord, LARGE, LINK, TEXT, unitsOfRecord, wordsOfRecord } from "./record.ts";
import {
  C_BLOCK,
  C_CHAIN,
  C_COPIES,
  C_INSISTS,
  C_LOCK,
  C_NEXT,
  C_SEGMENT,
  C_UNITS,
  C_WORD,
  copyAt,
  countIn,
  difference,
  DROPS,
  FIRST_SEGMENT,
  HEAD,
  INDEX,
  LOOP_WORDS,
  nextWord,
  NO_LOCK,
  NOT_YET,
  P_WORD,
  PUTS_SEEN,
  PUTTERS,
  segmentEnd,
  SHUT,
} from "./ring.ts";
import { ANYTHING, MOST_LINKS, refusal } from "./ring_look.ts";
import { reserveStack, reserveWake } from "./stack.ts";
import { isAlone, noteTaker, readInPlace } from "./text_record.ts";
import type { Seat } from "./threads.ts";
import type { Memory } from "./views.ts";

/** Words of an inbox that a pop may fill. Beyond a batch of small records it holds one of the largest. */
export const INBOX_WORDS: number = BLOCK_WORDS;

/** Where the next record is. One object for all pops: a pop is never interrupted by another of the same thread. */
const cursor = { head: 0, segment: 0, left: 0, links: 0 };

/**
 * Takes at most `max` records, in order, by one commit, and copies them one after another to the start of `inbox`; one text, if
 * nobody else takes any, is read instead (text_record.ts). An item that lies out of line ends the batch; its chain of blocks is private to this thread from then on. Gives how many, or
 * `SHUT` (shut down and drained), or `NO_LOCK` at `until`, or `NOT_YET` if the caller lets others go first (`patient`, and
 * `until` is not `AT_ONCE`) and another thread insists. `AT_ONCE` waits for nothing but the lock, and for that as long as it takes.
 * With `drop`, takes what a shutdown left to be dropped. What is not `wanted` stays: then it gives what `refusal` gave.
 */
export function pop(
  seat: Seat,
  at: number,
  inbox: Inbox,
  max: number,
  until: number,
  patient: boolean,
  drop = false,
  wanted: number = ANYTHING,
): number {
  at &= INDEX;
  inbox.reserve(INBOX_WORDS * 4);
  const words = seat.memory.words;
  const lock = at + C_LOCK;
  reserveWake(words, at + PUTTERS);
  if (compareExchange(words, lock, 0, seat.id) !== 0 && lockSlow(words, lock, seat.id, until || Infinity) === LATE) {
    return NO_LOCK;
  }
  try {
    noteTaker(words, at, seat.id);
    if ((words[at + C_BLOCK] | words[at + C_CHAIN]) !== 0) repairPop(seat, at, false);
    const insists = words[at + C_INSISTS];
    if (insists !== 0 && patient && until !== AT_ONCE && insists !== seat.id && load(words, at + P_WORD) >= 0) {
      return NOT_YET;
    }
    const refused = wanted === ANYTHING ? 0 : refusal(seat, at, wanted);
    return refused !== 0 ? refused : popLocked(seat, at, inbox, max, drop);
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
 * The way of almost every pop of one record, written for it: the record lies inline, in the segment, and in memory that was seen.
 * C_NEXT, C_BLOCK and C_CHAIN stay as they are: no block changes hands, and the repair before has left the last two 0.
 */
function popLocked(seat: Seat, at: number, inbox: Inbox, max: number, drop: boolean): number {
  at &= INDEX;
  const { memory } = seat;
  const { words } = memory;
  const word = words[at + C_WORD];
  if (word < 0 && !drop) return SHUT;
  const available = countAvailable(words, at, word, max);
  if (available <= 0) return available;
  const copy = copyAt(at + C_COPIES, word);
  const head = words[copy + HEAD];
  const segment = words[copy + C_SEGMENT];
  const end = segmentEnd(at, segment);
  if (available !== 1 || drop || end > words.length) return popEach(seat, at, inbox, available, word, drop);
  const header = words[head];
  const kind = kindOfRecord(header);
  const length = wordsOfRecord(header);
  if (kind === LINK || kind === LARGE || head < segment || head + length > end || length < 2 || (length & 1) !== 0) {
    return popEach(seat, at, inbox, 1, word, false);
  }
  if (kind !== TEXT || !isAlone(words, at) || !readInPlace(inbox, memory, head, length)) {
    copyOut(inbox, 0, memory, head, length);
  }
  commitTake(words, at, copy, nextWord(word, 1), head + length, segment, words[copy + C_UNITS] + (length >> 1), 0);
  return 1;
}

/** The commit, after the copy at word `copy`: the records are ours, and so are the segment left behind and the chain. */
function commitTake(
  words: Int32Array,
  at: number,
  copy: number,
  next: number,
  head: number,
  segment: number,
  units: number,
  drops: number,
): void {
  const other = copyAt(at + C_COPIES, next);
  words[other + HEAD] = head;
  words[other + C_SEGMENT] = segment;
  words[other + C_UNITS] = units;
  words[other + DROPS] = words[copy + DROPS] + drops;
  store(words, at + C_WORD, next);
}

/** Takes the `available` records one by one, as far as one commit goes, after the commit word `word`. The lock is held. */
function popEach(seat: Seat, at: number, inbox: Inbox, available: number, word: number, drop: boolean): number {
  const { memory } = seat;
  let words = memory.words;
  const copy = copyAt(at + C_COPIES, word);
  cursor.head = words[copy + HEAD];
  cursor.segment = words[copy + C_SEGMENT];
  cursor.left = 0;
  cursor.links = 0;
  if (segmentEnd(at, cursor.segment) > words.length) words = follow(seat, cursor.segment);
  let units = words[copy + C_UNITS];
  let { head } = cursor;
  let end = segmentEnd(at, cursor.segment);
  let filled = 0;
  let popped = 0;
  let chain = 0;
  // Records that lie one after another are copied at once.
  let copied = 0;
  while (popped < available && chain === 0) {
    const header = words[head];
    const kind = kindOfRecord(header);
    if (kind === LINK) {
      copyOut(inbox, copied, memory, head - (filled - copied), filled - copied);
      copied = filled;
      if (!followLink(seat, at, words[head + 1])) break;
      words = memory.words;
      head = cursor.head;
      end = segmentEnd(at, cursor.segment);
      continue;
    }
    const length = wordsOfRecord(header);
    // A length that no producer writes would lead the loop astray.
    if (length < 2 || (length & 1) !== 0 || head + length > end) badRecord(head, length);
    if (filled + length > INBOX_WORDS) break;
    units += unitsOfRecord(words, head);
    if (kind === LARGE) {
      // Before the commit: afterwards the chain is ours to free, whatever happens.
      reserveStack();
      chain = words[head + 1];
    }
    head += length;
    filled += length;
    popped++;
  }
  copyOut(inbox, copied, memory, head - (filled - copied), filled - copied);
  const next = nextWord(word, popped);
  words[at + C_NEXT] = next;
  words[at + C_BLOCK] = cursor.left;
  words[at + C_CHAIN] = chain;
  commitTake(words, at, copy, next, head, cursor.segment, units, drop ? popped : 0);
  if ((cursor.left | chain) !== 0) repairPop(seat, at, true);
  return popped;
}

/** How many of `max` items are there. The producers' line is looked at only when the last look does not suffice. */
function countAvailable(words: Int32Array, at: number, word: number, max: number): number {
  const takes = countIn(word);
  let available = difference(words[at + PUTS_SEEN], takes);
  if (available < max) {
    const put = load(words, at + P_WORD);
    words[at + PUTS_SEEN] = countIn(put);
    available = difference(countIn(put), takes);
    if (available === 0 && put < 0) return SHUT;
  }
  return Math.min(available, max);
}

/** Goes where a link leads. False if that leaves a second segment behind, which is for the next commit. */
function followLink(seat: Seat, at: number, target: number): boolean {
  assert(++cursor.links <= MOST_LINKS, "links lead in a circle");
  if (target !== cursor.segment) {
    if (cursor.left !== 0) return false;
    assert(target % BLOCK_WORDS === 0 && target > 0, `a link leads to word ${target}`);
    if (cursor.segment !== at + FIRST_SEGMENT) cursor.left = cursor.segment / BLOCK_WORDS;
    cursor.segment = target;
    follow(seat, target);
  }
  cursor.head = target;
  return true;
}

function follow(seat: Seat, segment: number): Int32Array {
  seat.memory.cover(segment + BLOCK_WORDS - 1);
  assert(segment + BLOCK_WORDS <= seat.memory.words.length, `a segment begins at word ${segment}, beyond the memory`);
  return seat.memory.words;
}

function badRecord(head: number, length: number): never {
  assert(false, `a record of ${length} words lies at word ${head}`);
}

function copyOut(inbox: Inbox, at: number, memory: Memory, from: number, length: number): void {
  if (length > LOOP_WORDS) return copyBytes(inbox.bytes, at * 4, memory.bytes, from * 4, length * 4);
  copyPairs(inbox.words, at, memory.words, from, length);
}

/**
 * After a commit: makes the chain that was taken private to this thread (`keepChain`) or frees it, since who took it is
 * gone, and frees the segment left behind. Without a commit there is nothing to do. The lock is held.
 *
 * The order: own the blocks, then forget them, then free. A death after "own" leaves them to the sweep; freed before they
 * are forgotten, they could be freed again in the hands of a new owner.
 */
export function repairPop(seat: Seat, at: number, keepChain: boolean): void {
  const { words } = seat.memory;
  const committed = words[at + C_WORD] === words[at + C_NEXT];
  const left = words[at + C_BLOCK];
  const chain = words[at + C_CHAIN];
  if (committed) {
    // Unconditionally: the producer may not have published its chain yet, and its compareExchange fails then.
    if (left !== 0) store(words, row(left), seat.id);
    if (chain !== 0) store(words, row(chain), seat.id);
  }
  words[at + C_BLOCK] = 0;
  words[at + C_CHAIN] = 0;
  if (!committed) return;
  if (left !== 0) freeChain(seat.memory, left, seat.id);
  if (chain !== 0 && !keepChain) freeChain(seat.memory, chain, seat.id);
}
