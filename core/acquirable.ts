/**
 * What can be acquired and released, in all forms: what locks, semaphores and conditions have in common.
 * @module
 */
import { AT_ONCE, deadline } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { TimeoutError } from "./errors.ts";
import { SharedObject } from "./shared_object.ts";
import type { Place } from "./shared_object.ts";
import type { Operation } from "./waiter.ts";
import { runAsync, runSync } from "./waiter.ts";

/** The operation that acquires. It keeps nothing of a call, so one serves all calls. */
export abstract class Gate implements Operation<boolean> {
  abstract readonly sets: readonly number[];
  abstract ready(): boolean;
  abstract attempt(): boolean;

  result(): boolean {
    return true;
  }

  late(): boolean {
    return false;
  }

  aborted(reason: unknown): never {
    throw reason;
  }
}

/**
 * What {@linkcode Lock}, {@linkcode RLock}, {@linkcode Semaphore}, {@linkcode BoundedSemaphore} and {@linkcode Condition} have
 * in common: they are acquired and released.
 *
 * @example
 * ```ts
 * import { Lock } from "@isthmus/isthmus";
 *
 * const lock = new Lock();
 * if (await lock.acquire({ timeout: 1000 })) {
 *   try {
 *     console.log("mine"); // mine
 *   } finally {
 *     lock.release();
 *   }
 * }
 * ```
 */
export abstract class Acquirable extends SharedObject {
  readonly #gate: Gate;

  /** @ignore Opens the object at `place`, which is acquired by `gate`. `name` is its class, for messages. */
  constructor(place: Place, name: string, gate: Gate) {
    super(place, name);
    this.#gate = gate;
  }

  /**
   * Acquires, waiting until that is possible: true, or false when it was not within `timeout`. An abort rejects with the
   * signal's reason, and nothing is acquired.
   *
   * @throws {IsthmusError} with code `"ISTHMUS_CLOSED"` if this handle was closed, before or meanwhile
   */
  acquire(options?: WaitOptions): Promise<boolean> {
    try {
      const until = deadline(options, "async");
      this.check();
      return runAsync(this.thread.parker, this.#gate, until, options?.signal, this);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Acquirable.acquire}, blocking this thread while it waits. */
  acquireSync(options?: SyncOptions): boolean {
    const until = deadline(options, "sync");
    this.check();
    return this.#gate.attempt() || runSync(this.thread.parker, this.#gate, until);
  }

  /** Acquires if that is possible at once: whether it was. */
  acquireNowait(): boolean {
    this.check();
    return this.#gate.attempt();
  }

  /** Releases what was acquired once. */
  abstract release(): void;

  /**
   * Acquires, and gives an object that releases at the end of its block: `using held = await lock.hold()`, or
   * `await using held = …`.
   *
   * @throws {TimeoutError} if it could not be acquired within `timeout`
   * @throws what `acquire` throws
   */
  hold(options?: WaitOptions): Promise<AsyncDisposable & Disposable> {
    return this.acquire(options).then((acquired) => this.#held(acquired, options));
  }

  /** {@linkcode Acquirable.hold}, blocking this thread while it waits: `using held = lock.holdSync()`. */
  holdSync(options?: SyncOptions): Disposable {
    return this.#held(this.acquireSync(options), options);
  }

  #held(acquired: boolean, options: WaitOptions | undefined): Hold {
    if (acquired) return new Hold(this);
    const timeout = options?.timeout ?? AT_ONCE;
    throw new TimeoutError(
      `It could not be acquired within ${
        Math.max(timeout, 0)
      } ms: others hold it. Wait longer, or find out who holds it so long.`,
    );
  }
}

/** What is held until it is disposed of. */
class Hold implements Disposable, AsyncDisposable {
  #held: Acquirable | undefined;

  constructor(held: Acquirable) {
    this.#held = held;
  }

  /** Releases. Does nothing the second time. */
  [Symbol.dispose](): void {
    const held = this.#held;
    this.#held = undefined;
    held?.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    try {
      this[Symbol.dispose]();
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
