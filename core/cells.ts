/**
 * Cells: the 1 KiB pieces in which objects live, who holds them, and when they end.
 *
 * The first cell of a block of cells is its directory: word `c` says to whom cell `c` belongs: 0 (free), a thread's id
 * (being made, or being ended, by that thread), `LIVE`, or `doubt(id)`: live, but thread `id` looks whether anybody still
 * uses it. A cell's own words:
 *
 * ```text
 * +0      HEAD      generation << 8 | kind; the generation goes up with each object that lives here, so an old reference is known
 * +1      TRANSIT   how many items on their way contain the object; with OWNED: it belongs to another object, and ends after that
 * +8…15   HOLDERS   one bit a slot: that thread has it open. Bits, not a count: clearing a dead thread's bit twice is harmless
 * +16…    the object's own words
 * ```
 * @module
 */
import { add, and, compareExchange, load, or, store, sub } from "./memory.ts";
import type { Memory } from "./views.ts";
import { CELLS, claimRun, FREE, handOver, lowerHint, row } from "./arena.ts";
import {
  AT_CELL_HINT,
  BLOCK_WORDS,
  CELL_HOLDERS,
  CELL_TRANSIT,
  CELL_WORDS,
  CELLS_PER_BLOCK,
  FIRST_BLOCK,
} from "./layout.ts";

const LIVE = -1;
const GENERATIONS = 0x3fffff;
const OWNED = 1 << 30;

/** The owner word of a live object that thread `id` thinks unused: whoever comes to hold it makes it `LIVE` again. */
function doubt(id: number): number {
  return -1 - id;
}

/** The word index at which cell `cell` begins. Cells are numbered through the whole arena: block × 64 + place in the block. */
export function cellAt(cell: number): number {
  return cell * CELL_WORDS;
}

function directoryOf(cell: number): number {
  const block = Math.floor(cell / CELLS_PER_BLOCK);
  return block * BLOCK_WORDS + (cell % CELLS_PER_BLOCK);
}

/** The kind of the object in a cell; 0 if there is none. */
export function kindOf(memory: Memory, cell: number): number {
  return load(memory.words, cellAt(cell)) & 0xff;
}

/** The generation of the object in a cell. */
export function generationOf(memory: Memory, cell: number): number {
  return load(memory.words, cellAt(cell)) >>> 8;
}

/**
 * Claims a free cell for thread `id`, its words zero, and gives its number. `recent` is a cell to try first: one that this
 * thread freed last is still in its cache. Throws OutOfSharedMemory.
 */
export function claimCell(memory: Memory, id: number, recent: number): number {
  const cell = recent !== 0 && take(memory, recent, id) ? recent : searchCell(memory, id);
  const at = cellAt(cell);
  memory.cover(at + CELL_WORDS - 1);
  memory.words.fill(0, at + 1, at + CELL_WORDS);
  return cell;
}

function take(memory: Memory, cell: number, id: number): boolean {
  return compareExchange(memory.words, directoryOf(cell), FREE, id) === FREE;
}

function searchCell(memory: Memory, id: number): number {
  const hint = load(memory.words, AT_CELL_HINT);
  const start = FIRST_BLOCK * CELLS_PER_BLOCK;
  const found = scanCells(memory, id, Math.max(hint, start)) || scanCells(memory, id, start);
  if (found !== 0) {
    compareExchange(memory.words, AT_CELL_HINT, hint, found + 1);
    return found;
  }
  const block = claimRun(memory, id, 1);
  memory.cover((block + 1) * BLOCK_WORDS - 1);
  const words = memory.words;
  // Generations begin again from what the memory holds: any value does, as long as it differs from the last one here.
  words.fill(0, block * BLOCK_WORDS, block * BLOCK_WORDS + CELL_WORDS);
  for (let place = 1; place < CELLS_PER_BLOCK; place++) words[block * BLOCK_WORDS + place * CELL_WORDS] &= ~0xff;
  words[block * BLOCK_WORDS + 1] = id;
  handOver(memory, block, id, CELLS);
  return block * CELLS_PER_BLOCK + 1;
}

function scanCells(memory: Memory, id: number, from: number): number {
  const blocks = memory.blocks;
  memory.cover(blocks * BLOCK_WORDS - 1);
  const words = memory.words;
  for (let block = Math.floor(from / CELLS_PER_BLOCK); block < blocks; block++) {
    const owner = load(words, row(block));
    if (owner !== CELLS) continue;
    const start = block * CELLS_PER_BLOCK === from - (from % CELLS_PER_BLOCK) ? from % CELLS_PER_BLOCK : 0;
    for (let place = Math.max(start, 1); place < CELLS_PER_BLOCK; place++) {
      const at = block * BLOCK_WORDS + place;
      if (load(words, at) === FREE && compareExchange(words, at, FREE, id) === FREE) {
        return block * CELLS_PER_BLOCK + place;
      }
    }
  }
  return 0;
}

