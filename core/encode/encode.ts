/**
 * Value → bytes.
 * @module
 */
import type { Outbox } from "./scratch.ts";
import { Encoder } from "./encoder.ts";
import { writeValue } from "./values.ts";
import { writeBuffers } from "./binary.ts";
import { FAR_TRAILER, HAS_BUFFERS, HAS_REFERENCES, RECORD, TRAILER_MAX, TRAILER_SHIFT } from "./tags.ts";
import { errorForCaller } from "./refusal.ts";
import type { SharedObjects } from "./shared_objects.ts";

export { SHARED } from "./shared_objects.ts";
export type { SharedObjects } from "./shared_objects.ts";

/** The encoder that no call uses. Calls within calls make their own: a getter may put. */
let spare: Encoder | undefined;
let calls = 0;

/**
 * Appends the encoding of `value` at `out.length`, which becomes the next multiple of 8 behind it. `value` is read once:
 * each getter of a property, and each `get` trap of a proxy, runs once. What an object is, and whether a property is its own, is
 * asked besides (of `constructor` and `Symbol.toStringTag`, among others). If this throws, `out` is as it was before the call.
 *
 * @param options `buffers`: where to put the SharedArrayBuffers in `value`, which are refused without it
 * @throws NotSerializable if something in `value` cannot travel, with the path to it; and whatever a getter throws
 */
export function encode(
  value: unknown,
  out: Outbox,
  shared: SharedObjects,
  options?: { buffers?: SharedArrayBuffer[] },
): void {
  const e = spare ?? new Encoder();
  spare = undefined;
  e.begin(out, shared, options?.buffers, ++calls);
  try {
    const p = e.start >>> 2;
    finish(e, typeof value === "object" && value !== null ? writeRecord(e, value, p) : writeValue(e, value, p));
  } catch (error) {
    e.undo();
    throw errorForCaller(error, value);
  } finally {
    e.reset();
    spare = e;
  }
}

/** Pads to a multiple of 8 bytes. */
function finish(e: Encoder, p: number): void {
  if (p & 1) {
    if (p === e.limit) e.grow(p, 1);
    e.words[p++] = 0;
  }
  e.out.length = p * 4;
}

function writeRecord(e: Encoder, value: object, start: number): number {
  if (start === e.limit) e.grow(start, 1);
  const p = writeValue(e, value, start + 1);
  const trailer = p - start;
  // Apart from the others, so that engines compile this into the caller: almost every record has no trailer.
  if (e.blockCount !== 0 || e.buffers.length !== 0 || trailer > TRAILER_MAX) return writeTrailer(e, start, p);
  e.words[start] = RECORD | flagOfReferences(e) | trailer << TRAILER_SHIFT;
  return p;
}

function flagOfReferences(e: Encoder): number {
  return e.referred ? HAS_REFERENCES : 0;
}

/** Writes the buffers and the lists of keys behind the values, which end at word `p`. */
function writeTrailer(e: Encoder, start: number, p: number): number {
  let word = RECORD | flagOfReferences(e);
  const trailer = p - start;
  if (e.buffers.length !== 0) {
    word |= HAS_BUFFERS;
    p = writeBuffers(e, p);
  }
  for (let i = 0; i < e.blockCount; i++) {
    const block = e.blocks[i].words, length = block.length;
    if (p + length > e.limit) e.grow(p, length);
    const words = e.words;
    for (let j = 0; j < length; j++) words[p + j] = block[j];
    p += length;
  }
  if (trailer <= TRAILER_MAX) {
    e.words[start] = word | trailer << TRAILER_SHIFT;
    return p;
  }
  // The last word is the trailer's place; a zero before it ends the shapes.
  if (p + 3 > e.limit) e.grow(p, 3);
  e.words[start] = word | FAR_TRAILER;
  e.words[p++] = 0;
  if ((p & 1) === 0) e.words[p++] = 0;
  e.words[p++] = trailer;
  return p;
}
