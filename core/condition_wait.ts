/**
 * Waiting for the notification of a Condition, once for the blocking and the promise form.
 * @module
 */
import { addWaiting, comeBack, MOST_TASKS, takeWaiting, WAITERS, waitingIn } from "./condition_cell.ts";
import type { LockGate } from "./lock_cell.ts";
import type { Thread } from "./thread.ts";
import { ThreadLocal } from "./thread_local.ts";
import type { Operation } from "./waiter.ts";

/** The tasks of this thread that have to do with one Condition. */
class Tasks {
  /** Those that wait and do not know of a notification, in the order in which they get one. */
  readonly waiting: ConditionWait[] = [];
  /** How many have been notified and have not come back with the lock. */
  returning = 0;
}

const tasksOf: ThreadLocal<Tasks> = new ThreadLocal();

/** One task that waits to be notified: enrolled from its making on. */
export class ConditionWait implements Operation<boolean> {
  readonly sets: readonly number[];
  readonly #thread: Thread;
  readonly #at: number;
  readonly #tasks: Tasks;
  #notified = false;

  /**
   * Begins to wait; this thread holds the lock.
   *
   * @param blocking whether it blocks this thread: then it is notified before the promise forms of this thread, which could
   * do nothing about it meanwhile
   */
  constructor(thread: Thread, at: number, blocking: boolean) {
    this.sets = [at + WAITERS];
    this.#thread = thread;
    this.#at = at;
    let tasks = tasksOf.get(thread, at);
    if (tasks === undefined) tasksOf.set(thread, at, tasks = new Tasks());
    this.#tasks = tasks;
    // What has come until now is for those who wait already.
    this.#collect();
    if (tasks.waiting.length === MOST_TASKS) {
      throw new RangeError(`${MOST_TASKS} tasks of this thread wait on the Condition, the most that can.`);
    }
    if (blocking) tasks.waiting.unshift(this);
    else tasks.waiting.push(this);
    addWaiting(thread.memory.words, at, thread.slot);
  }

  /** Hands notifications that have come to this thread to its tasks. */
  #collect(): void {
    const { waiting } = this.#tasks;
    const { memory, slot } = this.#thread;
    for (let owed = waiting.length - waitingIn(memory.words, this.#at, slot); owed > 0; owed--) {
      waiting.shift()!.#notified = true;
      this.#tasks.returning++;
    }
  }

  ready(): boolean {
    return this.attempt();
  }

  attempt(): boolean {
    if (!this.#notified) this.#collect();
    return this.#notified;
  }

  result(): boolean {
    return true;
  }

  late(): boolean {
    return !this.#giveUp();
  }

  /** A notification that came first counts: it could go to nobody else now without waking one that began to wait later. */
  aborted(reason: unknown): boolean {
    if (this.#giveUp()) throw reason;
    return true;
  }

  /** Waits no longer. False if it was notified before. */
  #giveUp(): boolean {
    const { waiting } = this.#tasks;
    const { memory, slot } = this.#thread;
    while (!this.attempt()) {
      if (takeWaiting(memory.words, this.#at, slot, 1) === 0) continue; // all were notified meanwhile
      waiting.splice(waiting.indexOf(this), 1);
      return true;
    }
    return false;
  }

  /** The call is over, and its thread has the lock again. */
  over(): void {
    const tasks = this.#tasks;
    const { memory, slot } = this.#thread;
    if (this.#notified) {
      tasks.returning--;
      const owed = tasks.waiting.length - waitingIn(memory.words, this.#at, slot);
      comeBack(memory.words, this.#at, slot, tasks.returning + owed);
    }
    const idle = tasks.waiting.length + tasks.returning === 0;
    if (idle && tasksOf.get(this.#thread, this.#at) === tasks) tasksOf.delete(this.#thread, this.#at);
  }
}

/** Takes the lock of a Condition back, as often as this thread had acquired it. */
export class Retaking implements Operation<void> {
  readonly sets: readonly number[];
  readonly #gate: LockGate;
  readonly #depth: number;

  constructor(gate: LockGate, depth: number) {
    this.sets = gate.sets;
    this.#gate = gate;
    this.#depth = depth;
  }

  ready(): boolean {
    return this.#gate.ready();
  }

  attempt(): boolean {
    if (!this.#gate.attempt()) return false;
    this.#gate.deepen(this.#depth);
    return true;
  }

  result(): void {}

  late(): void {}

  aborted(reason: unknown): never {
    throw reason;
  }
}
