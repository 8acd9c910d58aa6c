/**
 * The words of a ring: records in a chain of segments, the queue beneath the queues. It never waits for items or room,
 * only for its locks.
 *
 * Two locks, as in Michael and Scott's two-lock queue (PODC 1996), so that one producer and one consumer never meet. Each
 * side's state stands in two copies; the low bit of the side's *commit word* picks the valid one. A side changes by
 * writing the other copy and then storing the commit word: that one store makes everything real at once. A thread that
 * dies before it has changed nothing, and all that can be left to repair after it is a block that it was about to hand over.
 *
 * ```text
 * +16 MAXSIZE (0: no limit)  +17 MAX_UNITS (maxBytes / 8)  +18 DONES (tasks done)  +19 BYTES_WANTED (a putter waits for bytes)
 * +23 BYTES_REST (maxBytes % 8: it takes no record, and is kept so that maxBytes is told as it was given)
 * +32 P_LOCK  +33 TAKES_SEEN  +34 UNITS_SEEN  +35 P_NEXT, P_BLOCK, P_CHAIN: blocks of thread P_ID that the commit word P_NEXT hands over
 * +38 P_INSISTS  +66 C_INSISTS: the id of a thread that was woken in vain too often; the others let it go first
 * +39 P_ID
 * +40, +44    the producers' copies: TAIL, LIMIT, SEGMENT, UNITS (put so far)
 * +48 P_WORD  bit 31: shut down; bits 1…30: puts so far; bit 0: which copy
 * +49 NEXT_LOOK, PUT_THEN, TAKEN_THEN: after how many units put it is looked how far ahead that is, and both counts then (lead.ts)
 * +64 C_LOCK  +65 PUTS_SEEN  +67 C_NEXT, C_BLOCK, C_CHAIN: blocks that the commit word C_NEXT takes out
 * +70 C_LAST, C_ROW: who had C_LOCK last, and how many texts it has taken since another one had (text_record.ts)
 * +72, +76    the consumers' copies: HEAD, SEGMENT, UNITS (taken so far), DROPS (items dropped so far)
 * +80 C_WORD  bit 31: what is left is dropped; bits 1…30: takes so far; bit 0: which copy
 * +96 GETTERS  +112 PUTTERS  +128 JOINERS: wait sets
 * ```
 *
 * A segment is used as a ring as long as its items fit, and linked to a fresh block when they do not; `LINK` records make
 * both the same to consumers. Behind the tail two words for a link always stay free, and a wrapped tail never reaches the head,
 * so that head = tail means empty. Counts are derived: items = puts − takes, bytes = 8 × (units put − units taken),
 * unfinished tasks = puts − drops − dones.
 * @module
 */
import { load, store } from "./memory.ts";
import { BLOCK_WORDS, CELL_WORDS, MAX_BYTES } from "./layout.ts";

export const MAXSIZE = 16;
export const MAX_UNITS = 17;
export const DONES = 18;
export const BYTES_WANTED = 19;
export const BYTES_REST = 23;
export const P_LOCK = 32;
export const TAKES_SEEN = 33;
export const UNITS_SEEN = 34;
export const P_NEXT = 35;
export const P_BLOCK = 36;
export const P_CHAIN = 37;
export const P_INSISTS = 38;
export const P_ID = 39;
export const P_COPIES = 40;
export const P_WORD = 48;
export const NEXT_LOOK = 49;
export const PUT_THEN = 50;
export const TAKEN_THEN = 51;
export const C_LOCK = 64;
export const PUTS_SEEN = 65;
export const C_INSISTS = 66;
export const C_NEXT = 67;
export const C_BLOCK = 68;
export const C_CHAIN = 69;
export const C_LAST = 70;
export const C_ROW = 71;
export const C_COPIES = 72;
export const C_WORD = 80;
export const GETTERS = 96;
export const PUTTERS = 112;
export const JOINERS = 128;
/** The first segment: the rest of the cell. */
export const FIRST_SEGMENT = 176;

// In a copy of either side.
export const TAIL = 0;
export const LIMIT = 1;
export const P_SEGMENT = 2;
export const HEAD = 0;
export const C_SEGMENT = 1;
export const C_UNITS = 2;
export const DROPS = 3;
export const P_UNITS = 3;

/** A backlog of more units (of 8 bytes) is far (lead.ts): 4 MiB. */
export const FAR: number = (4 << 20) / 8;

/** Up to so many words a loop copies faster than a call. */
export const LOOP_WORDS = 64;

/**
 * All word indices fit: a power of two less one. Who takes an index from elsewhere and adds to it many times says so: `at &= INDEX`, and V8 leaves out the look
 * for an overflow that it takes at each sum otherwise.
 */
export const INDEX: number = (MAX_BYTES / 4 - 1) | 0;

/** Nothing was done: another thread's turn comes first. */
export const NOT_YET = -3;

/** The flag in a commit word. */
export const FLAG = 0x80000000 | 0;
const COUNT = 0x3fffffff;

/** Nothing was done: the queue is shut down. */
export const SHUT = -1;
/** Nothing was done: the lock did not come free in time. */
export const NO_LOCK = -2;

