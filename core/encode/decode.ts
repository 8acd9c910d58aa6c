/**
 * Bytes → value.
 * @module
 */
import type { Inbox } from "./scratch.ts";
import { Decoder } from "./decoder.ts";
import { readValue } from "./values.ts";
import { readShape } from "./shapes.ts";
import { readBuffers } from "./binary.ts";
import { FAR_TRAILER, HAS_BUFFERS, HAS_REFERENCES, RECORD, TRAILER_SHIFT } from "./tags.ts";
import { corrupt, isStackOverflow } from "./refusal.ts";
import { IsthmusError } from "../errors.ts";
import type { SharedObjects } from "./shared_objects.ts";

/** The decoder that no call uses. Calls within calls make their own: what opens a shared object may take items. */
let spare: Decoder | undefined;

/**
 * Decodes the record between `start` and `end` (in bytes, multiples of 8) of `from`.
 *
 * @param options `buffers`: the SharedArrayBuffers that encode collected
 * @throws IsthmusError with the code `ISTHMUS_CORRUPT_ITEM` for bytes that no encoder wrote
 */
export function decode(
  from: Inbox,
  start: number,
  end: number,
  shared: SharedObjects,
  options?: { buffers?: readonly SharedArrayBuffer[] },
): unknown {
  const d = spare ?? new Decoder();
  spare = undefined;
  d.begin(from, shared, options?.buffers);
  d.p = start >>> 2;
  d.end = end >>> 2;
  try {
    if (d.p < d.end && (d.words[d.p] & 255) === RECORD) return readRecord(d);
    const value = readValue(d);
    if (typeof value === "object" && value !== null) throw corrupt("an object lacks its beginning");
    checkRead(d);
    return value;
  } catch (error) {
    throw explained(error);
  } finally {
    d.reset();
    spare = d;
  }
}

/** One word may be left: the padding. */
function checkRead(d: Decoder): void {
  if (d.end - d.p > 1) throw corrupt("something is left over behind it");
}

/** What `decode` throws for `error`. */
export function explained(error: unknown): unknown {
  if (error instanceof IsthmusError) return error;
  if (isStackOverflow(error)) {
    return new IsthmusError(
      "an item could not be decoded: it is nested too deep for the stack that is left here; get it in a shallower call",
      "ISTHMUS_NO_STACK_LEFT",
      { cause: error },
    );
  }
  return corrupt(error instanceof Error ? error.message : String(error), error);
}

function readRecord(d: Decoder): unknown {
  const start = d.p, end = d.end;
  const word = d.words[start];
  const far = (word & FAR_TRAILER) !== 0;
  const trailer = start + (far ? d.words[end - 1] >>> 0 : word >>> TRAILER_SHIFT);
  if (trailer > end || trailer <= start) throw corrupt("its trailer lies outside");
  if (word & HAS_REFERENCES) d.objects = [];
  d.p = trailer;
  if (word & HAS_BUFFERS) readBuffers(d);
  const words = d.words;
  for (let p = d.p; p < end && words[p] !== 0; p += 1 + (words[p] >>> 8)) {
    d.shapes[d.shapeCount++] = readShape(d, p, end);
  }
  d.p = start + 1;
  d.end = trailer;
  const value = readValue(d);
  if (d.p !== trailer) throw corrupt("something is left over behind it");
  return value;
}
