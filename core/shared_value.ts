/**
 * `SharedValue`: one number that every thread sees.
 * @module
 */
import { checkElement, type ElementKind, elementKind, type ElementOf } from "./element_kinds.ts";
import { createElements, destroyElements, type Made, SharedElements } from "./element_store.ts";
import type { SharedOptions } from "./guard.ts";
import type { Handle } from "./handles.ts";
import { registerKind, SHARED_VALUE } from "./kinds.ts";
import { openAt, Place, placeOf } from "./shared_object.ts";

const NAME = "SharedValue";

/** What `postMessage` carries of a SharedValue; `SharedValue.attach` takes it. */
export type SharedValueHandle = Handle;

/**
 * One number in shared memory. Reading and writing `value` are single atomic accesses, and so are `add` and
 * `compareExchange`; hold `lock` around anything of several steps. (`shared.value += 1` has two: use `shared.add(1)`.)
 *
 * Integers do not wrap: a value out of range is a RangeError.
 *
 * `lock` stands with {@linkcode SharedElements}; `close` and `handle` with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { SharedValue } from "@isthmus/isthmus";
 *
 * const hits = new SharedValue("uint32", 41);
 * hits.add(1);
 * console.log(hits.value); // 42
 * ```
 */
export class SharedValue<K extends ElementKind = ElementKind> extends SharedElements {
  /**
   * Makes a value. Costs about two microseconds and 1 KiB of shared memory, and as much again for its lock.
   *
   * @param kind what it is: `"int8"`, `"uint8"`, … `"float64"`, or one of Python's letters
   * @param initial what it is at first; default 0
   * @throws {TypeError} if an argument has the wrong type
   * @throws {RangeError} if `initial` is out of the kind's range
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(kind: K, initial?: ElementOf<K>, options?: SharedOptions) {
    super(madeValue(kind, initial, options), NAME);
    if (initial !== undefined) this.elements.store(0, initial);
  }

  /**
   * The value.
   *
   * @throws {TypeError} if it is set to something of another type
   * @throws {RangeError} if it is set to something out of the kind's range
   */
  get value(): ElementOf<K> {
    return this.elements.load(0) as ElementOf<K>;
  }

  set value(value: ElementOf<K>) {
    this.elements.store(0, value);
  }

  /**
   * Adds `delta` in one atomic step, and gives the value before. For integer kinds.
   *
   * @throws {RangeError} if the sum is out of the kind's range; the value stays
   * @throws {TypeError} if the kind is a float, or `delta` of the wrong type
   */
  add(delta: ElementOf<K>): ElementOf<K> {
    return this.elements.add(0, delta) as ElementOf<K>;
  }

  /**
   * Sets the value to `replacement` if it is `expected`, in one atomic step, and gives the value before: it was set if that
   * is `expected`. For integer kinds.
   *
   * @throws {RangeError} if an argument is out of the kind's range
   * @throws {TypeError} if the kind is a float, or an argument of the wrong type
   */
  compareExchange(expected: ElementOf<K>, replacement: ElementOf<K>): ElementOf<K> {
    return this.elements.compareExchange(0, expected, replacement) as ElementOf<K>;
  }

  /**
   * Opens the value of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a SharedValue
   * @throws {IsthmusError} if the value is gone: nobody holds it any more
   */
  static attach<K extends ElementKind>(handle: SharedValueHandle): SharedValue<K> {
    return openAt(SharedValue, placeOf(handle, SHARED_VALUE, NAME));
  }
}

function madeValue(kind: unknown, initial: unknown, options: unknown): Made | Place {
  if (kind instanceof Place) return kind;
  const element = elementKind(kind);
  if (initial !== undefined) checkElement(element, initial, "initial");
  return createElements(SHARED_VALUE, NAME, element, 1, options);
}

registerKind(SHARED_VALUE, {
  name: NAME,
  open: (thread, cell) => openAt<SharedValue>(SharedValue, new Place(thread, cell)),
  destroy: destroyElements,
  recover() {},
});
