/**
 * Records: how items lie in a queue.
 *
 * A record is an even number of words. Its first word is its length in words << 4, the flag `REFS`, and its kind:
 *
 * ```text
 * INTEGER   the second word is the item
 * DATA      the second word is the number of a codec's bytes, or unused; the encoded item follows
 * LINK      the second word is the word index at which the next record lies
 * LARGE     out of line: first block of a chain, bytes of the encoded item, bytes of its big binaries / 8, bytes of a codec, IS_BYTES
 * BYTES     a message that is bytes and no item: the second word is their number; they follow
 * TEXT      an item that is one text: the second word is its number of bytes * 4 + its form (encode/text.ts); they follow
 * ```
 * With `REFS`, a record ends with the shared objects in the item, as pairs of cell and generation, and then their count
 * (the last word; the word before it is 0 or unused), so that whoever drops the item can let go of them without decoding it.
 * @module
 */
import type { Outbox } from "./encode/scratch.ts";

export const INTEGER = 1;
export const DATA = 2;
export const LINK = 3;
export const LARGE = 4;
export const BYTES = 5;
export const TEXT = 6;
export const REFS = 8;

export const LINK_WORDS = 2;
export const LARGE_WORDS = 6;
/** The largest record that lies in a segment, in words (16 KiB). Larger items lie out of line. */
export const INLINE_WORDS = 4096;

/** The bits of the kind in a record's first word. */
export const KINDS = 7;
/** The first word of an INTEGER record. */
export const INTEGER_HEADER: number = (2 << 4) | INTEGER;

/** In an inbox, for a TEXT record that was read already: it takes no words. */
export const READ: number = (0 << 4) | TEXT;

/** The kind in a record's first word. */
export function kindOfRecord(header: number): number {
  return header & KINDS;
}

/** The length in a record's first word, in words. */
export function wordsOfRecord(header: number): number {
  return header >>> 4;
}

/** Appends an item that is an integer of 32 bits. */
export function appendInteger(out: Outbox, value: number): void {
  out.reserve(8);
  const at = out.length >> 2;
  out.words[at] = INTEGER_HEADER;
  out.words[at + 1] = value;
  out.length += 8;
}

/** Begins a DATA record: the item is encoded behind it. Gives the word at which it begins. */
export function beginData(out: Outbox): number {
  out.reserve(8);
  const at = out.length >> 2;
  out.length += 8;
  return at;
}

/** Ends the DATA record that begins at word `at`, with the references that the encoder found. */
export function endData(out: Outbox, at: number): void {
  const flag = appendRefs(out);
  out.words[at] = ((out.length >> 2) - at) << 4 | flag | DATA;
}

/** Ends the DATA record that begins at word `at`, if it lies inline and refers to nothing, and gives its units; else gives 0. */
export function endPlain(out: Outbox, at: number): number {
  const length = (out.length >> 2) - at;
  if (out.refs.length !== 0 || out.bulkBytes !== 0 || length > INLINE_WORDS + 2) return 0;
  out.words[at] = length << 4 | DATA;
  return length >> 1;
}

/** Writes, at word `at`, a LARGE record in place of the encoded item, which lies in the chain that begins with `block` now. */
export function writeLarge(out: Outbox, at: number, block: number, encodedBytes: number): void {
  out.length = at << 2;
  out.reserve(LARGE_WORDS * 4);
  const words = out.words;
  words[at + 1] = block;
  words[at + 2] = encodedBytes;
  words[at + 3] = out.bulkBytes / 8;
  words[at + 4] = 0;
  words[at + 5] = 0;
  out.length += LARGE_WORDS * 4;
  const flag = appendRefs(out);
  out.words[at] = ((out.length >> 2) - at) << 4 | flag | LARGE;
}

/** What an item out of line takes of `maxBytes`, in units, with the references that the encoder found. */
export function unitsOfLarge(out: Outbox, encodedBytes: number): number {
  const refs = out.refs.length === 0 ? 0 : out.refs.length + 2;
  return ((LARGE_WORDS + refs) >> 1) + ((encodedBytes + 7) >>> 3) + out.bulkBytes / 8;
}

function appendRefs(out: Outbox): number {
  const count = out.refs.length;
  if (count === 0) return 0;
  out.reserve(4 * count + 8);
  let at = out.length >> 2;
  for (let i = 0; i < count; i++) out.words[at++] = out.refs[i];
  out.words[at++] = 0;
  out.words[at++] = count >> 1;
  out.length = at << 2;
  return REFS;
}

/** Words that a record's references take; 0 without. The record of `header` begins at word `at`. */
export function wordsOfRefs(words: Int32Array, at: number, header: number): number {
  if ((header & REFS) === 0) return 0;
  const count = words[at + wordsOfRecord(header) - 1];
  return count >= 0 && count * 2 + 4 <= wordsOfRecord(header) ? count * 2 + 2 : 2;
}

/** Calls `visit` with the cell of every shared object in the record at word `at`. */
export function eachRef(words: Int32Array, at: number, visit: (cell: number) => void): void {
  const header = words[at];
  const length = wordsOfRefs(words, at, header);
  const end = at + wordsOfRecord(header);
  for (let word = end - length; word < end - 2; word += 2) visit(words[word]);
}

/** What an item takes of its queue's `maxBytes`, in units of 8 bytes: its record, and what lies out of line. */
export function unitsOfRecord(words: Int32Array, at: number): number {
  const header = words[at];
  const inline = wordsOfRecord(header) >> 1;
  return kindOfRecord(header) === LARGE ? inline + ((words[at + 2] + 7) >>> 3) + (words[at + 3] >>> 0) : inline;
}

/** In the sixth word of a LARGE record: the big binary is a message that is bytes and no item; the fifth is their number. */
const IS_BYTES = 1;

/** Marks the record at word `at`, in which a codec has encoded bytes, as a message that is bytes and no item. */
export function markBytes(words: Int32Array, at: number): void {
  const header = words[at];
  if (kindOfRecord(header) === DATA) words[at] = (header & ~7) | BYTES;
  else words[at + 5] = IS_BYTES;
}

/** Whether the record at word `at` is bytes and no item. */
export function isBytes(words: Int32Array, at: number): boolean {
  const kind = kindOfRecord(words[at]);
  return kind === BYTES || (kind === LARGE && words[at + 5] === IS_BYTES);
}

/** How many bytes the record of bytes at word `at` has. */
export function lengthOfBytes(words: Int32Array, at: number): number {
  return (kindOfRecord(words[at]) === BYTES ? words[at + 1] : words[at + 4]) >>> 0;
}
