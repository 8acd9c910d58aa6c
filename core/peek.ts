/**
 * Looking whether somebody waits, right after the `exchange` that releases a lock.
 *
 * The waiter enters its bit by an `or` and then looks at what was changed under the lock, so one of the two sees the other, as long as
 * neither reads before its own write is there for all. A `load` gives that everywhere. But V8 calls a builtin for it, and JavaScriptCore
 * makes of it, on x86-64, a locked addition of 0: a fourth of what a put's atomic operations cost. So an adapter may install a plain read.
 * @module
 */
import { load } from "./memory.ts";

/** Reads a word. Not before what this thread wrote by an `exchange` is there for all. */
export type Peek = (words: Int32Array, index: number) => number;

/** The way of every runtime and processor. */
export const portablePeek: Peek = load;

/** The way in use. */
export let peek: Peek = portablePeek;

/** Installs a faster one; called once by the adapter. */
export function setPeek(faster: Peek): void {
  peek = faster;
}
