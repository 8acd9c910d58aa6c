/**
 * Putting records into a ring one by one: for what the quick way of ring_push.ts does not do.
 * @module
 */
import { claimRun, FREE, handOver, PUBLISHED } from "./arena.ts";
import { assert } from "./assert.ts";
import { BLOCK_WORDS } from "./layout.ts";
import { lookBack } from "./lead.ts";
import { load, store } from "./memory.ts";
import { kindOfRecord, LARGE, LINK, LINK_WORDS, unitsOfRecord, wordsOfRecord } from "./record.ts";
import {
  BYTES_WANTED,
  C_COPIES,
  C_SEGMENT,
  C_WORD,
  copyAt,
  HEAD,
  LIMIT,
  MAX_UNITS,
  NEXT_LOOK,
  nextWord,
  P_BLOCK,
  P_CHAIN,
  P_COPIES,
  P_ID,
  P_NEXT,
  P_SEGMENT,
  P_UNITS,
  P_WORD,
  segmentEnd,
  TAIL,
  takenOf,
  UNITS_SEEN,
} from "./ring.ts";
import { type Batch, commitPut, copyIn, slots } from "./ring_batch.ts";
import type { Seat } from "./threads.ts";
import type { Memory } from "./views.ts";

/**
 * Where the next record of the batch lies and where it goes, the units put so far with it, and the chain of an item out of
 * line. One object for all pushes: a push is never interrupted by another of the same thread.
 */
const cursor = { begin: 0, tail: 0, limit: 0, segment: 0, units: 0, block: 0, chain: 0 };

/** Puts as many records of the batch as fit, after the commit word `word`, and gives how many. The lock is held. */
export function pushEach(seat: Seat, at: number, batch: Batch, word: number): number {
  let words = seat.memory.words;
  const copy = copyAt(at + P_COPIES, word);
  cursor.begin = batch.begin;
  cursor.tail = words[copy + TAIL];
  cursor.limit = words[copy + LIMIT];
  cursor.segment = words[copy + P_SEGMENT];
  cursor.units = words[copy + P_UNITS];
  cursor.block = 0;
  cursor.chain = 0;
  if (cursor.limit > words.length) words = covered(seat.memory, cursor.limit);
  const room = slots(words, at, word, batch.count);
  // Refused by `maxsize`: who lacks bytes besides says so too, since the take that makes a place may not make room for it.
  if (room <= 0) {
    fits(words, at, cursor.units + unitsOfRecord(batch.words, batch.begin));
    return 0;
  }
  const pushed = copyEach(seat, at, batch, room);
  if (pushed === 0) return 0;
  words = seat.memory.words;
  // Before the commit: should the stack end in it, nothing was put.
  if (((cursor.units - words[at + NEXT_LOOK]) | 0) > 0) lookBack(words, at, cursor.units);
  const next = nextWord(word, pushed);
  words[at + P_NEXT] = next;
  if (cursor.chain !== 0) {
    words[at + P_ID] = seat.id;
    words[at + P_CHAIN] = cursor.chain;
  }
  commitPut(words, at, next, cursor.tail, cursor.limit, cursor.segment, cursor.units);
  if ((cursor.chain | cursor.block) !== 0) repairPush(seat.memory, at);
  batch.begin = cursor.begin;
  batch.count -= pushed;
  return pushed;
}

/** Copies records of the batch, `room` at most, as far as they fit, and gives how many. */
function copyEach(seat: Seat, at: number, batch: Batch, room: number): number {
  const { memory } = seat;
  let words = memory.words;
  const { words: source } = batch;
  let { begin, tail, units } = cursor;
  let pushed = 0;
  // Records that lie one after another on both sides are copied at once.
  let copied = begin;
  while (pushed < room) {
    const header = source[begin];
    const length = wordsOfRecord(header);
    const size = unitsOfRecord(source, begin);
    if (!fits(words, at, units + size)) break;
    if (tail + length + LINK_WORDS > cursor.limit) {
      copyIn(memory, tail - (begin - copied), batch, copied, begin - copied);
      copied = begin;
      cursor.tail = tail;
      if (!makeRoom(seat, at, length + LINK_WORDS)) break;
      words = memory.words;
      tail = cursor.tail;
    }
    if (kindOfRecord(header) === LARGE) cursor.chain = source[begin + 1];
    tail += length;
    begin += length;
    units += size;
    pushed++;
  }
  copyIn(memory, tail - (begin - copied), batch, copied, begin - copied);
  cursor.begin = begin;
  cursor.tail = tail;
  cursor.units = units;
  return pushed;
}

