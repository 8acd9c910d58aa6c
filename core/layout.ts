/**
 * Where everything lies in an arena, in words of four bytes.
 *
 * ```text
 * block 0        header: magic, version, hints, counters, each hot one on a cache line of its own; lists of keys
 * block 1        the slots of the threads, 64 words each
 * block 2 … 17   the table of blocks, four words each: owner, length of a run, next run, unused
 * block 18 …     blocks: segments of queues, runs of large items, and cells (1 KiB, 63 a block after its directory)
 * ```
 * @module
 */
import { assert } from "./assert.ts";

/** Changes whenever a word gets another place or meaning; arenas of another version are refused. */
export const LAYOUT_VERSION = 4;
export const MAGIC = 0x49535448;

/** Words of a cache line. Hot words of different writers lie at least this far apart. */
export const LINE = 16;
export const BLOCK_BYTES = 65536;
export const BLOCK_WORDS: number = BLOCK_BYTES >> 2;
export const CELL_WORDS = 256;
export const CELLS_PER_BLOCK: number = BLOCK_WORDS / CELL_WORDS;

/** An arena is never smaller. */
export const LEAST_BYTES: number = 4 * 1024 * 1024;
export const MAX_BYTES: number = 4 * 1024 * 1024 * 1024;

// Header.
export const AT_MAGIC = 0;
export const AT_VERSION = 1;
/** A random number (a double): tells one arena from another. */
export const AT_IDENTITY = 2;
export const AT_BLOCK_HINT: number = LINE;
export const AT_CELL_HINT: number = 2 * LINE;
export const AT_PID: number = 3 * LINE;
/** The lists of keys that all threads know: the rest of the header's block (shape_table.ts). */
export const AT_SHAPES_LOCK: number = 4 * LINE;
export const AT_SHAPES_END: number = 4 * LINE + 1;
export const AT_SHAPES: number = 5 * LINE;

// Slots.
export const MAX_THREADS = 256;
export const SLOT_BITS = 8;
export const SLOT_WORDS = 64;
export const AT_SLOTS: number = BLOCK_WORDS;
export const SLOT_STATE = 0;
export const SLOT_THREAD = 1;
export const SLOT_RECOVERER = 2;
export const SLOT_BELL: number = LINE;
export const SLOT_MAIL: number = LINE + 1;
export const SLOT_REHEARSAL: number = 2 * LINE;

// Table of blocks.
export const AT_TABLE: number = 2 * BLOCK_WORDS;
export const ROW_WORDS = 4;
export const ROW_OWNER = 0;
export const ROW_LENGTH = 1;
export const ROW_NEXT = 2;
export const MAX_BLOCKS: number = MAX_BYTES / BLOCK_BYTES;
export const FIRST_BLOCK: number = 2 + (MAX_BLOCKS * ROW_WORDS) / BLOCK_WORDS;

// A cell that holds an object begins with these.
export const CELL_HEAD = 0;
export const CELL_TRANSIT = 1;
export const CELL_HOLDERS = 8;
export const CELL_BODY: number = LINE;

/** Words of a wait set. */
export const WAIT_SET_WORDS: number = LINE;

assert(AT_SLOTS + MAX_THREADS * SLOT_WORDS <= AT_TABLE, "the slots reach into the table of blocks");
assert(FIRST_BLOCK === 18, "the table of blocks does not end where the blocks begin");
assert(CELL_HOLDERS + MAX_THREADS / 32 === CELL_BODY, "the holders do not fill the first line of a cell");
assert(MAX_THREADS === 1 << SLOT_BITS, "a slot's number does not fit its bits");
