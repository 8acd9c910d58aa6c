/**
 * The words of a Lock and of an RLock, and what may be done to them.
 *
 * ```text
 * +16  HOLDER   0 free; id: held by the thread of that id (slot and generation).
 *               With ABANDONED: the last holder died holding it, and nobody has released it since
 * +17  DEPTH    how often its holder has acquired an RLock beyond the first time; 0 while it is free
 * +32  WAITERS  wait set
 * ```
 *
 * One compareExchange of HOLDER acquires and one store of it releases, so a death leaves it free or held, never between.
 * DEPTH is written by the holder alone; it is 0 again before HOLDER says free, so acquiring need not write it.
 * @module
 */
import { Gate } from "./acquirable.ts";
import { cellAt, kindOf } from "./cells.ts";
import { IsthmusError } from "./errors.ts";
import { RLOCK } from "./kinds.ts";
import { compareExchange, load, store } from "./memory.ts";
import type { Place } from "./shared_object.ts";
import { reserveWake } from "./stack.ts";
import type { Thread } from "./thread.ts";
import { recoverWaitSet, wakeOne } from "./wait_set.ts";

const HOLDER = 16;
const DEPTH = 17;
const WAITERS = 32;

/** Beyond every id. */
const ABANDONED = 1 << 30;
const DEEPEST = 2 ** 31 - 1;

/** A Lock or RLock as this thread acquires and releases it. */
export class LockGate extends Gate {
  readonly sets: readonly number[];
  readonly #thread: Thread;
  readonly #holder: number;
  readonly #depth: number;
  /** Whether its holder may acquire it again, and nobody else release it. */
  readonly #reentrant: boolean;

  constructor({ thread, cell, at }: Place) {
    super();
    this.sets = [at + WAITERS];
    this.#thread = thread;
    this.#holder = at + HOLDER;
    this.#depth = at + DEPTH;
    this.#reentrant = kindOf(thread.memory, cell) === RLOCK;
  }

  ready(): boolean {
    const holder = load(this.#thread.memory.words, this.#holder) & ~ABANDONED;
    return holder === 0 || (this.#reentrant && holder === this.#thread.id);
  }

  attempt(): boolean {
    const seen = compareExchange(this.#thread.memory.words, this.#holder, 0, this.#thread.id);
    return seen === 0 || this.#attemptHeld(seen);
  }

  #attemptHeld(seen: number): boolean {
    const { id, memory: { words } } = this.#thread;
    if (seen === ABANDONED) return compareExchange(words, this.#holder, ABANDONED, id | ABANDONED) === ABANDONED;
    if (!this.#reentrant || (seen & ~ABANDONED) !== id) return false;
    this.deepen(1);
    return true;
  }

  /** Counts `times` acquisitions more by this thread, which holds the RLock. */
  deepen(times: number): void {
    const { words } = this.#thread.memory;
    if (words[this.#depth] > DEEPEST - times) {
      throw new RangeError(
        `This thread has acquired the RLock ${DEEPEST} times without a release, the most that it can.`,
      );
    }
    words[this.#depth] += times;
  }

  /** Releases what was acquired once. False, and nothing changes: a Lock is free, an RLock is not this thread's. */
  release(): boolean {
    const { id, memory } = this.#thread;
    const { words } = memory;
    if (this.#reentrant) {
      if (!this.mine) return false;
      if (words[this.#depth] > 0) {
        words[this.#depth]--;
        return true;
      }
    }
    reserveWake(words, this.sets[0]);
    // A Lock may be released by any thread, and while one tries, others may release and acquire it.
    for (let held = id;;) {
      const seen = compareExchange(words, this.#holder, held, 0);
      if (seen === held) break;
      if ((seen & ~ABANDONED) === 0) return false;
      held = seen;
    }
    // After the store: a waiter that is not in the set yet tries again after it is.
    wakeOne(memory, this.sets[0]);
    return true;
  }

  /** {@linkcode LockGate.release}, throwing what happened in place of false. */
  releaseOrThrow(): void {
    if (this.release()) return;
    if (!this.#reentrant) {
      throw new IsthmusError(
        "release() of a Lock that is free. Release it once for each time it was acquired.",
        "ISTHMUS_NOT_LOCKED",
      );
    }
    throw new IsthmusError(
      `release() of an RLock that ${
        this.held ? "another thread holds" : "is free"
      }. Release it in the thread that acquired it, once for each time.`,
      "ISTHMUS_NOT_OWNER",
    );
  }

  /** Releases an RLock however often it was acquired; gives how often beyond the first time. This thread holds the lock. */
  releaseAll(): number {
    const { words } = this.#thread.memory;
    const depth = words[this.#depth];
    words[this.#depth] = 0;
    this.release();
    return depth;
  }

  /** Whether this thread holds it. */
  get mine(): boolean {
    return (load(this.#thread.memory.words, this.#holder) & ~ABANDONED) === this.#thread.id;
  }

  /** Whether a thread holds it. */
  get held(): boolean {
    return (load(this.#thread.memory.words, this.#holder) & ~ABANDONED) !== 0;
  }

  /** Whether a holder died holding it and nobody has released it since. */
  get abandoned(): boolean {
    return (load(this.#thread.memory.words, this.#holder) & ABANDONED) !== 0;
  }
}

/** Nothing is left of a lock but its cell. */
export function destroyLockCell(): void {}

/** Frees the lock if the dead thread `id` held it, and wakes all who wait: the dead may have been the one whose turn it was. */
export function recoverLockCell(thread: Thread, cell: number, id: number): void {
  const { memory } = thread;
  const { words } = memory;
  const at = cellAt(cell);
  const held = load(words, at + HOLDER);
  if ((held & ~ABANDONED) === id) {
    store(words, at + DEPTH, 0);
    // Fails if somebody has released the dead one's Lock meanwhile.
    compareExchange(words, at + HOLDER, held, ABANDONED);
  }
  recoverWaitSet(memory, at + WAITERS, id & 0xff);
}
