/**
 * Room on the stack.
 * @module
 */

/** More calls than there are, one in another, in anything that must not stop half-way. */
const CALLS = 100;

/** For an operation of several parts, each of which reserves stack for itself. */
export const FOR_SEVERAL = 300;

/**
 * To compile code that has not run yet, V8 wants 40 KiB of stack, and Deno's V8 75 KiB, or else it says that the stack has overflowed: so
 * many calls take that. What comes after a place's first few is compiled.
 */
const CALLS_WHEN_COLD = 1500;
const COLD = 8;

/** A place in the code after which something must not stop half-way. */
export class Footing {
  #cold: number = COLD;

  /**
   * Throws the engine's own error now if the stack is nearly exhausted, rather than in the middle of what follows, where it
   * would leave memory that nobody knows of. Costs some 0.2 µs, so not for what is done for every small item: there, what an
   * overflow leaves half done is undone by whoever comes next.
   */
  reserve(calls: number = CALLS): void {
    descend(this.#cold === 0 ? calls : CALLS_WHEN_COLD);
    if (this.#cold !== 0) this.#cold--;
  }
}

const waking = new Footing();

/**
 * Reserves stack before a change of which who waits in the set at word `set` is to be told, if anybody does: else the change could
 * be made, and the stack end in the middle of the telling. Who enrolls between this look and the change is not counted in; to
 * lose his wake-up the stack has to end in that very call, too.
 */
export function reserveWake(words: Int32Array, set: number): void {
  if (words[set] !== 0) waking.reserve();
}

/** The sum keeps engines from making a loop of it. */
function descend(left: number): number {
  return left === 0 ? 0 : 1 + descend(left - 1);
}
