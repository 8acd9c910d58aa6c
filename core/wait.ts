/**
 * Waiting for any of several objects.
 * @module
 */
import { deadline, show } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { IsthmusError } from "./errors.ts";
import { thisThread } from "./current.ts";
import type { Thread } from "./thread.ts";
import { type Operation, runAsync, runSync } from "./waiter.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";

/**
 * Waits until at least one of `objects` is ready, and gives all that are, in the order given, each once; `[]` when none was in time. Nothing is
 * taken from them.
 *
 * Ready is a Connection or queue that has something to receive, a Process that has ended, an Event that is set; and whatever is at its
 * end, shut down or closed. It costs one sleep of the thread, however many objects there are.
 *
 * @example
 * ```ts
 * import { Queue, wait } from "@isthmus/isthmus";
 *
 * const [left, right] = [new Queue(), new Queue()];
 * right.putNowait("hello");
 * for (const queue of await wait([left, right])) console.log(queue === right, queue.getNowait()); // true hello
 * ```
 * @throws {TypeError} if one of them cannot be waited for
 * @throws {RangeError} if there are none, and neither a timeout nor a signal: nothing could end that
 * @throws {ProcessError} if one is a Process that was not started
 */
export function wait<O extends Waitable>(objects: Iterable<O>, options?: WaitOptions): Promise<O[]> {
  try {
    const until = deadline(options, "async");
    const signal = options?.signal;
    const waiting = new Waiting(objects, until === Infinity && signal === undefined, signal);
    const promise = runAsync(waiting.thread.parker, waiting, until, signal, waiting);
    return promise as Promise<O[]>;
  } catch (error) {
    return Promise.reject(error);
  }
}

/** {@linkcode wait}, blocking this thread while it waits. */
export function waitSync<O extends Waitable>(objects: Iterable<O>, options?: SyncOptions): O[] {
  const until = deadline(options, "sync");
  const waiting = new Waiting(objects, until === Infinity, undefined);
  return runSync(waiting.thread.parker, waiting, until) as O[];
}

/** One `wait`: an operation with the wait sets of all its objects. */
class Waiting implements Operation<Waitable[]> {
  readonly thread: Thread;
  readonly sets: readonly number[];
  /** The objects; a close of one ends the wait. */
  readonly owners: ReadonlySet<object>;
  readonly #watched: [Waitable, Watched][] = [];
  readonly #signal: AbortSignal | undefined;
  #found: Waitable[] = [];
  #kept = false;

  constructor(objects: Iterable<Waitable>, endless: boolean, signal: AbortSignal | undefined) {
    if (typeof objects !== "object" || objects === null || typeof objects[Symbol.iterator] !== "function") {
      throw new TypeError(`objects must be an array or other iterable of objects to wait for, not ${show(objects)}.`);
    }
    const all = new Set(objects);
    if (all.size === 0 && endless) {
      throw new RangeError(
        "objects is empty, and there is no timeout: nothing could ever end this wait. Give it objects, or a timeout.",
      );
    }
    for (const object of all) this.#watched.push([object, watchedOf(object)]);
    this.owners = all;
    this.#signal = signal;
    this.thread = this.#watched[0]?.[1].thread ?? thisThread();
    this.thread.check();
    const sets: Set<number> = new Set();
    for (const [, watched] of this.#watched) {
      if (watched.thread !== this.thread) throw apart();
      for (const set of watched.sets) sets.add(set);
    }
    this.sets = [...sets];
  }

  ready(): boolean {
    for (const [, watched] of this.#watched) if (watched.ready()) return true;
    return false;
  }

  attempt(): boolean {
    for (const [object, watched] of this.#watched) if (watched.ready()) this.#found.push(object);
    return this.#found.length > 0;
  }

  parked(): void {
    this.#kept = true;
    for (const [, watched] of this.#watched) watched.keep?.();
  }

  result(): Waitable[] {
    this.#end();
    return this.#found;
  }

  late(): Waitable[] {
    this.#end();
    return [];
  }

  /** One of the objects was closed, which makes it ready; or the signal, or the thread's end, ended the wait. */
  aborted(reason: unknown): Waitable[] {
    const given = this.#signal?.aborted === true && reason === this.#signal.reason;
    if (given || this.thread.doomed || !this.attempt()) {
      this.#end();
      throw reason;
    }
    return this.result();
  }

  #end(): void {
    if (!this.#kept) return;
    this.#kept = false;
    for (const [, watched] of this.#watched) watched.release?.();
  }
}

function watchedOf(object: unknown): Watched {
  const watch = typeof object === "object" && object !== null ? (object as Partial<Waitable>)[WAITABLE] : undefined;
  if (watch !== undefined) return watch.call(object);
  throw new TypeError(`wait takes Connections, queues, Processes and Events, not ${show(object)}.`);
}

function apart(): IsthmusError {
  return new IsthmusError(
    "Two of the objects live in different memories, so no single wait can see both: one of them was made before its thread " +
      "was handed the program's. Make it anew there, or wait for each by itself.",
    "ISTHMUS_OTHER_MEMORY",
  );
}
