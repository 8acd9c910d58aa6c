/**
 * Numbers that look random and come again with the same seed.
 * @module
 */

/** Gives the next number, at least 0 and below 1. */
export type Random = () => number;

/** Mulberry32, by Tommy Ettinger. */
export function random(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer of `from` … `to`. */
export function integer(next: Random, from: number, to: number): number {
  return from + Math.floor(next() * (to - from + 1));
}

/** One of `choices`. */
export function pick<T>(next: Random, choices: readonly T[]): T {
  return choices[Math.floor(next() * choices.length)];
}