/** Whether `maxBytes` allows that `units` have been put so far. If not, the next get wakes all putters, since who fits is theirs to find. */
function fits(words: Int32Array, at: number, units: number): boolean {
  const most = words[at + MAX_UNITS];
  if (((units - words[at + UNITS_SEEN]) | 0) <= most) return true;
  words[at + UNITS_SEEN] = takenOf(words, at);
  if (((units - words[at + UNITS_SEEN]) | 0) <= most) return true;
  store(words, at + BYTES_WANTED, 1);
  return false;
}

/** Moves the cursor to where `need` words fit. False if that takes a second block, which is for the next commit. */
function makeRoom(seat: Seat, at: number, need: number): boolean {
  const words = seat.memory.words;
  let word: number;
  let head: number;
  let segment: number;
  do {
    word = load(words, at + C_WORD);
    const copy = copyAt(at + C_COPIES, word);
    head = load(words, copy + HEAD);
    segment = load(words, copy + C_SEGMENT);
  } while (load(words, at + C_WORD) !== word);
  const end = segmentEnd(at, cursor.segment);
  // Consumers only move on, so what was free when we looked still is.
  if (segment === cursor.segment && head > cursor.tail) {
    cursor.limit = head;
    if (cursor.tail + need <= head) return true;
  } else {
    cursor.limit = end;
    if (cursor.tail + need <= end) return true;
    if (segment === cursor.segment && segment + need <= head) {
      link(words, segment);
      cursor.limit = head;
      return true;
    }
  }
  if (cursor.block !== 0) return false;
  return addBlock(seat, at);
}

function addBlock(seat: Seat, at: number): boolean {
  const { memory } = seat;
  const block = claimRun(memory, seat.id, 1);
  // From here the block is ours by its owner word; if the commit fails, whoever takes the lock next gives it back.
  memory.words[at + P_NEXT] = ~memory.words[at + P_WORD];
  memory.words[at + P_ID] = seat.id;
  memory.words[at + P_BLOCK] = block;
  const start = block * BLOCK_WORDS;
  memory.cover(start + BLOCK_WORDS - 1);
  link(memory.words, start);
  cursor.block = block;
  cursor.segment = start;
  cursor.limit = start + BLOCK_WORDS;
  return true;
}

function link(words: Int32Array, target: number): void {
  words[cursor.tail] = (LINK_WORDS << 4) | LINK;
  words[cursor.tail + 1] = target;
  cursor.tail = target;
}

function covered(memory: Memory, end: number): Int32Array {
  memory.cover(end - 1);
  assert(end <= memory.words.length, `a segment ends at word ${end}, beyond the memory`);
  return memory.words;
}

/**
 * Hands the blocks over that a commit made part of the queue, or, if the commit did not come about, gives back the new
 * segment. (A chain that was not committed is still its putter's, who frees it, or whose death does.) The lock is held. Only
 * from the thread that put them: a consumer that has taken a chain already owns it, or has freed it to somebody else.
 */
export function repairPush(memory: Memory, at: number): void {
  const words = memory.words;
  const committed = words[at + P_WORD] === words[at + P_NEXT];
  const from = words[at + P_ID];
  if (words[at + P_BLOCK] !== 0) handOver(memory, words[at + P_BLOCK], from, committed ? PUBLISHED : FREE);
  words[at + P_BLOCK] = 0;
  if (committed && words[at + P_CHAIN] !== 0) handOver(memory, words[at + P_CHAIN], from, PUBLISHED);
  words[at + P_CHAIN] = 0;
}
