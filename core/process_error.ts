/**
 * What a Process's thread threw, made fit to travel and to be shown.
 * @module
 */
import { assert } from "./assert.ts";
import { bytesInChain, readChain, writeChain } from "./chain.ts";
import { show } from "./deadline.ts";
import { decode } from "./encode/decode.ts";
import { encode } from "./encode/encode.ts";
import type { ProcessError } from "./errors.ts";
import { Inbox, Outbox } from "./encode/scratch.ts";
import type { Memory } from "./views.ts";

/** `thrown` as an Error: itself, or one that has it as its cause. */
export function toError(thrown: unknown): Error {
  if (Object.prototype.toString.call(thrown) === "[object Error]" || thrown instanceof Error) return thrown as Error;
  return new Error(`The target threw ${show(thrown)}, which is not an Error.`, { cause: thrown });
}

/** Bytes of the length that stands before an encoded error. */
const HEAD = 8;

/** How many causes of causes are kept in a plain copy, and printed: an error may be the cause of itself. */
const CAUSES = 8;

/** A copy of `error` with nothing in it that cannot travel. */
function plainError(error: Partial<ProcessError>, causes = CAUSES): Error {
  const { message, name, stack, cause, code } = error;
  const isError = typeof cause === "object" && cause !== null && "message" in cause;
  const plainCause = isError && causes > 0 ? plainError(cause as Error, causes - 1) : text(cause);
  const copy = new Error(text(message), cause === undefined ? undefined : { cause: plainCause });
  copy.name = text(name);
  copy.stack = text(stack);
  return typeof code === "string" ? Object.assign(copy, { code }) : copy;
}

function text(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "(a text that could not be made)";
  }
}

/** How an error is printed: its stack, which on some runtimes lacks its name and message, and its causes. */
export function describe(error: unknown, causes: number = CAUSES): string {
  if (!(error instanceof Error)) return String(error);
  const { stack, name, message, cause } = error;
  const text = stack?.includes(message) ? stack : `${name}: ${message}${stack ? `\n${stack}` : ""}`;
  if (cause === undefined) return text;
  const more = causes > 0 && cause instanceof Error ? describe(cause, causes - 1) : show(cause);
  return `${text}\nCaused by: ${more}`;
}

/** Shared objects do not travel in an error: it may outlive who holds them. */
const NO_OBJECTS = {
  refOf(): undefined {},
  open(): never {
    throw new TypeError("An error contains no shared objects.");
  },
};

function encodeError(error: Error): Outbox {
  const out = new Outbox();
  out.length = HEAD;
  encode(error, out, NO_OBJECTS);
  // Big binaries lie elsewhere than the rest; an error is a text.
  if (out.bulkBytes !== 0) throw new TypeError("An error contains no big binaries.");
  return out;
}

/** Writes `error` into a chain of blocks private to thread `id`, and gives its first block; 0 if there is no memory left. */
export function writeErrorChain(memory: Memory, id: number, error: Error): number {
  try {
    let out: Outbox;
    try {
      out = encodeError(error);
    } catch {
      out = encodeError(plainError(error));
    }
    out.words[0] = out.length;
    return writeChain(memory, id, out, 0);
  } catch {
    return 0;
  }
}

/** Reads the error in the chain that begins with `block`. */
export function readErrorChain(memory: Memory, block: number): Error {
  const inbox = new Inbox();
  readChain(memory, block, 0, inbox.bytes.subarray(0, HEAD));
  const length = inbox.words[0];
  const room = bytesInChain(memory, block);
  assert(length >= HEAD && length <= room, `an error of ${length} bytes lies in ${room}`);
  inbox.reserve(length);
  readChain(memory, block, 0, inbox.bytes.subarray(0, length));
  return decode(inbox, HEAD, length, NO_OBJECTS) as Error;
}
