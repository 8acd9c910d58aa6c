/**
 * Loops over what a queue still has, until it is shut down and drained.
 * @module
 */
import { QueueShutDown } from "./errors.ts";

/** Yields what `get` gives until it throws QueueShutDown. */
export async function* untilShutDown<T>(get: () => Promise<T>): AsyncGenerator<T, undefined, undefined> {
  for (;;) {
    let item: T;
    try {
      item = await get();
    } catch (error) {
      if (QueueShutDown.is(error)) return;
      throw error;
    }
    yield item;
  }
}

/** The same, blocking. */
export function* untilShutDownSync<T>(get: () => T): Generator<T, undefined, undefined> {
  for (;;) {
    let item: T;
    try {
      item = get();
    } catch (error) {
      if (QueueShutDown.is(error)) return;
      throw error;
    }
    yield item;
  }
}
