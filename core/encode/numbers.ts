/**
 * Arrays of numbers, packed: as bytes as long as all are small integers, then as 32-bit integers, then as doubles.
 * Elements are read once, from the first to the last; what is already written is widened when one does not fit.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { ARRAY_DOUBLE, ARRAY_INT32, ARRAY_INT8, RUN } from "./tags.ts";
import { corrupt } from "./refusal.ts";

/** How many elements `writeNumbers` has written, if it stopped before the last. */
export let written = 0;
let rejected: unknown;

/** The element at which it stopped: it has been read and must not be read again. Asked for once: it is not kept alive. */
export function takeRejected(): unknown {
  const value = rejected;
  rejected = undefined;
  return value;
}

const isMinusZero = (value: number): boolean => value === 0 && 1 / value < 0;

/**
 * Writes the numbers that `array` begins with, of which `first` is the one at 0. If all `length` elements are numbers, `head`, the
 * array's tag, says so, and it gives the index behind them. Otherwise a RUN comes behind it, before the others: it gives the
 * complement (`~`) of the index.
 */
export function writeNumbers(
  e: Encoder,
  array: unknown[],
  first: number,
  length: number,
  head: number,
  p: number,
): number {
  const room = ((length + 3) >>> 2) + 1;
  if (p + room > e.limit) e.grow(p, room);
  const words = e.words;
  let value: unknown = first, i = 0, tag = ARRAY_INT8, word = 0;
  // Word by word: what was stored as bytes and is loaded as a word soon after makes the processor wait.
  while (typeof value === "number" && value << 24 >> 24 === value && !isMinusZero(value)) {
    word |= (value & 255) << ((i & 3) << 3);
    if ((++i & 3) === 0) {
      words[p + (i >>> 2) - 1] = word;
      word = 0;
    }
    if (i === length) break;
    value = array[i];
  }
  if ((i & 3) !== 0) words[p + (i >>> 2)] = word;
  let end = p + ((i + 3) >>> 2);
  if (i < length && typeof value === "number" && !isMinusZero(value) && (value | 0) === value) {
    tag = ARRAY_INT32;
    i = writeIntegers(e, array, value, i, length, p);
    value = rejected;
    end = p + i;
  }
  if (i < length && typeof value === "number") {
    i = writeDoubles(e, array, value, i, length, p, tag);
    tag = ARRAY_DOUBLE;
    value = rejected;
    end = p + 2 * i;
  }
  if (i === length) {
    e.words[head] = tag | e.words[head] & ~255;
    return end;
  }
  written = i;
  rejected = value;
  if (i === 0) return ~p;
  if (end + 2 > e.limit) e.grow(end, 2);
  e.words.copyWithin(p + 2, p, end);
  e.words[p] = RUN | tag << 8;
  e.words[p + 1] = i;
  return ~(end + 2);
}

/** Widens the `i` bytes at `p` to words and goes on with `value`; gives how many elements are written then. */
function writeIntegers(e: Encoder, array: unknown[], value: unknown, i: number, length: number, p: number): number {
  if (p + length > e.limit) e.grow(p + ((i + 3) >>> 2), length);
  const words = e.words, bytes = e.out.bytes;
  for (let k = i - 1; k >= 0; k--) words[p + k] = bytes[p * 4 + k] << 24 >> 24;
  while (typeof value === "number" && (value | 0) === value && !isMinusZero(value)) {
    words[p + i++] = value;
    if (i === length) break;
    value = array[i];
  }
  rejected = value;
  return i;
}

/** Widens what is written, in the form of `tag`, to doubles and goes on with `value`. */
function writeDoubles(
  e: Encoder,
  array: unknown[],
  value: unknown,
  i: number,
  length: number,
  p: number,
  tag: number,
): number {
  if (p + 2 * length > e.limit) e.grow(p + (tag === ARRAY_INT8 ? (i + 3) >>> 2 : i), 2 * length);
  const view = e.view, start = p * 4;
  for (let k = i - 1; k >= 0; k--) {
    const integer = tag === ARRAY_INT8 ? view.getInt8(start + k) : e.words[p + k];
    view.setFloat64(start + 8 * k, integer, true);
  }
  while (typeof value === "number") {
    view.setFloat64(start + 8 * i++, value, true);
    if (i === length) break;
    value = array[i];
  }
  rejected = value;
  return i;
}

/** Reads `count` packed numbers into `array`, from element 0 on. `count` is checked before memory is taken. */
export function readNumbers(d: Decoder, tag: number, count: number): number[] {
  switch (tag) {
    case ARRAY_INT8: {
      const start = d.take(Math.ceil(count / 4)) * 4, bytes = d.bytes;
      const array: number[] = new Array(count);
      for (let i = 0; i < count; i++) array[i] = bytes[start + i] << 24 >> 24;
      return array;
    }
    case ARRAY_INT32: {
      const start = d.take(count), words = d.words;
      const array: number[] = new Array(count);
      for (let i = 0; i < count; i++) array[i] = words[start + i];
      return array;
    }
    case ARRAY_DOUBLE: {
      const start = d.take(2 * count) * 4, view = d.view;
      const array: number[] = new Array(count);
      for (let i = 0; i < count; i++) array[i] = view.getFloat64(start + 8 * i, true);
      return array;
    }
    default:
      throw corrupt("packed numbers of an unknown size");
  }
}
