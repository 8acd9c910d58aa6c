/**
 * Numbers and bigints, and the objects that hold just one primitive or two: boxed ones, Date, RegExp.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { readValue, writeValue } from "./nested.ts";
import { readString, writeString } from "./strings.ts";
import { BIGINT, BIGINT64, BOXED, DATE, DOUBLE, INT24, INT32, REGEXP } from "./tags.ts";
import { corrupt } from "./refusal.ts";

/** Writes a number, of which there is room for three words. */
export function writeNumber(e: Encoder, value: number, p: number): number {
  const integer = value | 0;
  if (integer === value && (integer !== 0 || 1 / value > 0)) {
    if (integer << 8 >> 8 === integer) {
      e.words[p] = INT24 | integer << 8;
      return p + 1;
    }
    e.words[p] = INT32;
    e.words[p + 1] = integer;
    return p + 2;
  }
  e.words[p] = DOUBLE;
  e.view.setFloat64((p + 1) * 4, value, true);
  return p + 3;
}

/** Writes a bigint, of which there is room for three words if it is small. */
export function writeBigInt(e: Encoder, value: bigint, p: number): number {
  if (BigInt.asIntN(64, value) === value) {
    e.words[p] = BIGINT64;
    e.view.setBigInt64((p + 1) * 4, value, true);
    return p + 3;
  }
  e.words[p] = BIGINT | (value < 0n ? 1 << 8 : 0);
  return writeString(e, (value < 0n ? -value : value).toString(16), p + 1);
}

export function readBigInt64(d: Decoder): bigint {
  return d.view.getBigInt64(d.take(2) * 4, true);
}

export function readBigInt(d: Decoder, first: number): bigint {
  const digits = readString(d);
  if (digits === "") throw corrupt("a bigint has no digits");
  const magnitude = BigInt(`0x${digits}`);
  return first >>> 8 === 1 ? -magnitude : magnitude;
}

/** Writes a boxed primitive; `primitive` is what is in it. */
export function writeBoxed(e: Encoder, primitive: unknown, p: number): number {
  e.words[p] = BOXED;
  return writeValue(e, primitive, p + 1);
}

export function readBoxed(d: Decoder): object {
  // The number is taken before the primitive is read; a primitive has none, so the order does not matter.
  const primitive = readValue(d);
  if (primitive === null || primitive === undefined || typeof primitive === "object") {
    throw corrupt("a boxed primitive is no primitive");
  }
  return d.made(Object(primitive));
}

export function writeDate(e: Encoder, date: Date, p: number): number {
  e.words[p] = DATE;
  e.view.setFloat64((p + 1) * 4, Date.prototype.getTime.call(date), true);
  return p + 3;
}

export function readDate(d: Decoder): Date {
  return d.made(new Date(d.double()));
}

export function writeRegExp(e: Encoder, pattern: RegExp, p: number): number {
  e.words[p] = REGEXP;
  return writeString(e, pattern.flags, writeString(e, pattern.source, p + 1));
}

export function readRegExp(d: Decoder): RegExp {
  const source = readString(d);
  return d.made(new RegExp(source, readString(d)));
}
