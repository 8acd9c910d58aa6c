/**
 * The kinds of elements that shared values and arrays have: what they are called, how wide they are, what they hold.
 * @module
 */
import { show } from "./deadline.ts";

/** Each kind of element, by its name and by Python's letter, and the typed array that shows elements of it. */
export interface ElementTypes {
  /** −128 … 127. */
  int8: Int8Array;
  /** 0 … 255. */
  uint8: Uint8Array;
  /** −2¹⁵ … 2¹⁵ − 1. */
  int16: Int16Array;
  /** 0 … 2¹⁶ − 1. */
  uint16: Uint16Array;
  /** −2³¹ … 2³¹ − 1. */
  int32: Int32Array;
  /** 0 … 2³² − 1. */
  uint32: Uint32Array;
  /** −2⁶³ … 2⁶³ − 1, as bigint. */
  bigint64: BigInt64Array;
  /** 0 … 2⁶⁴ − 1, as bigint. */
  biguint64: BigUint64Array;
  /** Floating point of 32 bits: values are rounded to it. */
  float32: Float32Array;
  /** Every number. */
  float64: Float64Array;
  /** Python's letter for `int8`. */
  b: Int8Array;
  /** Python's letter for `uint8`. */
  B: Uint8Array;
  /** Python's letter for `int16`. */
  h: Int16Array;
  /** Python's letter for `uint16`. */
  H: Uint16Array;
  /** Python's letter for `int32`. */
  i: Int32Array;
  /** Python's letter for `uint32`. */
  I: Uint32Array;
  /** Python's letter for `bigint64`: 64 bits on every system. */
  l: BigInt64Array;
  /** Python's letter for `biguint64`: 64 bits on every system. */
  L: BigUint64Array;
  /** Python's letter for `bigint64`. */
  q: BigInt64Array;
  /** Python's letter for `biguint64`. */
  Q: BigUint64Array;
  /** Python's letter for `float32`. */
  f: Float32Array;
  /** Python's letter for `float64`. */
  d: Float64Array;
}

/** The name of a kind of element, or Python's letter for it. */
export type ElementKind = keyof ElementTypes;

/** What elements of kind `K` are in JavaScript: `bigint` where there are 64 bits, else `number`. */
export type ElementOf<K extends ElementKind> = ElementTypes[K] extends BigInt64Array | BigUint64Array ? bigint : number;

/** A typed array of any kind. */
export type TypedArray = ElementTypes[ElementKind];
/** The typed arrays that atomic operations take. */
export type IntegerArray = Exclude<TypedArray, Float32Array | Float64Array>;

type Over<A> = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => A;

/** What is to be known of a kind. */
export interface Kind {
  /** Its number in shared memory. */
  readonly code: number;
  readonly name: ElementKind;
  readonly bytes: number;
  readonly array: Over<TypedArray>;
  /** Integers of the same width. */
  readonly bits: Over<IntegerArray>;
  readonly float: boolean;
  readonly big: boolean;
  readonly least: number | bigint;
  readonly most: number | bigint;
}

const kinds: Kind[] = [];
const named: Map<string, Kind> = new Map();

function defineKind(names: string, array: Over<TypedArray>, bytes: number, more: Partial<Kind> = {}): void {
  const signed = /^[bi]/.test(names) && !names.startsWith("biguint");
  const big = names.startsWith("big");
  const width = bytes * 8;
  const least = signed ? -(2n ** BigInt(width - 1)) : 0n;
  const most = signed ? 2n ** BigInt(width - 1) - 1n : 2n ** BigInt(width) - 1n;
  const all = names.split(" ");
  const kind: Kind = {
    code: kinds.length,
    name: all[0] as ElementKind,
    bytes,
    array,
    bits: array as Over<IntegerArray>,
    float: false,
    big,
    least: big ? least : Number(least),
    most: big ? most : Number(most),
    ...more,
  };
  kinds.push(kind);
  for (const name of all) named.set(name, kind);
}

defineKind("int8 b", Int8Array, 1);
defineKind("uint8 B", Uint8Array, 1);
defineKind("int16 h", Int16Array, 2);
defineKind("uint16 H", Uint16Array, 2);
defineKind("int32 i", Int32Array, 4);
defineKind("uint32 I", Uint32Array, 4);
defineKind("bigint64 l q", BigInt64Array, 8);
defineKind("biguint64 L Q", BigUint64Array, 8);
defineKind("float32 f", Float32Array, 4, { bits: Int32Array, float: true, least: -Infinity, most: Infinity });
defineKind("float64 d", Float64Array, 8, { bits: BigInt64Array, float: true, least: -Infinity, most: Infinity });

/** The kind called `name`. Throws a TypeError if there is none. */
export function elementKind(name: unknown): Kind {
  const kind = typeof name === "string" ? named.get(name) : undefined;
  if (kind !== undefined) return kind;
  const names = kinds.map((kind) => JSON.stringify(kind.name)).join(", ");
  throw new TypeError(`kind must be ${names}, or one of Python's letters b B h H i I l L q Q f d, not ${show(name)}.`);
}

/** The kind of that number. */
export function elementKindCoded(code: number): Kind {
  return kinds[code];
}

/** Throws unless `value` is one that an element of `kind` can have: shared integers do not wrap. */
export function checkElement(kind: Kind, value: unknown, what: string): asserts value is number | bigint {
  if (kind.big ? typeof value === "bigint" : typeof value === "number") {
    if (kind.float) return;
    const whole = kind.big || Number.isInteger(value);
    if (whole && (value as number) >= kind.least && (value as number) <= kind.most) return;
    throw outOfRange(kind, value, what);
  }
  throw new TypeError(`${what} must be a ${kind.big ? "bigint" : "number"} for kind ${kind.name}, not ${show(value)}.`);
}

/** The error of a value that an element of `kind` cannot have. */
export function outOfRange(kind: Kind, value: unknown, what: string): RangeError {
  return new RangeError(
    `${what} must be an integer from ${kind.least} to ${kind.most} for kind ${kind.name}, not ${show(value)}.`,
  );
}
