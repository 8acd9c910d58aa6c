/**
 * Who this thread is: the program itself, a Process of it, or a worker started by other means. All copies of this module
 * in a thread share it: a bundle may have one, and the file that new threads run another.
 * @module
 */
import type { Line } from "./runtime.ts";

/** A Process that this thread has started and that has not ended, as far as is known. */
export interface Child {
  readonly process: object;
  readonly daemon: boolean;
  join(): Promise<boolean>;
  /** Tells it to end with exit code `code`. */
  stop(code: number): void;
  isAlive(): boolean;
  /** Nobody attends to its thread any more, because of `error` if that is known. */
  lose(error: unknown): void;
}

/** What there is to know of a thread. */
export interface Identity {
  readonly name: string;
  /** Unique in the program; 0 until a worker of other means is asked for it. */
  pid: number;
  readonly parent: { readonly name: string; readonly pid: number } | null;
  readonly daemon: boolean;
  /** How many Processes it has made: their names are numbered. */
  made: number;
  readonly children: Set<Child>;
  /** Whether it is a Process that still imports its target's module, and may start no others meanwhile. */
  importing: boolean;
  /** Its line to the warden, since it has one. */
  warden: Line | undefined;
  /** Where the file that new threads run lies, if the user has said so. */
  entry: string | undefined;
}

const KEY = Symbol.for("isthmus.identity.1");
type Holder = { [KEY]?: Identity };

/** Who this thread is, if that was said. */
export function knownIdentity(): Identity | undefined {
  return (globalThis as Holder)[KEY];
}

/** Says who this thread is. */
export function setIdentity(
  who: Pick<Identity, "name" | "pid" | "parent" | "daemon"> & Partial<Identity>,
): Identity {
  return (globalThis as Holder)[KEY] = {
    made: 0,
    children: new Set(),
    importing: false,
    warden: undefined,
    entry: undefined,
    ...who,
  };
}
