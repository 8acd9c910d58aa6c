/**
 * Room on the stack.
 * @module
 */

/** More calls than there are, one in another, in anything that must not stop half-way. */
const CALLS = 100;

/** For an operation of several parts, each of which reserves stack for itself. */
export const FOR_SEVERAL = 300;

/**
 * Throws the engine's own error now if the stack is nearly exhausted, rather than in the middle of what follows, where it
 * would leave memory that nobody knows of. Costs some 0.2 µs, so not for what is done for every small item: there, what an
 * overflow leaves half done is undone by whoever comes next.
 */
export function reserveStack(calls: number = CALLS): void {
  descend(calls);
}

/**
 * The same before a change of which who waits in the set at word `set` is to be told, if anybody does: else the change could
 * be made, and the stack end in the middle of the telling. Who enrolls between this look and the change is not counted in; to
 * lose his wake-up the stack has to end in that very call, too.
 */
export function reserveWake(words: Int32Array, set: number): void {
  if (words[set] !== 0) reserveStack();
}

/** The sum keeps engines from making a loop of it. */
function descend(left: number): number {
  return left === 0 ? 0 : 1 + descend(left - 1);
}
