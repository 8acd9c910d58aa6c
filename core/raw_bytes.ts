/**
 * Messages that are bytes and no item.
 * @module
 */
import { assert } from "./assert.ts";
import { bytesInChain, readChain } from "./chain.ts";
import { show } from "./deadline.ts";
import type { Inbox } from "./encode/scratch.ts";
import { freshBytes } from "./fresh.ts";
import { discardRecord } from "./incoming.ts";
import { checkInteger } from "./integers.ts";
import { BYTES, kindOfRecord, lengthOfBytes, wordsOfRecord } from "./record.ts";
import { bytesInBuffer, plainView, realBuffer, realLength, realOffset } from "./real_view.ts";
import type { Thread } from "./thread.ts";

/** The form of such messages, in which they are encoded as items are. */
export const RAW = {
  id: "bytes",
  encode: (bytes: Uint8Array): Uint8Array => bytes,
  decode(): never {
    throw new TypeError("Bytes are taken from their record as they are.");
  },
};

/** The part of `source` that is to be sent: `size` bytes from byte `offset` on, all the rest by default. Throws TypeError or RangeError. */
export function partOf(source: unknown, offset: number, size: number | undefined): Uint8Array {
  const view = ArrayBuffer.isView(source);
  if (!view && !(source instanceof ArrayBuffer)) {
    throw new TypeError(`bytes must be an ArrayBuffer or a view such as a Uint8Array, not ${show(source)}.`);
  }
  checkNotTransferred(source, "bytes");
  const length = view ? realLength(source) : bytesInBuffer(source);
  checkInteger(offset, "offset", 0, length, "bytes, within what is given");
  const most = length - offset;
  if (size !== undefined) checkInteger(size, "size", 0, most, "bytes, within what is given");
  const buffer = view ? realBuffer(source) : source;
  return new Uint8Array(buffer, (view ? realOffset(source) : 0) + offset, size ?? most);
}

/** Throws a TypeError if the buffer of `bytes` was transferred away, which makes it look like an empty one. */
function checkNotTransferred(bytes: ArrayBufferView | ArrayBuffer, name: string): void {
  if (bytes.byteLength > 0) return;
  try {
    new Uint8Array(ArrayBuffer.isView(bytes) ? bytes.buffer : bytes);
  } catch {
    throw new TypeError(
      `${name} is or sees an ArrayBuffer that was transferred away. Use it before it is transferred.`,
    );
  }
}

/** The part of `target` that may be filled: from byte `offset` on. Throws TypeError or RangeError. */
export function roomIn(target: unknown, offset: number): Uint8Array {
  if (!(target instanceof Uint8Array)) throw new TypeError(`target must be a Uint8Array, not ${show(target)}.`);
  checkNotTransferred(target, "target");
  checkInteger(offset, "offset", 0, target.length, "bytes, within the target");
  return target.subarray(offset);
}

/** The bytes of the record at the start of `inbox`, which lets go of what it held. */
export function readRawBytes(thread: Thread, inbox: Inbox): Uint8Array {
  const header = inbox.words[0];
  const length = lengthOfBytes(inbox.words, 0);
  if (kindOfRecord(header) === BYTES) {
    checkRoom(length, (wordsOfRecord(header) - 2) * 4);
    return inbox.bytes.slice(8, 8 + length);
  }
  try {
    checkRoom(length, Math.min(inbox.words[3] * 8, bytesInChain(thread.memory, inbox.words[1])));
    const bytes = freshBytes(length);
    readChain(thread.memory, inbox.words[1], 0, bytes);
    return bytes;
  } finally {
    discardRecord(thread, inbox, 0);
  }
}

/** Before anything is allocated for a message: what shared memory says of its length may be anything. */
function checkRoom(length: number, room: number): void {
  if (length > room) assert(false, `a message of ${length} bytes lies in ${room}`);
}

/** The same, into the beginning of `target`, and gives their number. What lies out of line goes there from shared memory in one step. */
export function readRawBytesInto(thread: Thread, inbox: Inbox, target: Uint8Array): number {
  const length = lengthOfBytes(inbox.words, 0);
  if (kindOfRecord(inbox.words[0]) === BYTES) {
    // Nothing goes into a target whose buffer was transferred away meanwhile, but it would throw.
    if (length > 0) target.set(inbox.bytes.subarray(8, 8 + length));
    return length;
  }
  try {
    const room = plainView(target);
    if (room.length < length) {
      throw new RangeError(`target has room for ${room.length} bytes, and says that it has more.`);
    }
    readChain(thread.memory, inbox.words[1], 0, room.subarray(0, length));
  } finally {
    discardRecord(thread, inbox, 0);
  }
  return length;
}
