/**
 * `Condition`: wait until somebody says that something has changed.
 * @module
 */
import { Acquirable } from "./acquirable.ts";
import { cellAt, generationOf, kindOf } from "./cells.ts";
import { AT_ONCE, deadline, now, show } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { destroyCondition, LOCK as LOCK_LINK, notifyTasks, recoverCondition } from "./condition_cell.ts";
import { ConditionWait, Retaking } from "./condition_wait.ts";
import { SHARED } from "./encode/encode.ts";
import { IsthmusError } from "./errors.ts";
import { createObject, Lease } from "./handles.ts";
import type { Handle, Sharable } from "./handles.ts";
import { checkInteger } from "./integers.ts";
import { CONDITION, LOCK, registerKind, RLOCK } from "./kinds.ts";
import type { Lock } from "./lock.ts";
import { LockGate } from "./lock_cell.ts";
import { enterLock, keepLock, writeLockLink } from "./lock_link.ts";
import type { RLock } from "./rlock.ts";
import { createPlace, openAt, Place, placeOf } from "./shared_object.ts";
import { FOR_SEVERAL, reserveStack } from "./stack.ts";
import { runAsync, runSync } from "./waiter.ts";

/**
 * Lets tasks wait for a change of what a lock protects. Whoever holds the lock may `wait`: that releases the lock, sleeps
 * until a `notify`, and comes back holding the lock again. Whoever has changed something calls `notify` while holding it.
 *
 * Each notification wakes one task that waits at that moment, in whichever thread; a thread that died takes none away. What is waited for may
 * have changed again before the lock is back, so wait in a loop, or use `waitFor`.
 *
 * `acquire`, `hold` and their other forms stand with {@linkcode Acquirable}; `close` and `handle` with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { Condition } from "@isthmus/isthmus";
 *
 * const items: string[] = [];
 * const changed = new Condition();
 *
 * async function take(): Promise<string> {
 *   using _held = await changed.hold();
 *   await changed.waitFor(() => items.length > 0);
 *   return items.shift()!;
 * }
 *
 * const taken = take();
 * {
 *   using _held = await changed.hold();
 *   items.push("a letter");
 *   changed.notify();
 * }
 * console.log(await taken); // a letter
 * ```
 */
export class Condition extends Acquirable {
  readonly #lock: LockGate;
  readonly #lockLease: Lease;

  /**
   * Makes a condition. Costs about a microsecond and 1 KiB of shared memory, and as much again for a lock of its own. It
   * keeps its lock alive.
   *
   * @param lock the lock that protects what is waited for; several conditions may share one. Default: a Lock of its own
   * @throws {TypeError} if `lock` is no Lock or RLock
   * @throws {IsthmusError} with code `"ISTHMUS_CLOSED"` if `lock` is closed
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(lock?: Lock | RLock);
  /** @ignore */
  constructor(lock?: unknown) {
    const place = lock instanceof Place ? lock : createCondition(lock);
    const lockPlace = openLock(place);
    const gate = new LockGate(lockPlace);
    super(place, "Condition", gate);
    this.#lock = gate;
    this.#lockLease = new Lease(lockPlace.thread, lockPlace.cell, this);
  }

  /** Releases the lock. Throws what `release` of the Lock or RLock throws. */
  release(): void {
    this.check();
    this.#lock.releaseOrThrow();
  }

  /**
   * Releases the lock, waits for a notification, and acquires the lock again, as often as this thread had acquired it: true,
   * or false when no notification came within `timeout`. Whatever it comes to, it comes back only with the lock held, so
   * taking that again comes on top of the time. With a `timeout` of 0 it gives false at once.
   *
   * @throws {IsthmusError} with code `"ISTHMUS_LOCK_NOT_HELD"` if this thread does not hold the lock, or `"ISTHMUS_CLOSED"`
   * if this handle was closed, before or meanwhile
   */
  wait(options?: WaitOptions): Promise<boolean> {
    try {
      const until = deadline(options, "async");
      return this.#waitAsync(until, options?.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Condition.wait}, blocking this thread while it waits. */
  waitSync(options?: SyncOptions): boolean {
    return this.#waitSync(deadline(options, "sync"));
  }

  /**
   * Waits until `predicate` holds, which is asked at once and after each notification, with the lock held. Gives its last
   * value: one that counts as false when the time is over.
   *
   * @throws what `wait` throws, and what `predicate` throws
   */
  async waitFor<T>(predicate: () => T, options?: WaitOptions): Promise<T> {
    const until = deadline(options, "async");
    checkPredicate(predicate);
    for (;;) {
      this.#checkHeld(options?.signal);
      const value = predicate();
      if (value || now() >= until) return value;
      await this.#waitAsync(until, options?.signal);
    }
  }

  /** {@linkcode Condition.waitFor}, blocking this thread while it waits. */
  waitForSync<T>(predicate: () => T, options?: SyncOptions): T {
    const until = deadline(options, "sync");
    checkPredicate(predicate);
    for (;;) {
      this.#checkHeld();
      const value = predicate();
      if (value || now() >= until) return value;
      this.#waitSync(until);
    }
  }

  /**
   * Wakes at most `n` tasks that wait at this moment. Waits for none of them: they come back when they get the lock.
   *
   * @param n a positive integer; default 1
   * @throws {IsthmusError} with code `"ISTHMUS_LOCK_NOT_HELD"` if this thread does not hold the lock
   */
  notify(n: number = 1): void {
    checkInteger(n, "n", 1, Infinity, "how many tasks to wake at most");
    this.#notify(n);
  }

  /** Wakes all tasks that wait at this moment. Throws as {@linkcode Condition.notify} does. */
  notifyAll(): void {
    this.#notify(Infinity);
  }

  #notify(most: number): void {
    this.#checkHeld();
    reserveStack();
    notifyTasks(this.thread.memory, this.base, most);
  }

  /** {@linkcode SharedObject.close}; its own handle of the lock is closed too. */
  override close(): void {
    super.close();
    this.#lockLease.close();
  }

  #checkHeld(signal?: AbortSignal): void {
    this.check();
    if (signal?.aborted) throw signal.reason;
    if (this.#lock.mine) return;
    throw new IsthmusError(
      "This thread does not hold the lock of the Condition. Acquire it before wait and notify, and keep it meanwhile.",
      "ISTHMUS_LOCK_NOT_HELD",
    );
  }

  #waitSync(until: number): boolean {
    this.#checkHeld();
    if (until === AT_ONCE) return false;
    const { parker } = this.thread;
    const [waiting, retaking] = this.#begin(true);
    try {
      return runSync(parker, waiting, until);
    } finally {
      runSync(parker, retaking, Infinity);
      this.#end(waiting);
    }
  }

