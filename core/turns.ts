/**
 * Promises that are resolved already, and the event loop, which would never get a turn in a long row of them.
 * @module
 */
import { now } from "./deadline.ts";
import type { Runtime } from "./runtime.ts";

/** After how many milliseconds of operations that never waited the event loop gets a turn. */
const TURN = 5;

/** The promises of a thread's operations that did not have to wait. */
export class Turns {
  readonly #runtime: Runtime;
  #settled = 0;
  #last = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** A resolved promise of `value`; one of every few milliseconds resolves only after a turn of the loop, so that timers and I/O get theirs. */
  resolved<T>(value: T): Promise<T> {
    return (++this.#settled & 63) === 0 ? this.#resolved(value) : Promise.resolve(value);
  }

  #resolved<T>(value: T): Promise<T> {
    const reading = now();
    if (reading - this.#last < TURN) return Promise.resolve(value);
    return new Promise((resolve) => {
      this.#runtime.soon(() => {
        this.#last = now();
        resolve(value);
      });
    });
  }
}
