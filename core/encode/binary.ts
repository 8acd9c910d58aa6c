/**
 * Buffers and views. A view is written as its place in a buffer; the buffers come behind the values, when it is known
 * which part of each the views see. So views that share a buffer still do on arrival, and of a lone view only the bytes
 * that it sees travel. Large ones are not copied into the scratch at all.
 * @module
 */
import { isArena } from "../arena.ts";
import { freshBytes } from "../fresh.ts";
import {
  bytesInBuffer,
  isResizable,
  mostInBuffer,
  nameOfTyped,
  plainView,
  realBuffer,
  realLength,
  realOffset,
} from "../real_view.ts";
import type { Encoder, Seen } from "./encoder.ts";
import type { Arrived, Decoder } from "./decoder.ts";
import { BUFFER, BULK_MIN, BYTES, SHARED_BUFFER, SHARED_VIEW, VIEW } from "./tags.ts";
import { corrupt, Refusal } from "./refusal.ts";

type ViewClass = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView;

const DATA_VIEW = "DataView";
const NAMES = [
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
  DATA_VIEW,
  "Float16Array",
];
const CLASSES = NAMES.map((name) => (globalThis as unknown as Record<string, ViewClass | undefined>)[name]);
const SIZES = CLASSES.map((c) => (c as unknown as { BYTES_PER_ELEMENT?: number } | undefined)?.BYTES_PER_ELEMENT ?? 1);
const NUMBERS = new Map(NAMES.map((name, i) => [name, i]));
const UINT8 = 1;
const NOTHING = new Uint8Array(0);

const RESIZABLE = 1;
const BULK = 2;

/** Writes a view's place in its buffer. */
export function writeView(e: Encoder, view: ArrayBufferView, p: number): number {
  const name = nameOfTyped(view) ?? DATA_VIEW;
  const typed = name !== DATA_VIEW;
  const buffer = realBuffer(view, typed);
  const length = realLength(view, typed), offset = realOffset(view, typed);
  const isShared = isSharedBuffer(buffer);
  // The item itself: no other view in it can see the buffer, and nothing needs to be known of that.
  if (name === NAMES[UINT8] && e.atRoot(p) && !isShared && length < BULK_MIN && length > 0) {
    return writeItself(e, view as Uint8Array, length, p);
  }
  let index: number;
  if (isShared) index = sharedIndex(e, buffer as SharedArrayBuffer, "is a view on a SharedArrayBuffer");
  else {
    if (length === 0) checkAttached(buffer as ArrayBuffer);
    index = see(e, buffer as ArrayBuffer, offset, offset + length, view);
  }
  const number = NUMBERS.get(name);
  if (number === undefined) throw new Refusal(`is a ${name}, which is not known here; send its buffer`);
  if (p + 6 > e.limit) e.grow(p, 6);
  e.words[p] = (isShared ? SHARED_VIEW : VIEW) | number << 8;
  e.words[p + 1] = index;
  e.view.setFloat64((p + 2) * 4, offset, true);
  e.view.setFloat64((p + 4) * 4, length, true);
  return p + 6;
}

function writeItself(e: Encoder, bytes: Uint8Array, length: number, p: number): number {
  const words = 1 + ((length + 3) >>> 2);
  if (p + words > e.limit) e.grow(p, words);
  e.words[p] = BYTES | length << 8;
  e.out.bytes.set(bytes, (p + 1) * 4);
  return p + words;
}

/** Reads an item that is a Uint8Array, begun by `first`. */
export function readBytes(d: Decoder, first: number): Uint8Array {
  const length = first >>> 8;
  const at = d.take((length + 3) >>> 2) * 4;
  return d.made(d.bytes.slice(at, at + length));
}

export function writeBuffer(e: Encoder, buffer: ArrayBuffer, p: number): number {
  checkAttached(buffer);
  const index = see(e, buffer, 0, bytesInBuffer(buffer), undefined);
  e.buffers[index].whole = true;
  e.words[p] = BUFFER | index << 8;
  return p + 1;
}