/** Makes the claimed cell the object of kind `kind` that its words describe by now. Gives its generation. */
export function publishCell(memory: Memory, cell: number, kind: number): number {
  const at = cellAt(cell);
  const generation = ((memory.words[at] >>> 8) + 1) & GENERATIONS || 1;
  store(memory.words, at, (generation << 8) | kind);
  store(memory.words, directoryOf(cell), LIVE);
  return generation;
}

/** Whether `cell` can be, and is, the number of a cell with a living object of that generation. */
export function isLive(memory: Memory, cell: number, generation: number): boolean {
  if (!Number.isInteger(cell) || cell % CELLS_PER_BLOCK === 0) return false;
  const block = Math.floor(cell / CELLS_PER_BLOCK);
  if (block < FIRST_BLOCK || block >= memory.blocks) return false;
  memory.cover((block + 1) * BLOCK_WORDS - 1);
  if (load(memory.words, row(block)) !== CELLS) return false;
  return load(memory.words, directoryOf(cell)) <= LIVE && generationOf(memory, cell) === generation;
}

/**
 * Makes `slot` a holder of the object, if it still lives. The bit before the look: whoever ends an object says that he
 * doubts it and looks at the bits afterwards. So either he sees the bit, or his doubt is seen here, and dispelled.
 */
export function hold(memory: Memory, cell: number, generation: number, slot: number): boolean {
  if (!isLive(memory, cell, generation)) return false;
  const { words } = memory;
  or(words, cellAt(cell) + CELL_HOLDERS + (slot >> 5), 1 << (slot & 31));
  for (;;) {
    const owner = load(words, directoryOf(cell));
    if (owner > LIVE) return false;
    if (owner === LIVE || compareExchange(words, directoryOf(cell), owner, LIVE) === owner) {
      return generationOf(memory, cell) === generation;
    }
  }
}

/** Takes `slot` from the holders. */
export function letGo(memory: Memory, cell: number, slot: number): void {
  and(memory.words, cellAt(cell) + CELL_HOLDERS + (slot >> 5), ~(1 << (slot & 31)));
}

/** One more item on its way contains the object. The caller holds it. */
export function enterTransit(memory: Memory, cell: number): void {
  add(memory.words, cellAt(cell) + CELL_TRANSIT, 1);
}

/** One item less. Call `endIfUnused` afterwards. */
export function leaveTransit(memory: Memory, cell: number): void {
  sub(memory.words, cellAt(cell) + CELL_TRANSIT, 1);
}

/** The object belongs to another one, and stays as long as that does. The caller holds it. */
export function own(memory: Memory, cell: number): void {
  or(memory.words, cellAt(cell) + CELL_TRANSIT, OWNED);
}

/** The object belongs to nothing any more. May be done twice, by one who holds it. */
export function disown(memory: Memory, cell: number): void {
  and(memory.words, cellAt(cell) + CELL_TRANSIT, ~OWNED);
}

function unused(words: Int32Array, at: number): boolean {
  // The holders first: who lets go of an object that it has put into an item has counted the item before.
  for (let group = 0; group < 8; group++) {
    if (load(words, at + CELL_HOLDERS + group) !== 0) return false;
  }
  return load(words, at + CELL_TRANSIT) <= 0;
}

/**
 * Claims the object for its end, as thread `id`, if nobody holds it and no item contains it. True: the caller takes it
 * apart and calls `freeCell`; its words are its own from now on.
 */
export function claimEnd(memory: Memory, cell: number, id: number): boolean {
  const words = memory.words;
  const at = cellAt(cell);
  const owner = directoryOf(cell);
  // The first look saves the claim of an object in use. What counts is the second: who comes after the doubt dispels it.
  while (unused(words, at)) {
    if (compareExchange(words, owner, LIVE, doubt(id)) !== LIVE) return false;
    const end = unused(words, at);
    if (compareExchange(words, owner, doubt(id), end ? id : LIVE) === doubt(id) && end) return true;
    // Somebody came to hold it meanwhile. It may have gone again by now, and left the end to us: look once more.
  }
  return false;
}

/** Gives a claimed cell back. */
export function freeCell(memory: Memory, cell: number): void {
  const words = memory.words;
  const at = cellAt(cell);
  store(words, at, words[at] & ~0xff);
  store(words, directoryOf(cell), FREE);
  lowerHint(memory, AT_CELL_HINT, cell);
}

/** Calls `visit` for every cell that is not free, with its owner word: `true` if live, else claimed by thread `owner`. */
export function eachCell(memory: Memory, visit: (cell: number, live: boolean, owner: number) => void): void {
  const blocks = memory.blocks;
  memory.cover(blocks * BLOCK_WORDS - 1);
  for (let block = FIRST_BLOCK; block < blocks; block++) {
    if (load(memory.words, row(block)) !== CELLS) continue;
    for (let place = 1; place < CELLS_PER_BLOCK; place++) {
      const owner = load(memory.words, block * BLOCK_WORDS + place);
      if (owner !== FREE) visit(block * CELLS_PER_BLOCK + place, owner <= LIVE, owner);
    }
  }
}
