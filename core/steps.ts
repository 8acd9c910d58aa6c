/**
 * Work in several steps, each of which may have to wait: written once as a generator of operations, run in either form.
 * @module
 */
import type { Parker } from "./parker.ts";
import type { Operation } from "./waiter.ts";
import { runAsync, runSync } from "./waiter.ts";

/** Yields operations, is handed what each came to, and returns the result of all. */
export type Steps<T, R> = Generator<Operation<T>, R, T>;

/** Runs all steps, blocking this thread. They share the moment `until`. */
export function runStepsSync<T, R>(parker: Parker, steps: Steps<T, R>, until: number): R {
  let step = steps.next();
  while (!step.done) {
    let outcome: T;
    try {
      outcome = runSync(parker, step.value, until);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(outcome);
  }
  return step.value;
}

/** Runs all steps without blocking. The first begins before this returns. */
export async function runStepsAsync<T, R>(
  parker: Parker,
  steps: Steps<T, R>,
  until: number,
  signal: AbortSignal | undefined,
  owner: object,
): Promise<R> {
  let step = steps.next();
  while (!step.done) {
    let outcome: T;
    try {
      outcome = await runAsync(parker, step.value, until, signal, owner);
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(outcome);
  }
  return step.value;
}