export function writeSharedBuffer(e: Encoder, buffer: SharedArrayBuffer, p: number): number {
  e.words[p] = SHARED_BUFFER | sharedIndex(e, buffer, "is a SharedArrayBuffer") << 8;
  return p + 1;
}

function isSharedBuffer(buffer: ArrayBufferLike): boolean {
  return typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;
}

function sharedIndex(e: Encoder, buffer: SharedArrayBuffer, what: string): number {
  const list = e.sharedBuffers;
  if (list === undefined) {
    if (isArena(buffer)) {
      throw new Refusal(
        "is the memory in the handle of a shared object; put the object itself, handles are for postMessage",
      );
    }
    throw new Refusal(`${what}; send a SharedArray or SharedValue, or pass it as an argument of a Process`);
  }
  const index = list.indexOf(buffer);
  return index >= 0 ? index : list.push(buffer) - 1;
}

function checkAttached(buffer: ArrayBuffer): void {
  if (bytesInBuffer(buffer) !== 0) return;
  try {
    new Uint8Array(buffer);
  } catch {
    throw new Refusal("is or sees an ArrayBuffer that was transferred away; send it before it is transferred");
  }
}

/** Notes that a value sees this part of the buffer, and gives the buffer's number. */
function see(e: Encoder, buffer: ArrayBuffer, start: number, end: number, view: ArrayBufferView | undefined): number {
  const buffers = e.buffers;
  const index = e.bufferIndex(buffer);
  if (index < 0) return buffers.push({ buffer, start, end, uses: 1, view, whole: false }) - 1;
  const seen = buffers[index];
  seen.uses++;
  if (start < seen.start) seen.start = start;
  if (end > seen.end) seen.end = end;
  return index;
}

/** Writes the trailer's part with the buffers. */
export function writeBuffers(e: Encoder, p: number): number {
  if (p === e.limit) e.grow(p, 1);
  e.words[p++] = e.buffers.length;
  for (const seen of e.buffers) p = writeBytes(e, seen, p);
  return p;
}

/** Flags; the place in the source where the copy begins; how many of its first bytes nobody sees; its length; the bytes or their place. */
function writeBytes(e: Encoder, seen: Seen, p: number): number {
  // Elements of several views must stay aligned. The bytes before the first seen one travel as zeros.
  const start = seen.uses === 1 ? seen.start : seen.start - seen.start % 8;
  const { buffer } = seen;
  const length = seen.end - seen.start;
  const source = bytesOf(seen, length);
  const resizable = seen.whole && isResizable(buffer);
  const isBulk = length >= BULK_MIN;
  const room = 9 + (isBulk ? 2 : Math.ceil(length / 4));
  if (p + room > e.limit) e.grow(p, room);
  e.words[p++] = (resizable ? RESIZABLE : 0) | (isBulk ? BULK : 0);
  e.view.setFloat64(p * 4, start, true);
  e.view.setFloat64((p + 2) * 4, seen.start - start, true);
  e.view.setFloat64((p + 4) * 4, length, true);
  p += 6;
  if (resizable) {
    e.view.setFloat64(p * 4, mostInBuffer(buffer), true);
    p += 2;
  }
  if (isBulk) {
    e.view.setFloat64(p * 4, e.out.bulkBytes - e.bulkStart, true);
    e.out.bulks.push(plainView(source));
    e.out.bulkBytes += Math.ceil(length / 8) * 8;
    return p + 2;
  }
  e.out.bytes.set(source, p * 4);
  return p + Math.ceil(length / 4);
}

/**
 * The `length` bytes that are seen of a buffer. A getter that ran since that was found may have resized or transferred it. None runs from
 * here to the end of the encoding, nor until a bulk is copied.
 */
function bytesOf({ buffer, start, uses, view }: Seen, length: number): Uint8Array {
  const lone = uses === 1 && view !== undefined && nameOfTyped(view) === NAMES[UINT8];
  if (lone ? realLength(view, true) !== length : start + length > bytesInBuffer(buffer)) {
    throw new Refusal(
      "holds binary data that was resized or transferred away while the item was encoded; leave it as it is meanwhile",
    );
  }
  if (length === 0) return NOTHING;
  return lone ? view as Uint8Array : new Uint8Array(buffer, start, length);
}

