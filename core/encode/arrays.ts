/**
 * Arrays: dense, with holes, sparse, and with named properties.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { readValue, writeValue } from "./nested.ts";
import { define } from "./objects.ts";
import { ARRAY, ARRAY_OPEN, END, HOLES, HOLES_MAX, REST } from "./tags.ts";
import { corrupt, passing, propertyPart } from "./refusal.ts";

/** Up to this length an array may be allocated as a whole without looking at how much input there is. */
const SMALL = 1024;
const hasOwn = Object.prototype.hasOwnProperty;

/** Writes an array; with `named` also the properties that are not elements. */
export function writeArray(e: Encoder, array: unknown[], p: number, named: boolean): number {
  e.enter();
  const length = array.length;
  const head = p;
  p = e.count(p, ARRAY, length);
  let i = 0;
  try {
    for (; i < length; i++) {
      const value = array[i];
      if (value === undefined && !hasOwn.call(array, i)) {
        const holes = holesAt(array, i, length);
        if (holes > HOLES_MAX) break;
        if (p === e.limit) e.grow(p, 1);
        e.words[p++] = HOLES | holes << 8;
        i += holes - 1;
      } else p = writeValue(e, value, p);
    }
  } catch (error) {
    throw passing(error, `[${i}]`);
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
  e.words[head] = ARRAY_OPEN | e.words[head] & ~255;
  if (p === e.limit) e.grow(p, 1);
  e.words[p++] = REST;
  for (const key of keys) {
    const index = Number(key);
    const isIndex = index < array.length && String(index) === key;
    if ((isIndex && index < from) || !hasOwn.call(array, key)) continue;
    try {
      p = writeValue(e, isIndex ? index : key, p);
      p = writeValue(e, (array as unknown as Record<string, unknown>)[key], p);
    } catch (error) {
      throw passing(error, isIndex ? `[${key}]` : propertyPart(key));
    }
  }
  if (p === e.limit) e.grow(p, 1);
  e.words[p++] = END;
  return p;
}

/** Reads an array; `open` if the rest of it comes in pairs. */
export function readArray(d: Decoder, first: number, open: boolean): unknown[] {
  d.enter();
  const length = d.count(first);
  const array: unknown[] = d.made([]);
  // Elements are added one by one, so a false length costs nothing: the input ends first.
  for (let i = 0; i < length;) {
    const tag = d.p < d.end ? d.words[d.p] & 255 : END;
    if (tag === HOLES) {
      i += d.words[d.p++] >>> 8 & 63;
      if (i > length) throw corrupt("an array is longer than its length");
      array.length = i;
    } else if (tag === REST && open) break;
    else array[i++] = readValue(d);
  }
  if (open) readRest(d, array, length);
  d.depth--;
  return array;
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
