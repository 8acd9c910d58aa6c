/**
 * A user's own form of items.
 * @module
 */
import { show } from "./deadline.ts";
import type { Inbox, Outbox } from "./encode/scratch.ts";
import { freshBytes } from "./fresh.ts";
import { plainView, realLength } from "./real_view.ts";

/**
 * A user's own way to turn items into bytes and back; it replaces Isthmus' own. Functions do not travel: a queue carries
 * the codec's `id`, and every thread that puts or gets gives a codec of that id to `attach`.
 *
 * @example
 * ```ts
 * import { type Codec, Queue } from "@isthmus/isthmus";
 *
 * const dates: Codec<Date> = {
 *   id: "dates",
 *   encode: (date) => new TextEncoder().encode(date.toISOString()),
 *   decode: (bytes) => new Date(new TextDecoder().decode(bytes)),
 * };
 * const queue = new Queue<Date>({ codec: dates });
 * await queue.put(new Date(0));
 * const attached = Queue.attach<Date>(queue.handle, { codec: dates }); // in any thread
 * console.log((await attached.get()).getTime()); // 0
 * ```
 */
export interface Codec<T> {
  /** Names the form: the same in all threads. At most 40 bytes of UTF-8. */
  readonly id: string;
  /** The bytes of an item. They are copied at once. What it throws, put throws. */
  encode(item: T): Uint8Array;
  /** The item of these bytes, which are the caller's to keep. What it throws, get throws; the item counts as taken. */
  decode(bytes: Uint8Array): T;
}

/** Throws a TypeError unless `value` is a codec. */
export function checkCodec(value: unknown): asserts value is Codec<unknown> {
  const codec = value as Partial<Codec<unknown>> | null;
  if (
    typeof codec !== "object" || codec === null || typeof codec.id !== "string" || codec.id === "" ||
    typeof codec.encode !== "function" || typeof codec.decode !== "function"
  ) {
    throw new TypeError(`codec must be { id: string, encode(item), decode(bytes) }, not ${show(value)}.`);
  }
}

const BULK = 16384;

/** Encodes `item` by `codec` at the end of `out`, and gives the exact number of bytes. */
export function encodeOwn(codec: Codec<unknown>, item: unknown, out: Outbox): number {
  const bytes = codec.encode(item);
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`encode of codec ${show(codec.id)} must give a Uint8Array, not ${show(bytes)}.`);
  }
  const length = realLength(bytes);
  const padded = Math.ceil(length / 8) * 8;
  if (length >= BULK) {
    out.bulks.push(plainView(bytes));
    out.bulkBytes += padded;
  } else {
    out.reserve(padded);
    out.bytes.set(bytes, out.length);
    out.length += padded;
  }
  return length;
}

/** Decodes by `codec` the `length` bytes of an item that begins at byte `start` of `from`, or lies out of line. */
export function decodeOwn(codec: Codec<unknown>, from: Inbox, start: number, length: number): unknown {
  let bytes: Uint8Array;
  if (from.readBulk === undefined) bytes = from.bytes.slice(start, start + length);
  else {
    bytes = freshBytes(length);
    from.readBulk(0, bytes);
  }
  return codec.decode(bytes);
}
