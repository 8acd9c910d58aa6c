/**
 * What the codec's tests share: a round trip through bytes, and a description of a value in which everything that
 * structuredClone keeps can be seen: prototypes, holes, -0, the order of keys, and which objects are the same one.
 */
import { decode } from "../../core/encode/decode.ts";
import { encode, type SharedObjects } from "../../core/encode/encode.ts";
import { Inbox, Outbox } from "../../core/encode/scratch.ts";

export const noShared: SharedObjects = {
  refOf: () => undefined,
  open: () => {
    throw new Error("nothing to open");
  },
};

export interface Bytes {
  readonly bytes: Uint8Array;
  readonly bulks: Uint8Array;
}

/** The bytes of one item. */
export function encoded(value: unknown, shared: SharedObjects = noShared, buffers?: SharedArrayBuffer[]): Bytes {
  const out = new Outbox();
  encode(value, out, shared, buffers && { buffers });
  const bulks = new Uint8Array(out.bulkBytes);
  let at = 0;
  for (const bulk of out.bulks) {
    bulks.set(bulk, at);
    at += Math.ceil(bulk.length / 8) * 8;
  }
  return { bytes: out.bytes.slice(0, out.length), bulks };
}

/** The value of an item, read at another place than it was written. */
export function decoded(
  { bytes, bulks }: Bytes,
  shared: SharedObjects = noShared,
  buffers?: readonly SharedArrayBuffer[],
): unknown {
  const from = new Inbox();
  const start = 24;
  from.reserve(bytes.length + start + 8);
  // What another record left behind must not be taken for part of this one.
  from.bytes.fill(5);
  from.bytes.set(bytes, start);
  from.bulkLength = bulks.length;
  from.readBulk = (offset, target) => target.set(bulks.subarray(offset, offset + target.length));
  return decode(from, start, start + bytes.length, shared, buffers && { buffers });
}

export function roundTrip(value: unknown): unknown {
  return decoded(encoded(value));
}

/** A text that two values have in common only if they are alike. */
export function describe(value: unknown, seen: Map<object, number> = new Map()): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return String(value);
  const known = seen.get(value);
  if (known !== undefined) return `#${known}`;
  seen.set(value, seen.size);
  const inner = (v: unknown) => describe(v, seen);
  const parts = [contents(value, inner)];
  const keys = ArrayBuffer.isView(value) || value instanceof String || value instanceof Error ? [] : Object.keys(value);
  for (const key of keys) parts.push(`${JSON.stringify(key)}: ${inner((value as Record<string, unknown>)[key])}`);
  return `${Object.getPrototypeOf(value)?.constructor?.name}{${parts.join(", ")}}`;
}

function contents(value: object, inner: (v: unknown) => string): string {
  if (Array.isArray(value)) return `length ${value.length}`;
  if (value instanceof Map) return [...value].map(([k, v]) => `${inner(k)} => ${inner(v)}`).join();
  if (value instanceof Set) return [...value].map(inner).join();
  if (value instanceof Date) return String(value.getTime());
  if (value instanceof RegExp) return `${value} ${value.lastIndex}`;
  if (value instanceof ArrayBuffer) {
    return `${[...new Uint8Array(value)]} ${(value as { maxByteLength?: number }).maxByteLength}`;
  }
  if (ArrayBuffer.isView(value)) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return `${bytes.length > 5000 ? `${bytes.length} ${bytes[0]} ${bytes.at(-1)}` : [...bytes]}`;
  }
  if (value instanceof Error) {
    const cause = Object.hasOwn(value, "cause") ? inner(value.cause) : "none";
    return [value.name, value.message, Object.hasOwn(value, "message"), value.stack, cause].join();
  }
  for (const Box of [Number, String, Boolean, BigInt]) if (value instanceof Box) return inner(value.valueOf());
  return "";
}
