/**
 * What queues are made with, checked.
 * @module
 */
import type { Codec } from "./codec.ts";
import { checkCodec } from "./codec.ts";
import { show } from "./deadline.ts";
import { checkInteger } from "./integers.ts";
import { checkOptions } from "./options.ts";
import { MAX_BYTES } from "./layout.ts";
import type { QueueWords } from "./queue_cell.ts";
import { TEXT_BYTES } from "./queue_cell.ts";

/** How a queue is made. */
export interface QueueOptions<T = unknown> {
  /** How many items it holds at most. 0, the default, and negative: no limit. At most 2³⁰ − 1. */
  maxsize?: number | undefined;
  /** How many bytes of shared memory its items may take, the overhead of records included; 8 … 4 GiB, default 256 MiB. */
  maxBytes?: number | undefined;
  /** Your own form of items, instead of structured clone. */
  codec?: Codec<T> | undefined;
  /** For messages and debugging. With the codec's id, at most 128 bytes of UTF-8. */
  name?: string | undefined;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const LARGEST_MAXSIZE = 2 ** 30 - 1;
const LEAST_BYTES = 8;
const encoder = new TextEncoder();
const NAMES = ["maxsize", "maxBytes", "codec", "name"];

let made = 0;

/** Checks `options` of a `kind` and gives the words of the queue. */
export function checkQueueOptions(
  options: unknown,
  kind: string,
): { words: QueueWords; codec: Codec<unknown> | undefined } {
  const given: QueueOptions = typeof options === "number"
    ? { maxsize: options }
    : checkOptions(options, NAMES, `a ${kind}`, "a maxsize or an object such as { maxsize: 100 }");
  const { codec, maxsize = 0, name } = given;
  if (codec !== undefined) checkCodec(codec);
  if (name !== undefined && typeof name !== "string") throw new TypeError(`name must be a string, not ${show(name)}.`);
  const id = codec === undefined ? "" : codec.id;
  const bytes = bytesInUtf8(name ?? "") + bytesInUtf8(id);
  if (bytes > TEXT_BYTES) {
    throw new RangeError(
      `name ${show(name)} and the codec's id take ${bytes} bytes of UTF-8; at most ${TEXT_BYTES} together.`,
    );
  }
  const words = {
    maxsize: checkMaxsize(maxsize),
    maxBytes: checkMaxBytes(given.maxBytes),
    name: name ?? ++made,
    codec: id,
  };
  return { words, codec };
}

function bytesInUtf8(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return encoder.encode(text).length;
  return text.length;
}

function checkMaxsize(maxsize: unknown): number {
  checkInteger(maxsize, "maxsize", -Infinity, LARGEST_MAXSIZE, "0 for no limit");
  return Math.max(maxsize, 0);
}

/** Checks a `maxBytes`, or gives the default. */
export function checkMaxBytes(maxBytes: unknown = DEFAULT_MAX_BYTES): number {
  checkInteger(maxBytes, "maxBytes", LEAST_BYTES, MAX_BYTES, "bytes");
  return maxBytes;
}
