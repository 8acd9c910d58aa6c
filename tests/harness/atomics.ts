/**
 * The atomic operations that core/memory.ts exports, for tests that put others in their place.
 * @module
 */

/** Their names. `pause` is none: it changes nothing. */
export const ATOMICS = [
  "load",
  "store",
  "add",
  "sub",
  "and",
  "or",
  "exchange",
  "compareExchange",
  "wait",
  "notify",
  "waitAsync",
] as const;
