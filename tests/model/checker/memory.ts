/**
 * The shared memory of a simulated program: real bytes, an undo log to step back by, and a hash that is kept up to date
 * with every change, so that comparing two states costs nothing.
 * @module
 */

/** Two independent 32-bit mixes of a pair of numbers. */
export function mixLow(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ 0x27d4eb2f, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 13);
}

export function mixHigh(a: number, b: number): number {
  let h = Math.imul(a ^ 0x165667b1, 0x297a2d39) ^ Math.imul(b ^ 0x7feb352d, 0x846ca68b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return h ^ (h >>> 12);
}

/** Bytes that can be put back to any earlier moment. */
export class ModelMemory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  low = 0;
  high = 0;
  readonly #log: number[] = [];

  constructor(bytes: number) {
    const buffer = new ArrayBuffer(bytes);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
  }

  setWord(index: number, value: number): void {
    const old = this.words[index];
    if (old === (value | 0)) return;
    this.#log.push(index, old);
    this.#put(index, old, value);
  }

  setBytes(at: number, data: Uint8Array): void {
    const first = at >> 2;
    const last = (at + data.length - 1) >> 2;
    const wanted = new Uint8Array(this.bytes.slice(first << 2, (last + 1) << 2));
    wanted.set(data, at - (first << 2));
    const words = new Int32Array(wanted.buffer);
    for (let i = 0; i < words.length; i++) this.setWord(first + i, words[i]);
  }

  /** A moment to go back to. */
  mark(): number {
    return this.#log.length;
  }

  /** Takes back all changes since `mark`. */
  undo(mark: number): void {
    while (this.#log.length > mark) {
      const old = this.#log.pop() as number;
      const index = this.#log.pop() as number;
      this.#put(index, this.words[index], old);
    }
  }

  #put(index: number, old: number, value: number): void {
    this.low ^= mixLow(index, old) ^ mixLow(index, value);
    this.high ^= mixHigh(index, old) ^ mixHigh(index, value);
    this.words[index] = value;
  }
}
