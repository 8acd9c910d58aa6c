/**
 * The kinds of shared objects: what to do with a cell of each. Modules that define one register it here, so that the
 * codec, the recovery after a death and the end of an object need not import them.
 * @module
 */
import type { Thread } from "./thread.ts";
import { IsthmusError } from "./errors.ts";

/** What is to be known of a kind. */
export interface Kind {
  /** The public name, for messages. */
  readonly name: string;
  /** Makes this thread's object for a cell that it has just come to hold. */
  open(thread: Thread, cell: number): object;
  /** Takes the object in `cell` apart, whose words are this thread's own now. May be called again after a death half-way. */
  destroy(thread: Thread, cell: number): void;
  /** Repairs what the dead thread `id` has left half done in `cell`, and takes it out of its wait sets. May be called again. */
  recover(thread: Thread, cell: number, id: number): void;
}

/** The numbers of the kinds, as they stand in the heads of cells. 0 is no object. */
export const QUEUE = 1;
export const JOINABLE_QUEUE = 2;
export const SIMPLE_QUEUE = 3;
export const PROCESS = 4;
export const LOCK = 5;
export const RLOCK = 6;
export const SEMAPHORE = 7;
export const BOUNDED_SEMAPHORE = 8;
export const CONDITION = 9;
export const EVENT = 10;
export const BARRIER = 11;
export const CONNECTION = 12;
export const SHARED_VALUE = 13;
export const SHARED_ARRAY = 14;
/** The ring of one direction of a Pipe; nobody has it in hand. */
export const PIPE_RING = 15;

const kinds: (Kind | undefined)[] = [];

/** Makes `kind` known under `number`, 1 … 255. */
export function registerKind(number: number, kind: Kind): void {
  kinds[number] = kind;
}

/** The kind of that number. Throws if this copy of the module does not know it. */
export function kindNumbered(number: number): Kind {
  const kind = kinds[number];
  if (kind === undefined) {
    throw new IsthmusError(
      `There is no kind of object numbered ${number}: the memory is not ours, or of another version.`,
      "ISTHMUS_CORRUPT",
    );
  }
  return kind;
}
