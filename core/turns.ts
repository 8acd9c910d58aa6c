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

  /** Calls `resolve` with what an operation that did wait came to: at once, or after the turn that earlier ones wait for. */
  settle(resolve: (value: unknown) => void, value: unknown): void {
    if (this.#turn === undefined) resolve(value);
    else void this.#turn.then(() => resolve(value));
  }

  #resolved<T>(value: T): Promise<T> {
    if (this.#turn === undefined) {
      if (now() - this.#last < TURN) return Promise.resolve(value);
      this.#turn = new Promise((resolve) => {
        this.#runtime.soon(() => {
          this.#last = now();
          this.#turn = undefined;
          resolve();
        });
      });
    }
    return this.#turn.then(() => value);
  }
}
