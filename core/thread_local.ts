/**
 * What this thread keeps beside a shared object while calls of it are under way: one for all handles of the object.
 * @module
 */
import type { Thread } from "./thread.ts";

/** By thread (there is one for each arena) and by the word at which an object's cell begins. */
export class ThreadLocal<T> {
  readonly #kept: WeakMap<Thread, Map<number, T>> = new WeakMap();

  get(thread: Thread, at: number): T | undefined {
    return this.#kept.get(thread)?.get(at);
  }

  set(thread: Thread, at: number, value: T): void {
    let map = this.#kept.get(thread);
    if (map === undefined) this.#kept.set(thread, map = new Map());
    map.set(at, value);
  }

  /** To be called before the thread closes the object: another one may live in its cell later. */
  delete(thread: Thread, at: number): void {
    this.#kept.get(thread)?.delete(at);
  }
}
