/**
 * The views through which an arena is seen.
 * @module
 */
import { OutOfSharedMemory } from "./errors.ts";
import { BLOCK_BYTES, MAX_BYTES } from "./layout.ts";
import { beginningOf, type Region, wholeOf } from "./region.ts";

type Growable = SharedArrayBuffer & { readonly maxByteLength?: number; grow?(bytes: number): void };

/**
 * One lasting object with the views of one arena as fields. Its views have explicit lengths, since engines read through
 * length-tracking ones 12 to 40 times slower; so another thread can have grown the buffer beyond them: `cover` the
 * largest index before using an offset that came from shared memory.
 */
export class Memory {
  readonly region: Region;
  /** All of it. */
  readonly buffer: SharedArrayBuffer;
  words: Int32Array;
  bytes: Uint8Array;

  constructor(region: Region) {
    this.region = region;
    this.buffer = wholeOf(region)!;
    // Until more is needed: then they go over to the whole, and stay there.
    const beginning = beginningOf(region);
    this.words = wordsOf(beginning);
    this.bytes = new Uint8Array(beginning, 0, beginning.byteLength);
  }

  /** Makes the views reach beyond word `index`, if the buffer does. */
  cover(index: number): void {
    if (index >= this.words.length) this.#renew();
  }

  /** How many blocks the buffer has at this moment. */
  get blocks(): number {
    return Math.floor(this.buffer.byteLength / BLOCK_BYTES);
  }

  /**
   * Makes room for `blocks` more blocks where `seen` were not enough; at least doubles the buffer, so that growing stays rare. Does
   * nothing if another thread has done so since: of several that run out together, one grows it. Throws when it cannot.
   */
  grow(blocks: number, seen: number): void {
    const buffer = this.buffer as Growable;
    if (this.blocks > seen) return this.#renew();
    const from = seen * BLOCK_BYTES;
    const most = Math.min(buffer.maxByteLength ?? from, MAX_BYTES);
    const needed = from + blocks * BLOCK_BYTES;
    if (needed > most) {
      throw new OutOfSharedMemory(
        `There is no room among ${from} bytes of shared memory, and beyond ${most} it does not grow. ` +
          "Take items out, close objects no longer needed, or lower maxBytes.",
      );
    }
    try {
      buffer.grow?.(Math.min(most, Math.max(needed, from * 2)));
    } catch (error) {
      // Another thread may have grown it further in between, which makes this request one to shrink; then all is well.
      if (buffer.byteLength < needed) {
        throw new OutOfSharedMemory(`The system gave no more shared memory beyond ${from} bytes: ${error}.`);
      }
    }
    this.#renew();
  }

  #renew(): void {
    // Both, or neither: who has made sure of the words relies on the bytes.
    const words = wordsOf(this.buffer);
    this.bytes = new Uint8Array(this.buffer, 0, this.buffer.byteLength);
    this.words = words;
  }
}

/** The words of `buffer`. Their number is a quotient, not a shift: from 2 GiB on, bytes are beyond 32 bits with a sign. */
function wordsOf(buffer: SharedArrayBuffer): Int32Array {
  return new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
}
