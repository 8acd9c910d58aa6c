/**
 * One operation, and the two ways to wait for it: blocking, and by a promise.
 * @module
 */
import { AT_ONCE, now } from "./deadline.ts";
import type { Condition, Parker } from "./parker.ts";
import { reserveStack } from "./stack.ts";

/** An operation that may have to wait. Its two forms share all of it. */
export interface Operation<T> extends Condition {
  /** What it gives once an attempt has succeeded; throws what it came to instead. */
  result(): T;
  /** What it would put: given back on the error when the closing of a handle ends the wait. */
  readonly item?: unknown;
  /** Objects besides its owner whose closing ends the wait. */
  readonly owners?: ReadonlySet<object>;
  /** It came about in a blocking form, which is about to return: the moment to let others catch up. */
  pace?(): void;
  /** It did not come about at once and is going to wait: what it borrowed from its thread goes back. */
  parked?(): void;
  /** What it gives when the time is over. Nothing is left behind. */
  late(): T;
  /** What it gives when `reason` ended the wait: an abort, or a closed handle. Nothing is left behind. */
  aborted(reason: unknown): T;
}

/** The longest that a timer can be asked to wait. */
const LONGEST = 2 ** 31 - 1;

/** Runs `operation`, blocking this thread until the moment `until`. */
export function runSync<T>(parker: Parker, operation: Operation<T>, until: number): T {
  let done: boolean;
  try {
    done = operation.attempt();
    if (!done && until !== AT_ONCE) {
      operation.parked?.();
      done = parker.block(operation, until);
    }
  } catch (error) {
    return operation.aborted(error);
  }
  if (!done) return operation.late();
  if (until !== AT_ONCE) operation.pace?.();
  return operation.result();
}

/**
 * Runs `operation` without blocking: it is tried at once, unless earlier ones of this thread wait for the same, and else
 * waits until the moment `until`, the abort of `signal`, or the closing of `owner`.
 */
export function runAsync<T>(
  parker: Parker,
  operation: Operation<T>,
  until: number,
  signal: AbortSignal | undefined,
  owner: object,
): Promise<T> {
  let queued = false;
  for (const set of operation.sets) queued = queued || parker.busy(set);
  try {
    let done = false;
    try {
      if (signal?.aborted) throw signal.reason;
      done = (!queued || until === AT_ONCE) && operation.attempt();
      // Who were thrown out half-way to waiting would be served, and what he got be lost.
      if (!done) reserveStack();
    } catch (error) {
      return parker.turn(operation.aborted(error));
    }
    if (done) return parker.turn(operation.result());
    if (until === AT_ONCE) return parker.turn(operation.late());
  } catch (error) {
    return new Promise((_, reject) => parker.settle(reject, error));
  }
  operation.parked?.();
  return new Promise((resolve, reject) => {
    new Waiter(
      parker,
      operation as Operation<unknown>,
      until,
      signal,
      owner,
      resolve as (value: unknown) => void,
      reject,
    )
      .start();
  });
}

/** A promise form that waits. */
export class Waiter {
  readonly condition: Operation<unknown>;
  /** Whose closing ends the wait. */
  readonly owner: object;
  readonly #parker: Parker;
  readonly #until: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onAbort: (() => void) | undefined;
  #over = false;

  constructor(
    parker: Parker,
    operation: Operation<unknown>,
    until: number,
    signal: AbortSignal | undefined,
    owner: object,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#parker = parker;
    this.condition = operation;
    this.#until = until;
    this.#signal = signal;
    this.owner = owner;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    if (this.#until !== Infinity) this.#setTimer();
    if (this.#signal !== undefined) {
      this.#onAbort = () => this.abort(this.#signal!.reason);
      this.#signal.addEventListener("abort", this.#onAbort);
    }
    this.#parker.park(this);
  }

  /** Tries the operation. True if the wait is over. */
  attempt(): boolean {
    try {
      this.#parker.check();
      // Between the abort and its event, which comes to the waiters of a signal one by one.
      if (this.#signal?.aborted) throw this.#signal.reason;
      if (!this.condition.attempt()) return false;
    } catch (error) {
      this.#settle(() => this.condition.aborted(error), false);
      return true;
    }
    this.#settle(() => this.condition.result(), false);
    return true;
  }

  /** Ends the wait for `reason`. */
  abort(reason: unknown): void {
    this.#settle(() => this.condition.aborted(reason), true);
  }

  #setTimer(): void {
    this.#timer = setTimeout(() => {
      // A timer may fire a little early, and one beyond the longest has to be set again.
      if (now() < this.#until) return this.#setTimer();
      // In a thread whose loop was busy the timer can come before the ring: who says that it is late has looked last.
      this.#parker.look(this);
      if (!this.#over) this.#settle(() => this.condition.late(), true);
    }, Math.min(Math.max(Math.ceil(this.#until - now()), 0), LONGEST));
  }

  /** @param gaveUp whether nobody else will let those behind it try */
  #settle(outcome: () => unknown, gaveUp: boolean): void {
    this.#over = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    if (this.#onAbort !== undefined) this.#signal!.removeEventListener("abort", this.#onAbort);
    this.#parker.unpark(this, gaveUp);
    try {
      this.#parker.settle(this.#resolve, outcome());
    } catch (error) {
      this.#parker.settle(this.#reject, error);
    }
  }
}
