/**
 * Arrays: dense, with holes, sparse, and with named properties.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { readValue, writeValue } from "./nested.ts";
import { readNumbers, takeRejected, writeNumbers, written } from "./numbers.ts";
import { define } from "./objects.ts";
import { ARRAY, ARRAY_OPEN, COUNT_MAX, END, HOLES, HOLES_MAX, REST, RUN } from "./tags.ts";
import { corrupt, passing } from "./refusal.ts";

/** Up to this length an array may be allocated as a whole without looking at how much input there is. */
const SMALL = 1024;
const hasOwn = Object.prototype.hasOwnProperty;

/**
 * Writes an array; with `named` also the properties that are not elements. They cannot be asked for without the indices, which
 * costs more than all the rest, so a regular array is taken to have none. The result of a match has.
 */
export function writeArray(e: Encoder, array: unknown[], p: number, named: boolean): number {
  e.enter();
  const length = array.length, head = p;
  if (p + 2 > e.limit) e.grow(p, 2);
  p = e.count(p, ARRAY, length);
  let i = 0;
  try {
    if (length !== 0) {
      let value = array[0];
      if (typeof value === "number") {
        const end = writeNumbers(e, array, value, length, head, p);
        if (end >= 0) {
          p = end;
          i = length;
        } else {
          p = ~end;
          i = written;
          value = takeRejected();
        }
      } else if (typeof value === "string") {
        named ||= (array as unknown as { index?: number }).index !== undefined;
      }
      while (i < length) {
        if (value === undefined && !hasOwn.call(array, i)) {
          const holes = holesAt(array, i, length);
          if (holes > HOLES_MAX) break;
          if (p === e.limit) e.grow(p, 1);
          e.words[p++] = HOLES | holes << 8;
          i += holes - 1;
        } else p = writeValue(e, value, p);
        if (++i < length) value = array[i];
      }
    }
  } catch (error) {
    throw passing(error, i);
  }
  if (named || i < length) p = writeRest(e, array, head, p, i);
  e.depth--;
  return p;
}

/** How many elements are missing from `i` on; stops counting above HOLES_MAX. */
function holesAt(array: unknown[], i: number, length: number): number {
  let end = i + 1;
  while (end < length && end - i <= HOLES_MAX && !hasOwn.call(array, end)) end++;
  return end - i;
}

/** Writes the elements from `from` on and all named properties in pairs. */
function writeRest(e: Encoder, array: unknown[], head: number, p: number, from: number): number {
  const keys = Object.keys(array);
  if (from === array.length && Number(keys.at(-1)) === array.length - 1 && keys.length <= array.length) return p;
  p = open(e, head, p);
  for (const key of keys) {
    const index = Number(key);
    const isIndex = index < array.length && String(index) === key;
    if ((isIndex && index < from) || !hasOwn.call(array, key)) continue;
    try {
      p = writeValue(e, isIndex ? index : key, p);
      p = writeValue(e, (array as unknown as Record<string, unknown>)[key], p);
    } catch (error) {
      throw passing(error, isIndex ? index : key);
    }
  }
  if (p === e.limit) e.grow(p, 1);
  e.words[p++] = END;
  return p;
}

/** Makes an array of any form one that more comes behind. */
function open(e: Encoder, head: number, p: number): number {
  if (p + 3 > e.limit) e.grow(p, 3);
  const words = e.words, tag = words[head] & 255;
  if (tag !== ARRAY) {
    // Packed numbers alone have no place for a REST: they become a RUN among the elements.
    const first = e.count(head, ARRAY, words[head] >>> 8 === COUNT_MAX ? words[head + 1] >>> 0 : words[head] >>> 8);
    words.copyWithin(first + 2, first, p);
    words[first] = RUN | tag << 8;
    words[first + 1] = words[head] >>> 8 === COUNT_MAX ? words[head + 1] : words[head] >>> 8;
    p += 2;
  }
  words[head] = ARRAY_OPEN | words[head] & ~255;
  words[p] = REST;
  return p + 1;
}

/** Reads an array; `open` if the rest of it comes in pairs. */
export function readArray(d: Decoder, first: number, open: boolean): unknown[] {
  d.enter();
  const length = d.count(first);
  let i = 0;
  let array: unknown[];
  if (d.p < d.end && (d.words[d.p] & 255) === RUN) {
    const tag = d.words[d.p++] >>> 8;
    i = d.words[d.take(1)] >>> 0;
    if (i > length) throw corrupt("an array is longer than its length");
    array = d.made(readNumbers(d, tag, i));
  } else array = d.made(length <= d.end - d.p ? new Array(length) : []);
  while (i < length) {
    const tag = d.p < d.end ? d.words[d.p] & 255 : END;
    if (tag === HOLES) {
      i += d.words[d.p++] >>> 8 & 63;
      if (i > length) throw corrupt("an array is longer than its length");
      if (array.length < i) array.length = i;
    } else if (tag === REST && open) break;
    else array[i++] = readValue(d);
  }
  if (open) readRest(d, array, length);
  d.depth--;
  return array;
}

/** Reads an array that is nothing but packed numbers. */
export function readNumberArray(d: Decoder, first: number): number[] {
  return d.made(readNumbers(d, first & 255, d.count(first)));
}

function readRest(d: Decoder, array: unknown[], length: number): void {
  if (d.words[d.take(1)] !== REST) throw corrupt("the rest of an array is missing");
  if (length > array.length) {
    if (length > SMALL) {
      // Engines allocate memory for a length that they think dense. An element far out makes the array a sparse one first.
      array[2 ** 32 - 2] = undefined;
    }
    array.length = length;
  }
  while (d.words[d.take(1)] !== END) {
    d.p--;
    const key = readValue(d);
    const value = readValue(d);
    const good = typeof key === "number" ? Number.isInteger(key) && key >= 0 && key < length : typeof key === "string";
    if (!good || key === "length") throw corrupt("an array has an element that it cannot have");
    define(array, key as PropertyKey, value);
  }
}
