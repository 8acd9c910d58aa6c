/**
 * `RLock`: a lock that its owner may acquire again.
 * @module
 */
import type { Handle } from "./handles.ts";
import { registerKind, RLOCK } from "./kinds.ts";
import { Lock } from "./lock.ts";
import { destroyLockCell, recoverLockCell } from "./lock_cell.ts";
import { createPlace, openAt, Place, placeOf, refuseArgument } from "./shared_object.ts";

/**
 * A {@linkcode Lock} whose owner is a thread: that thread may acquire it again, and releases it as often. Release by
 * another thread is an error. All tasks of a thread are one owner, so it does not keep them apart: use a Lock for that.
 *
 * Its methods are those of {@linkcode Lock}, {@linkcode Acquirable} and {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { RLock } from "@isthmus/isthmus";
 *
 * const lock = new RLock();
 * lock.acquireSync();
 * lock.acquireSync();
 * lock.release();
 * console.log(lock.locked()); // true
 * lock.release();
 * console.log(lock.locked()); // false
 * ```
 */
export class RLock extends Lock {
  /** Makes a lock. Costs and throws what {@linkcode Lock} does. */
  constructor();
  /** @ignore */
  constructor(given?: unknown) {
    const place = given instanceof Place
      ? given
      : given === undefined
      ? createPlace(RLOCK, () => {})
      : refuseArgument(given, "RLock");
    super(...([place] as unknown as []));
  }

  /** Opens the lock of `handle` in this thread. Throws as {@linkcode Lock.attach} does. */
  static override attach(handle: Handle): RLock {
    return openAt(RLock, placeOf(handle, RLOCK, "RLock"));
  }
}

registerKind(RLOCK, {
  name: "RLock",
  open: (thread, cell) => openAt<RLock>(RLock, new Place(thread, cell)),
  destroy: destroyLockCell,
  recover: recoverLockCell,
});
