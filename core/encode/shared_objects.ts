/**
 * Our own shared objects: cell and generation. How they are recognised and opened is handed in.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import type { KnownShapes } from "./shapes.ts";
import { HANDLE } from "./tags.ts";
import { Refusal } from "./refusal.ts";

/** The property by which the classes of our shared objects are known, on their prototypes. */
export const SHARED: unique symbol = Symbol.for("isthmus.shared");

/** How our own shared objects are recognised and opened. */
export interface SharedObjects {
  /**
   * The reference of one of our shared objects, undefined for anything else. Throws a string, the reason for the refusal,
   * if the object is closed or of another arena.
   */
  refOf(value: object): { readonly cell: number; readonly generation: number } | undefined;
  /** The object that was encoded as this reference. */
  open(cell: number, generation: number): object;
  /** The lists of keys that sender and receiver know by their places, if there are such. */
  readonly shapes?: KnownShapes;
}

/** Whether `value` says that it is one of ours, which is then to be asked of `refOf`. */
export function isHandle(value: object): boolean {
  return (value as Record<symbol, unknown>)[SHARED] !== undefined;
}

/** Writes the reference of one of ours; -1 if it is none after all. */
export function writeHandle(e: Encoder, value: object, p: number): number {
  let ref: { readonly cell: number; readonly generation: number } | undefined;
  try {
    ref = e.shared.refOf(value);
  } catch (reason) {
    throw typeof reason === "string" ? new Refusal(reason) : reason;
  }
  if (ref === undefined) return -1;
  e.out.refs.push(ref.cell, ref.generation);
  e.words[p] = HANDLE;
  e.words[p + 1] = ref.cell;
  e.words[p + 2] = ref.generation;
  return p + 3;
}

export function readHandle(d: Decoder): object {
  const p = d.take(2);
  return d.made(d.shared.open(d.words[p] >>> 0, d.words[p + 1] >>> 0));
}
