/**
 * Elements in shared memory, each read and written by one atomic access.
 * @module
 */
import { show } from "./deadline.ts";
import { checkElement, type IntegerArray, type Kind, outOfRange, type TypedArray } from "./element_kinds.ts";
import { compareExchange, load, store } from "./memory.ts";

type Value = number | bigint;

/** One private element to turn floats into integers of the same width and back, since atomics know integers alone. */
const scratch = new ArrayBuffer(8);

/** A stretch of elements of one kind. What its owner throws when it is closed, each use throws, after arguments have been checked. */
export class Elements {
  readonly kind: Kind;
  readonly #check: () => void;
  readonly #view: TypedArray;
  /** The same memory as integers. */
  readonly #bits: IntegerArray;
  readonly #float: TypedArray;
  readonly #floatBits: IntegerArray;

  /** @param check throws unless the elements may be used */
  constructor(kind: Kind, buffer: SharedArrayBuffer, byteOffset: number, length: number, check: () => void) {
    this.kind = kind;
    this.#check = check;
    this.#view = new kind.array(buffer, byteOffset, length);
    this.#bits = kind.float ? new kind.bits(buffer, byteOffset, length) : this.#view as IntegerArray;
    this.#float = new kind.array(scratch, 0, 1);
    this.#floatBits = new kind.bits(scratch, 0, 1);
  }

  /** The elements as a typed array, of their own kind. */
  get view(): TypedArray {
    this.#check();
    return this.#view;
  }

  /** The element at `index`, which must be one. */
  load(index: number): Value {
    this.#check();
    const bits = load(this.#bits as Int32Array, index);
    if (!this.kind.float) return bits;
    this.#floatBits[0] = bits;
    return this.#float[0];
  }

  /** Makes `value` the element at `index`. Throws TypeError or RangeError if it cannot be one. */
  store(index: number, value: unknown): void {
    checkElement(this.kind, value, "value");
    this.#check();
    store(this.#bits as Int32Array, index, this.#toBits(value) as number);
  }

  #toBits(value: Value): Value {
    if (!this.kind.float) return value;
    this.#float[0] = value as number;
    return this.#floatBits[0];
  }

  /** Adds `delta` to the element at `index` and gives what it was. Throws RangeError, changing nothing, if the sum cannot be one. */
  add(index: number, delta: unknown): Value {
    this.#checkInteger("add");
    const { kind } = this;
    if (kind.big ? typeof delta !== "bigint" : typeof delta !== "number") checkElement(kind, delta, "delta");
    if (!kind.big && !Number.isInteger(delta)) throw new RangeError(`delta must be an integer, not ${show(delta)}.`);
    this.#check();
    for (let before = load(this.#bits as Int32Array, index) as Value;;) {
      const after = (before as number) + (delta as number);
      if (after < kind.least || after > kind.most) {
        throw outOfRange(kind, after, `${show(before)} + ${show(delta)}, the sum,`);
      }
      const seen = compareExchange(this.#bits as Int32Array, index, before as number, after);
      if (seen === before) return before;
      before = seen;
    }
  }

  /** Makes `replacement` the element at `index` if it is `expected`, and gives what it was. */
  compareExchange(index: number, expected: unknown, replacement: unknown): Value {
    this.#checkInteger("compareExchange");
    checkElement(this.kind, expected, "expected");
    checkElement(this.kind, replacement, "replacement");
    this.#check();
    return compareExchange(this.#bits as Int32Array, index, expected as number, replacement as number);
  }

  #checkInteger(method: string): void {
    if (!this.kind.float) return;
    throw new TypeError(
      `${method} is for integers, and this is of kind ${this.kind.name}. Hold the lock around a change of several steps.`,
    );
  }
}