/** Reads the trailer's buffers. */
export function readBuffers(d: Decoder): void {
  for (let left = d.words[d.take(1)] >>> 0; left > 0; left--) {
    const flags = d.words[d.take(1)];
    const start = d.size(), skipped = d.size(), length = d.size();
    const maxByteLength = flags & RESIZABLE ? d.size() : undefined;
    if (skipped > 7) throw corrupt("a buffer begins too late");
    if (flags & BULK) {
      const offset = d.size();
      if (offset + length > d.from.bulkLength) throw corrupt("a buffer is longer than its item");
      if (d.from.readBulk === undefined) throw corrupt("a large buffer is missing");
      const target = allocate(length, skipped, maxByteLength);
      d.from.readBulk(offset, target);
      d.buffers.push({ start, bytes: target, buffer: undefined, taken: skipped !== 0 || maxByteLength !== undefined });
      continue;
    }
    const at = d.take(Math.ceil(length / 4)) * 4;
    const plain = skipped === 0 && maxByteLength === undefined;
    const bytes = plain ? d.bytes.slice(at, at + length) : allocate(length, skipped, maxByteLength);
    if (!plain) bytes.set(d.bytes.subarray(at, at + length));
    d.buffers.push({ start, bytes, buffer: undefined, taken: !plain });
  }
}

/** Fresh memory for `length` bytes behind `skipped` ones. The bytes may hold anything: the caller writes them. */
function allocate(length: number, skipped: number, maxByteLength: number | undefined): Uint8Array<ArrayBuffer> {
  if (maxByteLength === undefined) {
    return skipped === 0 ? freshBytes(length) : new Uint8Array(new ArrayBuffer(skipped + length), skipped);
  }
  const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
  return new Uint8Array(new Resizable(length, { maxByteLength }), 0, length);
}

/** A buffer as such. Asking V8 for the buffer of a small array costs more than all the rest, so it is done only if needed. */
function bufferOf(arrived: Arrived): ArrayBuffer {
  return arrived.buffer ??= arrived.bytes.buffer;
}

function arrivedAt(d: Decoder, index: number): Arrived {
  if (index >= d.buffers.length) throw corrupt("a buffer is missing");
  return d.buffers[index];
}

export function readBuffer(d: Decoder, first: number): ArrayBuffer {
  return d.made(bufferOf(arrivedAt(d, first >>> 8)));
}

export function readSharedBuffer(d: Decoder, index: number): SharedArrayBuffer {
  const buffer = d.sharedBuffers?.[index];
  if (buffer === undefined) throw corrupt("a SharedArrayBuffer is missing");
  return buffer;
}

export function readView(d: Decoder, first: number, isShared: boolean): ArrayBufferView {
  const number = first >>> 8;
  if (CLASSES[number] === undefined) throw corrupt(`this runtime has no ${NAMES[number] ?? "such view"}`);
  const index = d.words[d.take(1)] >>> 0;
  const offset = d.size(), length = d.size();
  if (isShared) return viewOn(d, readSharedBuffer(d, index), number, offset, length);
  const arrived = arrivedAt(d, index);
  const begin = offset - arrived.start;
  if (number === UINT8 && !arrived.taken && begin === 0 && length === arrived.bytes.length) {
    // The copy is the very view that is wanted, but only once: a second view on the same bytes is another object.
    arrived.taken = true;
    return d.made(arrived.bytes);
  }
  return viewOn(d, bufferOf(arrived), number, begin, length);
}

function viewOn(d: Decoder, buffer: ArrayBufferLike, number: number, begin: number, length: number): ArrayBufferView {
  const size = SIZES[number];
  if (begin < 0 || begin % size !== 0 || begin + length > buffer.byteLength || length % size !== 0) {
    throw corrupt("a view lies outside its buffer");
  }
  return d.made(new CLASSES[number]!(buffer, begin, length / size));
}
