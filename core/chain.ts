/**
 * Items that lie out of line: bytes in a chain of runs of blocks.
 * @module
 */
import { claimChain, isBlock, row } from "./arena.ts";
import { assert } from "./assert.ts";
import type { Outbox } from "./encode/scratch.ts";
import { BLOCK_BYTES, ROW_LENGTH, ROW_NEXT } from "./layout.ts";
import type { Memory } from "./views.ts";

const PIECE = 32768;
/** From how many bytes on two steps pay. */
const WORTH = 512;
const piece = new Uint8Array(PIECE + 8);

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
      copy(memory.bytes, at, whole ? bulk : bulk.subarray(offset, offset + length), at);
    });
    position += (bulk.byteLength + 7) & ~7;
  }
  return first;
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
    copy(target, offset, memory.bytes.subarray(at, at + length), at);
  });
}

/**
 * Copies `source` to `target` from `at` on, of which one lies at byte `shared` of shared memory. Where source and target lie
 * differently within words of 8 bytes, V8 copies to and from shared memory byte by byte, at a tenth of the speed; two steps by way of
 * a private piece, the first or the second of them private alone, are not hit by that.
 */
function copy(target: Uint8Array, at: number, source: Uint8Array, shared: number): void {
  const { length } = source;
  if (length < WORTH || ((target.byteOffset + at - source.byteOffset) & 7) === 0) {
    target.set(source, at);
    return;
  }
  const shift = shared & 7;
  for (let from = 0; from < length; from += PIECE) {
    const part = Math.min(PIECE, length - from);
    piece.set(source.subarray(from, from + part), shift);
    target.set(piece.subarray(shift, shift + part), at + from);
  }
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
