/**
 * `Pipe`: two connected ends.
 * @module
 */
import { Connection } from "./connection.ts";
import { thisThread } from "./current.ts";
import { show } from "./deadline.ts";
import { createPipe } from "./pipe_cell.ts";
import { checkOptions } from "./options.ts";
import { checkMaxBytes } from "./queue_options.ts";
import { openAt, Place } from "./shared_object.ts";

/** How a Pipe is made. */
export interface PipeOptions {
  /** Whether both ends send and receive, the default; with `false` the first only receives and the second only sends. */
  duplex?: boolean | undefined;
  /** How many bytes of shared memory the messages on their way may take in each direction; 8 … 4 GiB, default 256 MiB. */
  maxBytes?: number | undefined;
}

/**
 * Makes two connected {@linkcode Connection}s, for messages between two threads. Give one of them to a Process as an argument, put
 * it into a queue or another connection, or send its `handle` by `postMessage`; close it here when you do not use it yourself, so
 * that the end of the stream is seen.
 *
 * Costs some microseconds and 4 KiB of shared memory, 3 KiB with `duplex: false`; more is taken as messages come.
 *
 * @example
 * ```ts
 * import { Pipe } from "@isthmus/isthmus";
 *
 * const [left, right] = Pipe<string, number>();
 * left.sendNowait("how many?");
 * console.log(await right.recv()); // how many?
 * right.sendNowait(42);
 * console.log(await left.recv()); // 42
 * ```
 * @throws {TypeError} if an option has the wrong type or is unknown
 * @throws {RangeError} if `maxBytes` is out of range
 * @throws {OutOfSharedMemory} if there is no room for it
 */
export function Pipe<A = unknown, B = A>(options?: PipeOptions): [Connection<A, B>, Connection<B, A>] {
  const form = "an object such as { duplex: false }";
  const { duplex = true, maxBytes }: PipeOptions = checkOptions(options, ["duplex", "maxBytes"], "a Pipe", form);
  if (typeof duplex !== "boolean") throw new TypeError(`duplex must be a boolean, not ${show(duplex)}.`);
  const thread = thisThread();
  const [first, second] = createPipe(thread, duplex, checkMaxBytes(maxBytes));
  return [openAt(Connection, new Place(thread, first)), openAt(Connection, new Place(thread, second))];
}
