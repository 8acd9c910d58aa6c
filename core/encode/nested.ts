/**
 * Where the families find the functions for any value, which in turn know all families: values.ts puts them here, so that
 * no import goes in a circle.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";

/** Writes `value` at word `p` and gives the index behind it. */
export let writeValue: (e: Encoder, value: unknown, p: number) => number;
/** Reads the value at `d.p` and leaves `d.p` behind it. */
export let readValue: (d: Decoder) => unknown;

/** Called once, by values.ts. */
export function setNested(write: typeof writeValue, read: typeof readValue): void {
  writeValue = write;
  readValue = read;
}
