/**
 * Blocks: who owns which 64 KiB of an arena.
 *
 * A block's owner word is 0 (free), a thread's id (private to that thread: freed when it dies), `PUBLISHED` (part of an
 * object), `CELLS` (holds cells), or `-(16 + first)`: it follows block `first` in a run, or in the chain of runs that
 * begins there, and shares its fate. Claiming is one compareExchange of that word, so there is no free list to corrupt.
 * @module
 */
import { compareExchange, load, store } from "./memory.ts";
import { beginningOf, growableBuffer, type Region, wholeOf } from "./region.ts";
import type { Memory } from "./views.ts";
import {
  AT_BLOCK_HINT,
  AT_MAGIC,
  AT_TABLE,
  AT_VERSION,
  BLOCK_WORDS,
  FIRST_BLOCK,
  LAYOUT_VERSION,
  LEAST_BYTES,
  MAGIC,
  MAX_BYTES,
  ROW_LENGTH,
  ROW_NEXT,
  ROW_OWNER,
  ROW_WORDS,
} from "./layout.ts";

export const FREE = 0;
export const PUBLISHED = -1;
export const CELLS = -2;

/** The word index of a block's row in the table. */
export function row(block: number): number {
  return AT_TABLE + block * ROW_WORDS;
}

/** The owner word of the blocks that follow `first`. */
function following(first: number): number {
  return -(16 + first);
}

/**
 * Makes a new arena, of `bytes` to begin with: at least LEAST_BYTES. `allocate` reserves address space for 4 GiB (or what the system
 * grants), and almost nothing is touched.
 */
export function createArena(bytes: number = LEAST_BYTES, allocate: typeof growableBuffer = growableBuffer): Region {
  for (let most = MAX_BYTES;; most /= 2) {
    try {
      const region = allocate(bytes, most);
      const words = new Int32Array(beginningOf(region), 0, AT_VERSION + 1);
      words[AT_MAGIC] = MAGIC;
      words[AT_VERSION] = LAYOUT_VERSION;
      return region;
    } catch (error) {
      if (most <= bytes) throw error;
    }
  }
}

/** Whether `region` is one, with an arena of this layout in it. */
export function isArena(region: unknown): region is Region {
  const whole = wholeOf(region);
  if (whole === undefined || whole.byteLength < LEAST_BYTES) return false;
  const words = new Int32Array(whole, 0, AT_VERSION + 1);
  return words[AT_MAGIC] === MAGIC && words[AT_VERSION] === LAYOUT_VERSION;
}

/**
 * Claims a run of at least one and at most `most` adjoining blocks for thread `id`, the lowest that are free, and gives
 * the number of its first. The hint is where the search begins: no block below it is free, except for one freed while a
 * search passed it, which the second search, from the start, finds before the arena grows.
 */
export function claimRun(memory: Memory, id: number, most: number): number {
  for (;;) {
    const seen = memory.blocks;
    // 0 in a new arena.
    const hint = load(memory.words, AT_BLOCK_HINT);
    const first = search(memory, id, most, Math.max(hint, FIRST_BLOCK)) || search(memory, id, most, FIRST_BLOCK);
    if (first !== 0) {
      // Fails when another thread has freed or claimed since: its hint is at least as good.
      compareExchange(memory.words, AT_BLOCK_HINT, hint, first + memory.words[row(first) + ROW_LENGTH]);
      return first;
    }
    memory.grow(most, seen);
  }
}

function search(memory: Memory, id: number, most: number, from: number): number {
  const blocks = memory.blocks;
  memory.cover(blocks * BLOCK_WORDS - 1);
  const words = memory.words;
  for (let first = from; first < blocks; first++) {
    const at = row(first);
    if (load(words, at) !== FREE || compareExchange(words, at + ROW_OWNER, FREE, id) !== FREE) continue;
    words[at + ROW_NEXT] = 0;
    let length = 1;
    while (length < most && first + length < blocks && claimed(words, first + length, id)) length++;
    // The length first, then the followers: a sweep after a death believes in followers only.
    words[at + ROW_LENGTH] = length;
    for (let next = first + 1; next < first + length; next++) store(words, row(next), following(first));
    return first;
  }
  return 0;
}

function claimed(words: Int32Array, block: number, id: number): boolean {
  return compareExchange(words, row(block) + ROW_OWNER, FREE, id) === FREE;
}

/**
 * Claims a run of exactly `length` adjoining blocks for thread `id`, and gives the number of its first; `freeChain` frees it.
 * Throws OutOfSharedMemory, claiming nothing.
 */
export function claimExactRun(memory: Memory, id: number, length: number): number {
  for (;;) {
    const seen = memory.blocks;
    const first = searchExact(memory, id, length);
    if (first !== 0) return first;
    memory.grow(length, seen);
  }
}

