/**
 * Items that lie out of line: bytes in a chain of runs of blocks.
 * @module
 */
import { claimChain, row } from "./arena.ts";
import { assert } from "./assert.ts";
import type { Outbox } from "./encode/scratch.ts";
import { BLOCK_BYTES, ROW_LENGTH, ROW_NEXT } from "./layout.ts";
import type { Memory } from "./views.ts";

/**
 * Copies the encoded item that `out` holds from byte `from` on, and its big binaries after it, each at a multiple of 8,
 * into a fresh chain that is private to thread `id`. Gives its first block. Throws OutOfSharedMemory.
 */
export function writeChain(memory: Memory, id: number, out: Outbox, from: number): number {
  const encoded = out.length - from;
  const first = claimChain(memory, id, Math.ceil((encoded + out.bulkBytes) / BLOCK_BYTES));
  eachPiece(memory, first, 0, encoded, (at, offset, length) => {
    memory.bytes.set(out.bytes.subarray(from + offset, from + offset + length), at);
  });
  let position = encoded;
  for (const bulk of out.bulks) {
    eachPiece(memory, first, position, bulk.byteLength, (at, offset, length) => {
      const whole = length === bulk.byteLength;
      memory.bytes.set(whole ? bulk : bulk.subarray(offset, offset + length), at);
    });
    position += (bulk.byteLength + 7) & ~7;
  }
  return first;
}

/** Copies `target.byteLength` bytes from byte `position` of the chain. */
export function readChain(memory: Memory, first: number, position: number, target: Uint8Array): void {
  eachPiece(memory, first, position, target.byteLength, (at, offset, length) => {
    target.set(memory.bytes.subarray(at, at + length), offset);
  });
}

/** Calls `visit` for each contiguous piece of a stretch of the chain, with where it lies in memory and its offset in the stretch. */
function eachPiece(
  memory: Memory,
  first: number,
  position: number,
  length: number,
  visit: (at: number, offset: number, length: number) => void,
): void {
  let run = first;
  let skip = position;
  for (let offset = 0; offset < length;) {
    assert(run > 0 && run < memory.blocks, `a chain leads to block ${run}`);
    const bytes = memory.words[row(run) + ROW_LENGTH] * BLOCK_BYTES;
    assert(bytes > 0, `block ${run} begins no run`);
    if (skip < bytes) {
      const piece = Math.min(bytes - skip, length - offset);
      memory.cover(((run * BLOCK_BYTES + skip + piece) >>> 2) - 1);
      visit(run * BLOCK_BYTES + skip, offset, piece);
      offset += piece;
      skip = 0;
    } else skip -= bytes;
    run = memory.words[row(run) + ROW_NEXT];
  }
}
