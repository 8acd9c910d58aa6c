/**
 * The lock that belongs to a shared value or array.
 * @module
 */
import { kindOf } from "./cells.ts";
import { show } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import { IsthmusError } from "./errors.ts";
import { Lease, type Sharable } from "./handles.ts";
import { kindNumbered, LOCK, RLOCK } from "./kinds.ts";
import { enterLock } from "./lock_link.ts";
import type { Lock } from "./lock.ts";
import { checkOptions } from "./options.ts";
import { RLock } from "./rlock.ts";
import type { Thread } from "./thread.ts";

/** A lock to hold around changes of several steps. */
export type Guard = Lock | RLock;

/** How a shared value or array is made. */
export interface SharedOptions {
  /**
   * What `lock` is to be. `true`, the default: an RLock of its own. `false`: none, which saves 1 KiB of shared memory. A Lock
   * or RLock: that one, which may guard several objects.
   */
  lock?: boolean | Guard | undefined;
}

/** Checks the options of a `name`, and gives its lock: a new one, the given one, or none. */
export function guardOf(options: unknown, name: string): { guard: Guard | null; own: boolean } {
  const form = "as options an object such as { lock: false }";
  const { lock = true }: SharedOptions = checkOptions(options, ["lock"], `a ${name}`, form);
  if (lock === false) return { guard: null, own: false };
  if (lock === true) return { guard: new RLock(), own: true };
  const lease = typeof lock === "object" && lock !== null ? (lock as Partial<Sharable>)[SHARED] : undefined;
  if (!(lease instanceof Lease)) throw notALock(lock);
  if (!lease.open) {
    throw new IsthmusError(
      "The lock was closed in this thread, so it can guard nothing. Close it last.",
      "ISTHMUS_CLOSED",
    );
  }
  const kind = kindOf(lease.thread.memory, lease.cell);
  if (kind !== LOCK && kind !== RLOCK) throw notALock(lock);
  return { guard: lock, own: false };
}

function notALock(value: unknown): TypeError {
  return new TypeError(`lock must be true, false, a Lock or an RLock, not ${show(value)}.`);
}

/** This thread's own object for the lock that the words at `at` name. */
export function openGuard(thread: Thread, at: number): Guard {
  const cell = enterLock(thread, at);
  return kindNumbered(kindOf(thread.memory, cell)).open(thread, cell) as Guard;
}
