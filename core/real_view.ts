/**
 * What the engine made a view or a buffer, whatever a class of the user's says of it, and without running any of its code.
 * @module
 */

type Getter<T> = (object: object) => T;

/** The engine's own getter of a property, or `otherwise` where it has none. It throws TypeError for objects of another kind. */
function getterIn<T>(prototype: object, name: PropertyKey, otherwise?: T): Getter<T> {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  return get === undefined ? () => otherwise as T : (object) => get.call(object);
}

const TYPED = Object.getPrototypeOf(Uint8Array.prototype);
const DATA = DataView.prototype;
const typedBuffer = getterIn<ArrayBufferLike>(TYPED, "buffer");
const typedOffset = getterIn<number>(TYPED, "byteOffset");
const typedLength = getterIn<number>(TYPED, "byteLength");
const dataBuffer = getterIn<ArrayBufferLike>(DATA, "buffer");
const dataOffset = getterIn<number>(DATA, "byteOffset");
const dataLength = getterIn<number>(DATA, "byteLength");

/** The name of the engine's class that a typed array is of. Nothing for a DataView. */
export const nameOfTyped: Getter<string | undefined> = getterIn(TYPED, Symbol.toStringTag);
/** How many bytes a buffer has; 0 if it was transferred away. */
export const bytesInBuffer: Getter<number> = getterIn(ArrayBuffer.prototype, "byteLength");
export const isResizable: Getter<boolean> = getterIn(ArrayBuffer.prototype, "resizable", false);
/** How many bytes a buffer may have. */
export const mostInBuffer: Getter<number> = getterIn(ArrayBuffer.prototype, "maxByteLength");

function isTyped(view: ArrayBufferView): boolean {
  return nameOfTyped(view) !== undefined;
}

// Who knows whether a view is a typed array says so: to ask each time is a fifth of what it costs to put a small array.

export function realBuffer(view: ArrayBufferView, typed: boolean = isTyped(view)): ArrayBufferLike {
  return typed ? typedBuffer(view) : dataBuffer(view);
}

/** Where it begins in its buffer, in bytes. Throws TypeError for a DataView whose buffer was transferred away. */
export function realOffset(view: ArrayBufferView, typed: boolean = isTyped(view)): number {
  return typed ? typedOffset(view) : dataOffset(view);
}

/** How many bytes it sees: 0 if its buffer was transferred away; a DataView throws TypeError then. */
export function realLength(view: ArrayBufferView, typed: boolean = isTyped(view)): number {
  return typed ? typedLength(view) : dataLength(view);
}

/** A view of no class of the user's on the same bytes. Throws TypeError if their buffer was transferred away. */
export function plainView(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(realBuffer(view), realOffset(view), realLength(view));
}
