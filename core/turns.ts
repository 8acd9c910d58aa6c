/**
 * Promises that are resolved already, and the event loop, which would never get a turn in a long row of them.
 * @module
 */
import { now } from "./deadline.ts";
import type { Runtime } from "./runtime.ts";

/** After how many milliseconds of operations that never waited the event loop gets a turn. */
const TURN = 5;

/** What every operation without a result gives: a promise less to make for each put. */
const DONE = Promise.resolve();

/** The promises of a thread's operations that did not have to wait. */
export class Turns {
  readonly #runtime: Runtime;
  #settled = 0;
  #last = 0;
  /** The turn that is waited for. What comes about meanwhile waits for it, too: promises settle in the order of the calls. */
  #turn: Promise<void> | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A resolved promise of `value`; one of every few milliseconds resolves only after a turn of the loop, so that timers and I/O get theirs. */
  resolved<T>(value: T): Promise<T> {
    return this.#turn === undefined && (++this.#settled & 63) !== 0 ? Promise.resolve(value) : this.#resolved(value);
  }

  /** The same of an operation without a result. Many get the same promise. */
  done(): Promise<void> {
    return this.#turn === undefined && (++this.#settled & 63) !== 0 ? DONE : this.#resolved(undefined);
  }

  /** Calls `settle` with what an operation came to otherwise, a value or an error: at once, or after the turn that earlier ones wait for. */
  settle(settle: (outcome: unknown) => void, outcome: unknown): void {
    if (this.#turn === undefined) settle(outcome);
    else void this.#turn.then(() => settle(outcome));
  }

  #resolved<T>(value: T): Promise<T> {
    try {
      return this.#turn !== undefined || this.#ask() ? this.#turn!.then(() => value) : Promise.resolve(value);
    } catch {
      // The stack ends here, and the operation has come about all the same: it goes without a turn, and a later one asks for it.
      return Promise.resolve(value);
    }
  }

  /** Asks for a turn, if the last one was long enough ago. Whether it is waited for. */
  #ask(): boolean {
    if (now() - this.#last < TURN) return false;
    let begin!: () => void;
    const turn = new Promise<void>((resolve) => begin = resolve);
    this.#runtime.soon(() => {
      this.#last = now();
      this.#turn = undefined;
      begin();
    });
    // Last: were the asking thrown out, all later operations would wait for a turn that never comes.
    this.#turn = turn;
    return true;
  }
}
