/**
 * Plain objects, and everything that travels as one.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { rootShape, type Shape, type ShapeNode } from "./shapes.ts";
import { readValue, writeValue } from "./nested.ts";
import { readString, writeString } from "./strings.ts";
import { END, OBJECT, OBJECT_EMPTY, OBJECT_KNOWN, OBJECT_OPEN } from "./tags.ts";
import { corrupt, passing } from "./refusal.ts";

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * Writes the enumerable properties of `object` that are its own: for-in shows those of prototypes, too. The shape is known
 * only behind the values, so that each getter runs once and in order.
 */
export function writeObject(e: Encoder, object: Record<string, unknown>, p: number): number {
  e.enter();
  // There may be no room at `head` yet; there is when it is written, since the values behind it have asked for theirs.
  const head = p++;
  let node: ShapeNode = rootShape();
  let open = false;
  let key = "";
  try {
    for (key in object) {
      if (!hasOwn.call(object, key)) continue;
      let next = node.last;
      if (next === undefined || next.key !== key) next = open ? undefined : node.child(key);
      if (next === undefined || open) {
        open = true;
        p = writeString(e, key, p);
      } else node = next;
      p = writeValue(e, object[key], p);
    }
  } catch (error) {
    throw passing(error, key);
  }
  e.depth--;
  if (open) {
    if (p === e.limit) e.grow(p, 1);
    e.words[p++] = END;
  } else if (node.depth === 0) {
    if (p > e.limit) e.grow(head, 1);
    e.words[head] = OBJECT_EMPTY;
    return p;
  }
  const block = node.block;
  if (block.home === e.home && !open) e.words[head] = OBJECT_KNOWN | block.at << 8;
  else e.words[head] = (open ? OBJECT_OPEN : OBJECT) | e.number(block, open) << 8;
  return p;
}

/** Sets a property as data, whatever its name. */
export function define(object: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Reads the object of the shape with this number in the record. */
export function readObject(d: Decoder, index: number): Record<string, unknown> {
  if (index >= d.shapeCount) throw corrupt("an object has no list of keys");
  return readShaped(d, d.shapes[index]);
}

/** Reads the object of the shape that all threads know by this place. */
export function readKnownObject(d: Decoder, at: number): Record<string, unknown> {
  const { shapes } = d.shared;
  if (shapes === undefined) throw corrupt("an object has a list of keys that nobody knows");
  return readShaped(d, shapes.met[at] ?? shapes.meet(at));
}

function readShaped(d: Decoder, shape: Shape): Record<string, unknown> {
  d.enter();
  const { Make } = shape;
  const object = d.made<Record<string, unknown>>(Make === undefined ? {} : new Make());
  if (shape.delicate) readDelicate(d, shape, object);
  else readFields(d, shape.keys, object);
  d.depth--;
  return object;
}

/** Written out, because a store with one key at one place in the code is several times as fast in a V8 that meets few shapes. */
function readFields(d: Decoder, keys: readonly string[], object: Record<string, unknown>): void {
  const count = keys.length;
  if (count === 0) return;
  object[keys[0]] = readValue(d);
  if (count === 1) return;
  object[keys[1]] = readValue(d);
  if (count === 2) return;
  object[keys[2]] = readValue(d);
  if (count === 3) return;
  object[keys[3]] = readValue(d);
  if (count === 4) return;
  object[keys[4]] = readValue(d);
  if (count === 5) return;
  object[keys[5]] = readValue(d);
  for (let i = 6; i < count; i++) object[keys[i]] = readValue(d);
}

function readDelicate(d: Decoder, shape: Shape, object: object): void {
  for (const key of shape.keys) define(object, key, readValue(d));
}

/** Reads an object some of whose properties come in pairs. */
export function readOpenObject(d: Decoder, index: number): Record<string, unknown> {
  const object = readObject(d, index);
  d.enter();
  while (d.words[d.take(1)] !== END) {
    d.p--;
    const key = readString(d);
    const value = readValue(d);
    if (key === "__proto__") define(object, key, value);
    else object[key] = value;
  }
  d.depth--;
  return object;
}
