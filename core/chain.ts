/**
 * Items that lie out of line: bytes in a chain of runs of blocks, of which the first bytes are left empty (page.ts).
 * @module
 */
import { claimChain, isBlock, row } from "./arena.ts";
import { assert } from "./assert.ts";
import { copyBytes } from "./copy.ts";
import type { Outbox } from "./encode/scratch.ts";
import { BLOCK_BYTES, ROW_LENGTH, ROW_NEXT } from "./layout.ts";
import { CHAIN_IN_PAGE } from "./page.ts";
import type { Memory } from "./views.ts";

/**
 * Copies the encoded item that `out` holds from byte `from` on, and its big binaries after it, each at a multiple of 8,
 * into a fresh chain that is private to thread `id`. Gives its first block. Throws OutOfSharedMemory.
 */
export function writeChain(memory: Memory, id: number, out: Outbox, from: number): number {
  const encoded = out.length - from;
  const first = claimChain(memory, id, Math.ceil((CHAIN_IN_PAGE + encoded + out.bulkBytes) / BLOCK_BYTES));
  eachPiece(memory, first, 0, encoded, (at, offset, length) => {
    copyBytes(memory.bytes, at, out.bytes, from + offset, length);
  });
  let position = encoded;
  for (const bulk of out.bulks) {
    eachPiece(memory, first, position, bulk.byteLength, (at, offset, length) => {
      copyBytes(memory.bytes, at, bulk, offset, length);
    });
    position += Math.ceil(bulk.byteLength / 8) * 8;
  }
  return first;
}

/** How many blocks the run has that begins with block `run`. Throws unless all lie in the memory: a native copy would just stop there. */
function lengthOfRun({ words, blocks }: Memory, run: number): number {
  if (!isBlock(run, blocks)) assert(false, `a chain leads to block ${run}`);
  const length = words[row(run) + ROW_LENGTH];
  if (length <= 0 || length > blocks - run) {
    assert(false, `a run of ${length} blocks begins at block ${run} of ${blocks}`);
  }
  return length;
}

/** How many bytes the chain that begins with block `first` holds. Throws if it leads nowhere or in a circle. */
export function bytesInChain(memory: Memory, first: number): number {
  const { words, blocks } = memory;
  let held = 0;
  for (let run = first; run !== 0; run = words[row(run) + ROW_NEXT]) {
    held += lengthOfRun(memory, run);
    if (held > blocks) assert(false, `a chain of ${held} blocks begins at block ${first}`);
  }
  return held * BLOCK_BYTES - CHAIN_IN_PAGE;
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
  let skip = CHAIN_IN_PAGE + position;
  for (let offset = 0; offset < length;) {
    const bytes = lengthOfRun(memory, run) * BLOCK_BYTES;
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
