/**
 * `SharedArray`: numbers that every thread sees.
 * @module
 */
import { show } from "./deadline.ts";
import { checkElement, type ElementKind, elementKind, type ElementOf, type ElementTypes } from "./element_kinds.ts";
import { createElements, destroyElements, type Made, SharedElements } from "./element_store.ts";
import type { SharedOptions } from "./guard.ts";
import type { Handle } from "./handles.ts";
import { registerKind, SHARED_ARRAY } from "./kinds.ts";
import { openAt, Place, placeOf } from "./shared_object.ts";

const NAME = "SharedArray";

/** Which array a view belongs to: as long as somebody has the view, the array is not collected, and its memory not used anew. */
const owners: WeakMap<object, object> = new WeakMap();

/** What `postMessage` carries of a SharedArray; `SharedArray.attach` takes it. */
export type SharedArrayHandle = Handle;

/**
 * Numbers of one kind in shared memory, as many as at the start. `at` and `set` are single atomic accesses; `slice`, `fill`
 * and changes of several steps are not: hold `lock` around them. `view` is a typed array over the same memory, for raw speed.
 *
 * `lock` stands with {@linkcode SharedElements}; `close` and `handle` with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { SharedArray } from "@isthmus/isthmus";
 *
 * const counts = new SharedArray("int32", 3);
 * counts.set(0, 7);
 * console.log(counts.at(0), counts.at(-1), [...counts]); // 7 0 [ 7, 0, 0 ]
 * ```
 */
export class SharedArray<K extends ElementKind = ElementKind> extends SharedElements {
  readonly #length: number;

  /**
   * Makes an array. Up to 896 bytes lie in the 1 KiB that every object takes; larger arrays take multiples of 64 KiB, in one piece.
   *
   * @param kind what its elements are: `"int8"`, `"uint8"`, … `"float64"`, or one of Python's letters
   * @param lengthOrValues how many elements, all 0; or the elements
   * @throws {TypeError} if an argument, or a value, has the wrong type
   * @throws {RangeError} if the length is not an integer or negative, or a value out of the kind's range
   * @throws {OutOfSharedMemory} if there is no room for it in one piece
   */
  constructor(
    kind: K,
    lengthOrValues: number | Iterable<ElementOf<K>> | ArrayLike<ElementOf<K>>,
    options?: SharedOptions,
  ) {
    const values = kind as unknown instanceof Place || typeof lengthOrValues === "number"
      ? undefined
      : valuesOf(lengthOrValues);
    super(madeArray(kind, values ?? lengthOrValues, options), NAME);
    this.#length = this.elements.view.length;
    if (values !== undefined) this.elements.view.set(values as never);
  }

  /** How many elements there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * The elements as a typed array over the shared memory itself: no checks, no atomicity, integers wrap, at the speed of any typed array;
   * `Atomics` work on it where the kind is an integer. Do not use it any more once this array is closed here: its memory
   * may have become another object's.
   */
  get view(): ElementTypes[K] {
    const { view } = this.elements;
    owners.set(view, this);
    return view as ElementTypes[K];
  }

  /** The element at `index`, from the end if that is negative; `undefined` if there is none. As `Array.prototype.at`. */
  at(index: number): ElementOf<K> | undefined {
    // What an object says that it is as a number may close this array: first that, then the look whether it is open.
    const whole = Math.trunc(+index) || 0;
    const place = whole < 0 ? whole + this.#length : whole;
    if (place >= 0 && place < this.#length) return this.elements.load(place) as ElementOf<K>;
    this.check();
    return undefined;
  }

  /**
   * Sets the element at `index`.
   *
   * @param index an integer from 0 to `length` − 1
   * @throws {RangeError} if `index` is another number, or `value` out of the kind's range
   * @throws {TypeError} if an argument is of the wrong type
   */
  set(index: number, value: ElementOf<K>): void {
    if (typeof index !== "number") throw new TypeError(`index must be a number, not ${show(index)}.`);
    if (!Number.isInteger(index) || index < 0 || index >= this.#length) {
      throw new RangeError(`index must be an integer from 0 to ${this.#length - 1} (length − 1), not ${show(index)}.`);
    }
    this.elements.store(index, value);
  }

  /** A private copy of the elements from `start` up to `end`, as `slice` of a typed array. */
  slice(start?: number, end?: number): ElementTypes[K] {
    const [from, to] = [asNumber(start), asNumber(end)];
    return this.elements.view.slice(from, to) as ElementTypes[K];
  }

  /**
   * Sets the elements from `start` up to `end` to `value`, as `fill` of a typed array.
   *
   * @throws {TypeError} if `value` is of the wrong type
   * @throws {RangeError} if it is out of the kind's range
   */
  fill(value: ElementOf<K>, start?: number, end?: number): this {
    const { elements } = this;
    checkElement(elements.kind, value, "value");
    const [from, to] = [asNumber(start), asNumber(end)];
    elements.view.fill(value as never, from, to);
    return this;
  }

  /** The elements, each read when its turn comes. */
  *[Symbol.iterator](): IterableIterator<ElementOf<K>> {
    for (let index = 0; index < this.#length; index++) yield this.elements.load(index) as ElementOf<K>;
  }

  /**
   * Opens the array of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a SharedArray
   * @throws {IsthmusError} if the array is gone: nobody holds it any more
   */
  static attach<K extends ElementKind>(handle: SharedArrayHandle): SharedArray<K> {
    return openAt(SharedArray, placeOf(handle, SHARED_ARRAY, NAME));
  }
}

/** Conversions run here, not in the midst of an access: they may be code of the user's that closes the array. */
function asNumber(position: number | undefined): number | undefined {
  return position === undefined ? undefined : +position;
}

function checkLength(length: number): number {
  if (Number.isSafeInteger(length) && length >= 0) return length;
  throw new RangeError(`length must be an integer of at least 0, not ${show(length)}.`);
}

function valuesOf(values: unknown): unknown[] {
  const list = typeof values === "object" && values !== null;
  if (list && (Symbol.iterator in values || typeof (values as { length?: unknown }).length === "number")) {
    if (!(Symbol.iterator in values)) checkLength((values as { length: number }).length);
    return Array.from(values as Iterable<unknown>);
  }
  throw new TypeError(
    `A SharedArray takes a length, or the elements as an array or other iterable, not ${show(values)}.`,
  );
}

function madeArray(kind: unknown, lengthOrValues: unknown, options: unknown): Made | Place {
  if (kind instanceof Place) return kind;
  const element = elementKind(kind);
  if (!Array.isArray(lengthOrValues)) {
    return createElements(SHARED_ARRAY, NAME, element, checkLength(lengthOrValues as number), options);
  }
  lengthOrValues.forEach((value, index) => checkElement(element, value, `element ${index}`));
  return createElements(SHARED_ARRAY, NAME, element, lengthOrValues.length, options);
}

registerKind(SHARED_ARRAY, {
  name: NAME,
  open: (thread, cell) => openAt<SharedArray>(SharedArray, new Place(thread, cell)),
  destroy: destroyElements,
  recover() {},
});
