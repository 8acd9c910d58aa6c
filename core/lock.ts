/**
 * `Lock`: one at a time.
 * @module
 */
import { Acquirable } from "./acquirable.ts";
import { kindOf } from "./cells.ts";
import type { Handle } from "./handles.ts";
import { LOCK, registerKind, RLOCK } from "./kinds.ts";
import { destroyLockCell, LockGate, recoverLockCell } from "./lock_cell.ts";
import { createPlace, openAt, Place, placeOf, refuseArgument } from "./shared_object.ts";

/**
 * A lock that at most one holds at a time: a thread, or a task of one. Whoever acquires it again while holding it waits for
 * itself. As in Python, any thread may release it, also one that did not acquire it.
 *
 * When a thread ends that has acquired it, the lock becomes free and `abandoned`.
 *
 * `acquire`, `hold` and their other forms stand with {@linkcode Acquirable}; `close` and `handle` with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { Lock } from "@isthmus/isthmus";
 *
 * const lock = new Lock();
 * {
 *   using _held = lock.holdSync();
 *   console.log(lock.locked()); // true
 * }
 * console.log(lock.locked()); // false
 * ```
 */
export class Lock extends Acquirable {
  readonly #gate: LockGate;

  /**
   * Makes a lock. Costs about a microsecond and 1 KiB of shared memory. Acquiring it while it is free, and releasing it,
   * takes well under a microsecond.
   *
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(...none: never[]); // not `()`: JSR's form of a subclass's `super(…)` would not compile
  /** @ignore */
  constructor(given?: unknown) {
    const place = given instanceof Place
      ? given
      : given === undefined
      ? createPlace(LOCK, () => {})
      : refuseArgument(given, "Lock");
    const gate = new LockGate(place);
    super(place, kindOf(place.thread.memory, place.cell) === RLOCK ? "RLock" : "Lock", gate);
    this.#gate = gate;
  }

  /**
   * Releases it.
   *
   * @throws {IsthmusError} with code `"ISTHMUS_NOT_LOCKED"` if it is free; of an RLock with code `"ISTHMUS_NOT_OWNER"` if
   * this thread does not hold it
   */
  release(): void {
    this.check();
    this.#gate.releaseOrThrow();
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    this.check();
    return this.#gate.held;
  }

  /**
   * Whether a holder died holding it and nobody has released it since: what it protects may be half changed. The next
   * holder finds this true, and its release makes it false.
   */
  get abandoned(): boolean {
    this.check();
    return this.#gate.abandoned;
  }

  /**
   * Opens the lock of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a Lock
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the lock open any more
   */
  static attach(handle: Handle): Lock {
    return openAt(Lock, placeOf(handle, LOCK, "Lock"));
  }
}

registerKind(LOCK, {
  name: "Lock",
  open: (thread, cell) => openAt<Lock>(Lock, new Place(thread, cell)),
  destroy: destroyLockCell,
  recover: recoverLockCell,
});
