/**
 * Items that lie out of line: bytes in a chain of runs of blocks.
 * @module
 */
import { claimChain, isBlock, row } from "./arena.ts";
import { assert } from "./assert.ts";
import { copyBytes, plainView, realLength } from "./copy.ts";
import type { Outbox } from "./encode/scratch.ts";
import { NotSerializable } from "./errors.ts";
import { BLOCK_BYTES, ROW_LENGTH, ROW_NEXT } from "./layout.ts";
import type { Memory } from "./views.ts";

/**
 * Copies the encoded item that `out` holds from byte `from` on, and its big binaries after it, each at a multiple of 8,
 * into a fresh chain that is private to thread `id`. Gives its first block. Throws OutOfSharedMemory, and NotSerializable if a binary is
 * no longer what it was when it was found.
 */
export function writeChain(memory: Memory, id: number, out: Outbox, from: number): number {
  const encoded = out.length - from;
  const bulks = plainBulks(out);
  const first = claimChain(memory, id, Math.ceil((encoded + out.bulkBytes) / BLOCK_BYTES));
  eachPiece(memory, first, 0, encoded, (at, offset, length) => {
    copyBytes(memory.bytes, at, out.bytes, from + offset, length);
  });
  let position = encoded;
  for (const bulk of bulks) {
    eachPiece(memory, first, position, bulk.byteLength, (at, offset, length) => {
      copyBytes(memory.bytes, at, bulk, offset, length);
    });
    position += Math.ceil(bulk.byteLength / 8) * 8;
  }
  return first;
}

/**
 * The big binaries of `out`, as views of no class of the user's, which a native copy would believe. Before anything is claimed for
 * them: users' code that ran since they were found may have resized or transferred one.
 */
function plainBulks({ bulks, bulkBytes }: Outbox): Uint8Array[] {
  let total = 0;
  for (const bulk of bulks) total += Math.ceil(realLength(bulk) / 8) * 8;
  if (total === bulkBytes) return bulks.map(plainView);
  throw new NotSerializable(
    "item holds binary data that was resized or transferred away while the item was encoded, or whose class says " +
      "another length than it has.",
  );
}

/** How many bytes the chain that begins with block `first` holds. Throws if it leads nowhere or in a circle. */
export function bytesInChain(memory: Memory, first: number): number {
  const { words, blocks } = memory;
  let held = 0;
  for (let run = first; run !== 0; run = words[row(run) + ROW_NEXT]) {
    assert(isBlock(run, blocks), `a chain leads to block ${run}`);
    held += words[row(run) + ROW_LENGTH];
    assert(held > 0 && held <= blocks, `a chain of ${held} blocks begins at block ${first}`);
  }
  return held * BLOCK_BYTES;
}

/** Copies `target.byteLength` bytes from byte `position` of the chain. */
export function readChain(memory: Memory, first: number, position: number, target: Uint8Array): void {
  eachPiece(memory, first, position, target.byteLength, (at, offset, length) => {
    copyBytes(target, offset, memory.bytes, at, length);
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
    assert(isBlock(run, memory.blocks), `a chain leads to block ${run}`);
    const bytes = memory.words[row(run) + ROW_LENGTH] * BLOCK_BYTES;
    assert(bytes > 0, `block ${run} begins no run`);
    if (skip < bytes) {
      const piece = Math.min(bytes - skip, length - offset);
      memory.cover(Math.floor((run * BLOCK_BYTES + skip + piece - 1) / 4));
      visit(run * BLOCK_BYTES + skip, offset, piece);
      offset += piece;
      skip = 0;
    } else skip -= bytes;
    run = memory.words[row(run) + ROW_NEXT];
  }
}
