/**
 * The views through which an arena is seen.
 * @module
 */
import { OutOfSharedMemory } from "./errors.ts";
import { BLOCK_BYTES, MAX_BYTES } from "./layout.ts";
import { currentBuffer, growTo, mostOf, type Region } from "./region.ts";

/**
 * One lasting object with the views of one arena as fields. Its views have explicit lengths, since engines read through
 * length-tracking ones 12 to 40 times slower; so another thread can have grown the region beyond them: `cover` the
 * largest index before using an offset that came from shared memory.
 */
export class Memory {
  readonly region: Region;
  words: Int32Array;
  bytes: Uint8Array;

  constructor(region: Region) {
    this.region = region;
    const { buffer } = this;
    this.words = wordsOf(buffer);
    this.bytes = new Uint8Array(buffer, 0, buffer.byteLength);
  }

  /** All of it as it is at this moment. */
  get buffer(): SharedArrayBuffer {
    return currentBuffer(this.region)!;
  }

  /** Makes the views reach beyond word `index`, if the region does. */
  cover(index: number): void {
    if (index >= this.words.length) this.#renew();
  }

  /** How many blocks there are at this moment. */
  get blocks(): number {
    return Math.floor(this.buffer.byteLength / BLOCK_BYTES);
  }

  /**
   * Makes room for `blocks` more blocks where `seen` were not enough; at least doubles the region, so that growing stays rare. Does
   * nothing if another thread has done so since: of several that run out together, one grows it. Throws when it cannot.
   */
  grow(blocks: number, seen: number): void {
    if (this.blocks > seen) return this.#renew();
    const { region } = this;
    const from = seen * BLOCK_BYTES;
    const most = Math.min(mostOf(region), MAX_BYTES);
    const needed = from + blocks * BLOCK_BYTES;
    if (needed > most) {
      throw new OutOfSharedMemory(
        `There is no room among ${from} bytes of shared memory, and beyond ${most} it does not grow. ` +
          "Take items out, close objects no longer needed, or lower maxBytes.",
      );
    }
    try {
      growTo(region, Math.min(most, Math.max(needed, from * 2)));
    } catch (error) {
      // Another thread may have grown it further in between, which makes this request one to shrink; then all is well.
      if (this.buffer.byteLength < needed) this.#growLess(needed, error);
    }
    this.#renew();
  }

  /** Where there was not as much as was asked for, there may be what is needed. */
  #growLess(needed: number, reason: unknown): void {
    try {
      growTo(this.region, needed);
    } catch {
      const { byteLength } = this.buffer;
      if (byteLength >= needed) return;
      throw new OutOfSharedMemory(
        `The system gave no more shared memory beyond ${byteLength} bytes: ${reason}. ` +
          "Take items out, close objects no longer needed, or lower maxBytes.",
      );
    }
  }

  #renew(): void {
    const { buffer } = this;
    // Both, or neither: who has made sure of the words relies on the bytes.
    const words = wordsOf(buffer);
    this.bytes = new Uint8Array(buffer, 0, buffer.byteLength);
    this.words = words;
  }
}

/** The words of `buffer`. Their number is a quotient, not a shift: from 2 GiB on, bytes are beyond 32 bits with a sign. */
function wordsOf(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
}
