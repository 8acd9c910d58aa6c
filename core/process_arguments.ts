/**
 * The arguments of a Process on their way to its thread. They are encoded like an item of a queue, with two differences:
 * they travel by message, and SharedArrayBuffers travel beside them.
 * @module
 */
import { assert } from "./assert.ts";
import { enterTransit } from "./cells.ts";
import { decode } from "./encode/decode.ts";
import { encode } from "./encode/encode.ts";
import { Inbox, Outbox } from "./encode/scratch.ts";
import { NotSerializable } from "./errors.ts";
import { sharedObjects } from "./handles.ts";
import type { ProcessCell, ProcessPlace } from "./process_cell.ts";
import type { Thread } from "./thread.ts";

/** Encoded arguments; structured clone can copy them. */
export interface PackedArguments {
  readonly bytes: Uint8Array;
  /** Big binaries, each with where it lies in the area that they would form together. */
  readonly bulks: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  readonly bulkLength: number;
  /** Cell and generation of each shared object in them and of the Process itself, one after the other. */
  readonly refs: readonly number[];
  readonly buffers: readonly SharedArrayBuffer[];
}

/**
 * Encodes `args` for the Process at `place`. The objects in them are in transit from now on, and so is the Process itself:
 * who started it may end before the warden hears of it. Throws NotSerializable.
 */
export function packArguments(thread: Thread, args: readonly unknown[], place: ProcessPlace): PackedArguments {
  const out = new Outbox();
  const buffers: SharedArrayBuffer[] = [];
  try {
    encode(args, out, sharedObjects(thread), { buffers });
  } catch (error) {
    if (!NotSerializable.is(error)) throw error;
    throw new NotSerializable(
      `An argument of a Process cannot travel: ${(error as Error).message.replace(/^item/, "args")}`,
      args,
    );
  }
  const refs = [...out.refs, place.cell, place.generation];
  let bulkLength = 0;
  const bulks = out.bulks.map((bulk) => {
    const offset = bulkLength;
    bulkLength += Math.ceil(bulk.byteLength / 8) * 8;
    return { offset, bytes: bulk.slice() };
  });
  checkRefs(thread, refs, args);
  for (let at = 0; at < refs.length; at += 2) enterTransit(thread.memory, refs[at]);
  return { bytes: out.bytes.slice(0, out.length), bulks, bulkLength, refs, buffers };
}

/** What encoding ran of the user's may have closed an object that it had found before. */
function checkRefs(thread: Thread, refs: readonly number[], args: readonly unknown[]): void {
  for (let at = 0; at < refs.length; at += 2) {
    if (thread.holds(refs[at], refs[at + 1])) continue;
    throw new NotSerializable("args hold a shared object that was closed while they were encoded.", args);
  }
}

/** Decodes arguments in the thread that they were sent to, which opens the objects in them. */
export function unpackArguments(thread: Thread, cell: ProcessCell, packed: PackedArguments): unknown[] {
  const { bytes, bulks, bulkLength, refs, buffers } = packed;
  const inbox = new Inbox();
  inbox.reserve(bytes.length);
  inbox.bytes.set(bytes);
  inbox.bulkLength = bulkLength;
  inbox.readBulk = (offset, target) => {
    const found = bulks.find((bulk) => bulk.offset === offset)?.bytes;
    assert(found?.length === target.length, `no binary of ${target.length} bytes came along for place ${offset}`);
    target.set(found);
  };
  try {
    return decode(inbox, 0, bytes.length, sharedObjects(thread), { buffers }) as unknown[];
  } finally {
    dropArguments(thread, cell, refs);
  }
}

/** The objects in the arguments are in transit no longer: they have arrived, or never will. Only the first call does anything. */
export function dropArguments(thread: Thread, cell: ProcessCell, refs: readonly number[]): void {
  if (!cell.takeArguments()) return;
  for (let at = 0; at < refs.length; at += 2) thread.endTransit(refs[at]);
}
