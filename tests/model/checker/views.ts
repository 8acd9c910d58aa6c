/**
 * Typed arrays over the simulated memory: each read and write of an element is reported, as are the bulk methods.
 * @module
 */
import { op } from "./history.ts";
import type { Answer, Op } from "./history.ts";

type Typed = Int32Array | Uint32Array | Uint8Array | Float64Array | Uint16Array | BigInt64Array;
type TypedConstructor = {
  new (length: number): Typed;
  new (buffer: ArrayBuffer, offset?: number, length?: number): Typed;
  BYTES_PER_ELEMENT: number;
  prototype: object;
};

/** Who carries out what the views ask for. */
export type Perform = (op: Op) => Answer;

interface Place {
  readonly at: number;
  readonly length: number;
  readonly type: TypedConstructor;
}

const places: WeakMap<object, Place> = new WeakMap();

/** Where the elements of a view lie in the simulated memory; undefined for any other value. */
export function placeOf(view: unknown): Place | undefined {
  return typeof view === "object" && view !== null ? places.get(view) : undefined;
}

/** Bytes as an answer, and back: answers must be comparable by value. */
export function pack(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

export function unpack(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function read(perform: Perform, place: Place, from: number, to: number): Typed {
  const size = place.type.BYTES_PER_ELEMENT;
  if (to <= from) return new place.type(0);
  const answer = perform(op("read", place.at + from * size, (to - from) * size));
  return new place.type(unpack(answer as string).buffer as ArrayBuffer);
}

function write(perform: Perform, place: Place, from: number, values: ArrayLike<number>): void {
  if (values.length === 0) return;
  if (from < 0 || from + values.length > place.length) throw new RangeError("offset is out of bounds");
  const typed = new place.type(values.length);
  for (let i = 0; i < values.length; i++) typed[i] = values[i];
  const bytes = new Uint8Array(typed.buffer);
  perform(op("write", place.at + from * place.type.BYTES_PER_ELEMENT, bytes.length, 0, 0, bytes));
}

/** The bulk methods that shared memory is accessed by. */
function methods(perform: Perform, place: Place): Record<PropertyKey, unknown> {
  const size = place.type.BYTES_PER_ELEMENT;
  const clamp = (index: number | undefined, otherwise: number) =>
    index === undefined ? otherwise : Math.max(0, Math.min(place.length, index < 0 ? place.length + index : index));
  return {
    length: place.length,
    byteLength: place.length * size,
    byteOffset: place.at,
    BYTES_PER_ELEMENT: size,
    set: (source: ArrayLike<number>, offset = 0) => {
      const from = placeOf(source);
      write(perform, place, offset, from === undefined ? source : read(perform, from, 0, from.length) as Int32Array);
    },
    fill: (value: number, from?: number, to?: number) => {
      const first = clamp(from, 0);
      write(perform, place, first, new Array(Math.max(0, clamp(to, place.length) - first)).fill(value));
    },
    copyWithin: (target: number, from: number, to?: number) =>
      write(perform, place, target, read(perform, place, clamp(from, 0), clamp(to, place.length)) as Int32Array),
    slice: (from?: number, to?: number) => read(perform, place, clamp(from, 0), clamp(to, place.length)),
    subarray: (from?: number, to?: number) => {
      const first = clamp(from, 0);
      const length = Math.max(0, clamp(to, place.length) - first);
      return makeView(perform, place.type, place.at + first * size, length);
    },
    [Symbol.iterator]: () => read(perform, place, 0, place.length)[Symbol.iterator](),
  };
}

/** A view of `length` elements at byte `at`, which behaves as a typed array of that type. */
export function makeView<T extends Typed>(perform: Perform, type: unknown, at: number, length: number): T {
  const place: Place = { at, length, type: type as TypedConstructor };
  const own = methods(perform, place);
  const view = new Proxy({}, {
    get(_target, key) {
      const index = typeof key === "string" ? Number(key) : NaN;
      if (index !== index) return own[key];
      return index < length ? read(perform, place, index, index + 1)[0] : undefined;
    },
    set(_target, key, value) {
      const index = Number(key as string);
      if (index < length) write(perform, place, index, [value]);
      return true;
    },
    getPrototypeOf: () => place.type.prototype,
  });
  places.set(view, place);
  return view as T;
}
