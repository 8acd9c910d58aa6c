/**
 * Strings. Short ones lie word by word, begun in the tag's word, so that a receiver recognises one that it has seen
 * lately by comparing a few words, and no new string is made.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { SHORT, SHORT_MAX, TEXT } from "./tags.ts";
import { readForm, text } from "./text.ts";
import { corrupt } from "./refusal.ts";

const CACHE = 1024;
const SLOT = (SHORT_MAX + 5) >> 2;
const cachedWords = new Int32Array(CACHE * SLOT);
const cachedTexts: string[] = new Array(CACHE).fill("");

/** Writes a string; gives the index behind it. */
export function writeString(e: Encoder, value: string, p: number): number {
  const length = value.length;
  if (length > SHORT_MAX) return writeText(e, value, p);
  if (p + SLOT > e.limit) e.grow(p, SLOT);
  const words = e.words;
  const c0 = length > 0 ? value.charCodeAt(0) : 0, c1 = length > 1 ? value.charCodeAt(1) : 0;
  let all = c0 | c1, at = p, i = 2;
  words[at++] = SHORT | length << 8 | c0 << 16 | c1 << 24;
  for (; i + 4 <= length; i += 4) {
    const a = value.charCodeAt(i),
      b = value.charCodeAt(i + 1),
      c = value.charCodeAt(i + 2),
      d = value.charCodeAt(i + 3);
    all |= a | b | c | d;
    words[at++] = a | b << 8 | c << 16 | d << 24;
  }
  if (i < length) {
    let word = 0;
    for (let shift = 0; i < length; i++, shift += 8) {
      const code = value.charCodeAt(i);
      all |= code;
      word |= code << shift;
    }
    words[at++] = word;
  }
  return all > 255 ? writeText(e, value, p) : at;
}

function writeText(e: Encoder, value: string, p: number): number {
  const room = 3 + (value.length >>> 1);
  if (p + room > e.limit) e.grow(p, room);
  const written = text.write(value, e.out.bytes, (p + 2) * 4);
  const length = Math.floor(written / 4);
  e.words[p] = TEXT | (written & 3) << 8;
  e.words[p + 1] = length;
  return p + 2 + ((length + 3) >>> 2);
}

/** Reads the short string that begins with `first`, the word just taken. */
export function readShort(d: Decoder, first: number): string {
  const length = first >>> 8 & 255;
  const more = (length + 1) >> 2;
  const words = d.words;
  const p = d.p;
  if (length > SHORT_MAX || more > d.end - p) throw corrupt("a string is longer than it can be");
  d.p = p + more;
  let hash = first;
  for (let i = 0; i < more; i++) hash = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d) ^ words[p + i];
  hash = Math.imul(hash, 0x297a2d39);
  const slot = hash >>> 22;
  const at = slot * SLOT;
  if (cachedWords[at] === first) {
    let i = 0;
    while (i < more && cachedWords[at + 1 + i] === words[p + i]) i++;
    if (i === more) return cachedTexts[slot];
  }
  const start = (p - 1) * 4 + 2;
  const value = length === 0 ? "" : text.readLatin1(d.bytes, start, start + length);
  cachedWords[at] = first;
  for (let i = 0; i < more; i++) cachedWords[at + 1 + i] = words[p + i];
  cachedTexts[slot] = value;
  return value;
}

/** Reads a string of any length behind its tag's word. */
export function readText(d: Decoder, first: number): string {
  const length = d.words[d.take(1)] >>> 0;
  const start = d.take(Math.ceil(length / 4)) * 4;
  const read = readForm(first >>> 8, d.bytes, start, start + length);
  if (read === undefined) throw corrupt("text of an unknown form, or UTF-16 with an odd number of bytes");
  return read;
}

/** Reads a string together with its tag. */
export function readString(d: Decoder): string {
  const first = d.words[d.take(1)];
  const tag = first & 255;
  if (tag === SHORT) return readShort(d, first);
  if (tag === TEXT) return readText(d, first);
  throw corrupt("a string was expected");
}