function searchExact(memory: Memory, id: number, length: number): number {
  const blocks = memory.blocks;
  memory.cover(blocks * BLOCK_WORDS - 1);
  const words = memory.words;
  for (let first = FIRST_BLOCK; first + length <= blocks;) {
    let free = 0;
    while (free < length && load(words, row(first + free)) === FREE) free++;
    let got = 0;
    while (free === length && got < length && claimed(words, first + got, id)) got++;
    if (got === length) {
      words[row(first) + ROW_NEXT] = 0;
      words[row(first) + ROW_LENGTH] = length;
      for (let next = first + 1; next < first + length; next++) store(words, row(next), following(first));
      return first;
    }
    // Somebody was quicker. What is given back lies below others' hints by now.
    for (let block = first + got - 1; block >= first; block--) store(words, row(block), FREE);
    if (got > 0) lowerHint(memory, AT_BLOCK_HINT, first);
    first += (free === length ? got : free) + 1;
  }
  return 0;
}

/** Claims `blocks` blocks for thread `id` as a chain of runs, and gives its first block. Throws OutOfSharedMemory, claiming nothing. */
export function claimChain(memory: Memory, id: number, blocks: number): number {
  const first = claimRun(memory, id, blocks);
  let last = first;
  let missing = blocks - memory.words[row(first) + ROW_LENGTH];
  try {
    while (missing > 0) {
      const run = claimRun(memory, id, missing);
      memory.words[row(last) + ROW_NEXT] = run;
      store(memory.words, row(run), following(first));
      last = run;
      // The later blocks of this run follow its own first block, which follows the chain's.
      missing -= memory.words[row(run) + ROW_LENGTH];
    }
  } catch (error) {
    freeChain(memory, first, id);
    throw error;
  }
  return first;
}

/** Frees the chain of runs that begins with block `first`, if its owner is still `owner`. Stops where the chain leads nowhere. */
export function freeChain(memory: Memory, first: number, owner: number): void {
  const { words, blocks } = memory;
  if (!isBlock(first, blocks)) return;
  let run = words[row(first) + ROW_NEXT];
  // No chain has more runs than there are blocks: one that does is a circle.
  for (let most = blocks; most > 0 && isBlock(run, blocks); most--) {
    const next = words[row(run) + ROW_NEXT];
    freeRun(memory, run, following(first));
    run = next;
  }
  freeRun(memory, first, owner);
}

/** Whether `block` is the number of a block that may be owned. What comes from shared memory may be anything. */
export function isBlock(block: number, blocks: number): boolean {
  return block >= FIRST_BLOCK && block < blocks;
}

function freeRun(memory: Memory, first: number, owner: number): void {
  const words = memory.words;
  if (load(words, row(first)) !== owner) return;
  const length = Math.min(words[row(first) + ROW_LENGTH], memory.blocks - first);
  // The followers before the first: while the first is still owned, a sweep can finish what a death left half done.
  for (let block = first + length - 1; block > first; block--) {
    compareExchange(words, row(block), following(first), FREE);
  }
  if (compareExchange(words, row(first), owner, FREE) !== owner) return;
  lowerHint(memory, AT_BLOCK_HINT, first);
}

/** Makes the hint at word `at` no larger than `value`. */
export function lowerHint(memory: Memory, at: number, value: number): void {
  for (let hint = load(memory.words, at); hint > value;) {
    const seen = compareExchange(memory.words, at, hint, value);
    if (seen === hint) return;
    hint = seen;
  }
}

/** Hands a block, and the chain that it begins, from one owner to another. Whether `from` owned it. */
export function handOver(memory: Memory, block: number, from: number, to: number): boolean {
  return compareExchange(memory.words, row(block), from, to) === from;
}

/**
 * Frees every block that is private to the dead thread `id`, with what follows it. Followers first, from the end, so that
 * each can still be traced to its owner; and by their owner words alone, since a death can have cut a chain of runs.
 */
export function sweepBlocks(memory: Memory, id: number): void {
  const blocks = memory.blocks;
  memory.cover(blocks * BLOCK_WORDS - 1);
  const words = memory.words;
  for (let block = blocks - 1; block >= FIRST_BLOCK; block--) {
    const owner = load(words, row(block));
    if (owner <= -16 && ownerOfFollower(words, owner, blocks) === id) compareExchange(words, row(block), owner, FREE);
  }
  for (let block = FIRST_BLOCK; block < blocks; block++) {
    if (load(words, row(block)) === id) compareExchange(words, row(block), id, FREE);
  }
  lowerHint(memory, AT_BLOCK_HINT, FIRST_BLOCK);
}

/** Who owns a block with the owner word `owner`: it follows one that owns, or one that follows one. */
function ownerOfFollower(words: Int32Array, owner: number, blocks: number): number {
  for (let seen = owner, steps = 0; steps < 3; steps++) {
    if (seen > -16) return seen;
    if (!isBlock(-seen - 16, blocks)) return FREE;
    seen = load(words, row(-seen - 16));
  }
  return FREE;
}