  /** Begins before it returns: others get the lock from then on. */
  async #waitAsync(until: number, signal: AbortSignal | undefined): Promise<boolean> {
    this.#checkHeld(signal);
    if (until === AT_ONCE) return false;
    const { parker } = this.thread;
    const [waiting, retaking] = this.#begin(false);
    try {
      return await runAsync(parker, waiting, until, signal, this);
    } finally {
      // Nothing ends this wait, not even the closing of the handle: the caller goes on with the lock in any case.
      await runAsync(parker, retaking, Infinity, undefined, retaking);
      this.#end(waiting);
    }
  }

  #begin(blocking: boolean): [ConditionWait, Retaking] {
    const { thread } = this;
    // One that were thrown out between here and its return would count as one that waits, or not have the lock back.
    reserveStack(FOR_SEVERAL);
    const waiting = new ConditionWait(thread, this.base, blocking);
    // The words of both objects are needed to the end, even if this handle is closed meanwhile.
    for (const { cell, generation } of [this[SHARED], this.#lockLease]) thread.enter(cell, generation);
    return [waiting, new Retaking(this.#lock, this.#lock.releaseAll())];
  }

  #end(waiting: ConditionWait): void {
    waiting.over();
    for (const { cell } of [this[SHARED], this.#lockLease]) this.thread.leave(cell);
  }

  /**
   * Opens the condition of `handle` in this thread, and its lock with it.
   *
   * @throws {TypeError} if it is not the handle of a Condition
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the condition open any more
   */
  static attach(handle: Handle): Condition {
    return openAt(Condition, placeOf(handle, CONDITION, "Condition"));
  }
}

function checkPredicate(predicate: unknown): void {
  if (typeof predicate !== "function") throw new TypeError(`predicate must be a function, not ${show(predicate)}.`);
}

/** Makes a condition on `lock`, or on a new Lock of its own. */
function createCondition(lock: unknown): Place {
  const alone = lock === undefined;
  const { thread, cell } = alone ? createPlace(LOCK, () => {}) : placeOfLock(lock);
  try {
    const generation = generationOf(thread.memory, cell);
    const condition = createObject(thread, CONDITION, (words, at) => {
      writeLockLink(words, at + LOCK_LINK, cell, generation, alone);
    });
    keepLock(thread, cellAt(condition) + LOCK_LINK);
    return new Place(thread, condition);
  } finally {
    if (alone) thread.leave(cell);
  }
}

function placeOfLock(lock: unknown): Lease {
  const lease = typeof lock === "object" && lock !== null ? (lock as Partial<Sharable>)[SHARED] : undefined;
  const kind = lease instanceof Lease && lease.open ? kindOf(lease.thread.memory, lease.cell) : LOCK;
  if (!(lease instanceof Lease) || (kind !== LOCK && kind !== RLOCK)) {
    throw new TypeError(`lock must be a Lock or an RLock, not ${show(lock)}.`);
  }
  if (lease.open) return lease;
  throw new IsthmusError("The lock was closed in this thread. Make the Condition before closing it.", "ISTHMUS_CLOSED");
}

/** Opens the lock of the condition at `place`. */
function openLock({ thread, at }: Place): Place {
  return new Place(thread, enterLock(thread, at + LOCK_LINK));
}

registerKind(CONDITION, {
  name: "Condition",
  open: (thread, cell) => openAt<Condition>(Condition, new Place(thread, cell)),
  destroy: destroyCondition,
  recover: recoverCondition,
});
