/**
 * What the synchronisation primitives have in common as shared objects: an opening, a handle, an end.
 * @module
 */
import { cellAt } from "./cells.ts";
import { thisThread } from "./current.ts";
import { show } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import { IsthmusError } from "./errors.ts";
import { createObject, enterHandle, handleOf, Lease } from "./handles.ts";
import type { Handle } from "./handles.ts";
import type { Thread } from "./thread.ts";

/** Where an object lies that this thread has come to hold. Constructors take one in place of a user's arguments. */
export class Place {
  readonly thread: Thread;
  readonly cell: number;
  /** What `attach` was given besides the handle. */
  readonly options: unknown;

  constructor(thread: Thread, cell: number, options?: unknown) {
    this.thread = thread;
    this.cell = cell;
    this.options = options;
  }

  /** Word index of the cell. */
  get at(): number {
    return cellAt(this.cell);
  }
}

/** The place of a new object of `kind` in the program's memory, whose words `init` writes into a zeroed cell. */
export function createPlace(kind: number, init: (words: Int32Array, at: number) => void): Place {
  const thread = thisThread();
  return new Place(thread, createObject(thread, kind, init));
}

/** The place of the object of `kind` that `handle` names. */
export function placeOf(handle: Handle, kind: number, name: string, options?: unknown): Place {
  return new Place(enterHandle(handle, kind, name), handle.cell, options);
}

/** Makes the object of the class `type` at `place`: its constructor takes a place too, which is nobody else's business. */
export function openAt<T>(type: unknown, place: Place): T {
  return new (type as new (place: Place) => T)(place);
}

/** Throws a TypeError: `name` is made without arguments. */
export function refuseArgument(value: unknown, name: string): never {
  throw new TypeError(`${name} takes no arguments, but was given ${show(value)}.`);
}

/**
 * What locks, events, barriers, shared values and arrays have in common: they lie in shared memory, travel to other threads as
 * arguments of a Process and in items, and are closed by who no longer needs them. The memory is used again when all who had
 * one open have closed it, ended, or had it collected.
 */
export abstract class SharedObject {
  readonly #thread: Thread;
  readonly #at: number;
  readonly #lease: Lease;
  readonly #name: string;

  /** @ignore Opens the object at `place`. `name` is its class, for messages. */
  constructor(place: Place, name: string) {
    this.#thread = place.thread;
    this.#at = place.at;
    this.#name = name;
    this.#lease = new Lease(place.thread, place.cell, this);
  }

  /**
   * This thread, in the memory of the object.
   * @ignore
   */
  protected get thread(): Thread {
    return this.#thread;
  }

  /** @ignore Word index of the object's cell. (Not called `at`: that is a method of SharedArray.) */
  protected get base(): number {
    return this.#at;
  }

  /** @ignore Throws unless it is open and the thread may go on. */
  protected check(): void {
    if (!this.#lease.open) throw this.#closed();
    this.#thread.check();
  }

  #closed(): IsthmusError {
    return new IsthmusError(
      `This ${this.#name} was closed in this thread. Close it only when nobody here uses it any more.`,
      "ISTHMUS_CLOSED",
    );
  }

  /**
   * Closes this thread's handle; what is held stays held. Calls that wait on it here reject with an IsthmusError of code
   * `"ISTHMUS_CLOSED"`; other threads notice nothing. May be repeated.
   */
  close(): void {
    this.#lease.close(this, () => this.#closed());
  }

  /**
   * This thread's lease on the object; for the codec.
   * @ignore
   */
  get [SHARED](): Lease {
    return this.#lease;
  }

  /** What `postMessage` carries to any worker, for `attach` there. Keep the object open until the worker has attached. */
  get handle(): Handle {
    this.check();
    return handleOf(this.#lease);
  }

  /** {@linkcode SharedObject.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