/** The count in a commit word. */
export function countIn(word: number): number {
  return (word >>> 1) & COUNT;
}

/** `a` − `b`, both counts that wrap. */
export function difference(a: number, b: number): number {
  return (a - b) & COUNT;
}

/** The commit word after `word` with `count` more. Keeps the flag, changes the copy. */
export function nextWord(word: number, count: number): number {
  return (word & FLAG) | (((countIn(word) + count) & COUNT) << 1) | ((word & 1) ^ 1);
}

/** Word index of the copy that a commit word picks. */
export function copyAt(copies: number, word: number): number {
  return copies + ((word & 1) << 2);
}

/** Where a segment ends. The first one is part of the cell at word `at`. */
export function segmentEnd(at: number, segment: number): number {
  return segment === at + FIRST_SEGMENT ? at + CELL_WORDS : segment + BLOCK_WORDS;
}

/** Writes an empty ring into the zeroed cell at word `at`. `maxsize` 0: no limit. */
export function initRing(words: Int32Array, at: number, maxsize: number, maxBytes: number): void {
  words[at + MAXSIZE] = maxsize;
  words[at + MAX_UNITS] = Math.floor(maxBytes / 8);
  words[at + BYTES_REST] = maxBytes % 8;
  words[at + NEXT_LOOK] = FAR;
  const producers = at + P_COPIES;
  words[producers + TAIL] = at + FIRST_SEGMENT;
  words[producers + LIMIT] = at + CELL_WORDS;
  words[producers + P_SEGMENT] = at + FIRST_SEGMENT;
  const consumers = at + C_COPIES;
  words[consumers + HEAD] = at + FIRST_SEGMENT;
  words[consumers + C_SEGMENT] = at + FIRST_SEGMENT;
  store(words, at + P_WORD, 0);
  store(words, at + C_WORD, 0);
}

/** The `maxBytes` that the ring was made with. */
export function maxBytesOf(words: Int32Array, at: number): number {
  return words[at + MAX_UNITS] * 8 + words[at + BYTES_REST];
}

// A copy is overwritten only after its word has moved on, so what was read beside unmoved words is what they picked. The copies
// are read by `load` although their writers write plainly: a plain read may be carried out after the reading of the word that
// follows it, as ARM does, and then see the words of a later commit beside a word that has not moved.

/** How many items are in, exact at the instant between two equal readings of the consumers' word. */
export function sizeOf(words: Int32Array, at: number): number {
  for (;;) {
    const taken = load(words, at + C_WORD);
    if (taken < 0) return 0;
    const put = load(words, at + P_WORD);
    if (load(words, at + C_WORD) === taken) return difference(countIn(put), countIn(taken));
  }
}

/** Units taken so far. */
export function takenOf(words: Int32Array, at: number): number {
  for (;;) {
    const word = load(words, at + C_WORD);
    const taken = load(words, copyAt(at + C_COPIES, word) + C_UNITS);
    if (load(words, at + C_WORD) === word) return taken;
  }
}

/** Bytes that the backlog takes, in units of 8, exact likewise. */
export function unitsOf(words: Int32Array, at: number): number {
  for (;;) {
    const taken = load(words, at + C_WORD);
    const put = load(words, at + P_WORD);
    const unitsTaken = load(words, copyAt(at + C_COPIES, taken) + C_UNITS);
    const unitsPut = load(words, copyAt(at + P_COPIES, put) + P_UNITS);
    if (load(words, at + P_WORD) === put && load(words, at + C_WORD) === taken) {
      return taken < 0 ? 0 : (unitsPut - unitsTaken) | 0;
    }
  }
}

/** Tasks put and neither done nor dropped. When what is left is being dropped, it counts as dropped already. */
export function unfinishedOf(words: Int32Array, at: number): number {
  for (;;) {
    const taken = load(words, at + C_WORD);
    const dones = load(words, at + DONES);
    const put = load(words, at + P_WORD);
    const drops = load(words, copyAt(at + C_COPIES, taken) + DROPS);
    if (load(words, at + C_WORD) !== taken || load(words, at + DONES) !== dones) continue;
    const left = difference(countIn(taken < 0 ? taken : put), (drops + dones) & COUNT);
    // A task that was called done before it was got, and then dropped, has been counted twice: none is left.
    return left > COUNT >>> 1 ? 0 : left;
  }
}

/** Whether puts are refused. */
export function isShut(words: Int32Array, at: number): boolean {
  return load(words, at + P_WORD) < 0;
}

/** Whether a get could succeed, or would learn that it cannot any more. */
export function gettable(words: Int32Array, at: number): boolean {
  const put = load(words, at + P_WORD);
  return put < 0 || countIn(put) !== countIn(load(words, at + C_WORD));
}

/** Whether there is no room for an item of `units`. */
export function isFull(words: Int32Array, at: number, units: number): boolean {
  const maxsize = words[at + MAXSIZE];
  return (maxsize !== 0 && sizeOf(words, at) >= maxsize) || unitsOf(words, at) + units > words[at + MAX_UNITS];
}

/** Whether the smallest item could be put, or would learn that it cannot any more. */
export function puttable(words: Int32Array, at: number): boolean {
  return isShut(words, at) || !isFull(words, at, 1);
}
