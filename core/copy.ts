/**
 * Copying bytes into shared memory, out of it, and about private memory. Which way is fast differs by a factor of four between
 * the runtimes, so an adapter may install its own.
 * @module
 */
import { PIECE_IN_PAGE } from "./page.ts";

/**
 * Copies `length` bytes of `source`, from byte `from` on, to byte `at` of `target`. They are there, do not overlap, and neither
 * array is of a class of the user's: a native copy believes what an array says of its length.
 */
export type CopyBytes = (target: Uint8Array, at: number, source: Uint8Array, from: number, length: number) => void;

const PIECE = 32768;
/** From how many bytes on two steps pay. */
const WORTH = 512;
const piece = new Uint8Array(new ArrayBuffer(PIECE_IN_PAGE + PIECE + 8), PIECE_IN_PAGE);

/**
 * Copies with what every runtime has. Where source and target lie differently within words of 8 bytes, V8 copies to and from
 * shared memory byte by byte, at a tenth of the speed; two steps by way of a private piece, the first or the second of them
 * private alone, are not hit by that.
 */
export function portableCopy(target: Uint8Array, at: number, source: Uint8Array, from: number, length: number): void {
  const [start, end] = [source.byteOffset + from, target.byteOffset + at];
  if (length < WORTH || ((end - start) & 7) === 0) {
    target.set(source.subarray(from, from + length), at);
    return;
  }
  const shift = (target.buffer instanceof SharedArrayBuffer ? end : start) & 7;
  for (let done = 0; done < length; done += PIECE) {
    const part = Math.min(PIECE, length - done);
    piece.set(source.subarray(from + done, from + done + part), shift);
    target.set(piece.subarray(shift, shift + part), at + done);
  }
}

/**
 * Copies `length` words, an even number, as records have it. For few of them, a loop is faster than any call, and one of two words a
 * step, whose sums cannot overflow, takes V8 two thirds of the instructions of a plain one.
 */
export function copyPairs(target: Int32Array, at: number, source: Int32Array, from: number, length: number): void {
  const end = (from + length) | 0;
  while (from < end) {
    target[at] = source[from];
    target[(at + 1) | 0] = source[(from + 1) | 0];
    at = (at + 2) | 0;
    from = (from + 2) | 0;
  }
}

/** The way in use. */
export let copyBytes: CopyBytes = portableCopy;

/** Installs a faster one; called once by the adapter. */
export function setCopy(faster: CopyBytes): void {
  copyBytes = faster;
}
