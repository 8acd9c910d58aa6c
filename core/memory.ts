/**
 * The one door to atomics. It exports the builtins themselves, so that engines inline them, and the tests that try every
 * schedule can load the core with another file in this one's place.
 * @module
 */

export const load: typeof Atomics.load = Atomics.load;
export const store: typeof Atomics.store = Atomics.store;
export const add: typeof Atomics.add = Atomics.add;
export const sub: typeof Atomics.sub = Atomics.sub;
export const and: typeof Atomics.and = Atomics.and;
export const or: typeof Atomics.or = Atomics.or;
export const exchange: typeof Atomics.exchange = Atomics.exchange;
export const compareExchange: typeof Atomics.compareExchange = Atomics.compareExchange;
export const wait: typeof Atomics.wait = Atomics.wait;
export const notify: typeof Atomics.notify = Atomics.notify;

/** What a `waitAsync` gives: an outcome at once, or a promise of one. */
export type AsyncWait =
  | { async: false; value: "not-equal" | "timed-out" }
  | { async: true; value: Promise<"ok" | "timed-out"> };

type WaitAsync = (words: Int32Array, index: number, value: number, timeout?: number) => AsyncWait;
export const waitAsync: WaitAsync = (Atomics as unknown as { waitAsync: WaitAsync }).waitAsync;

/** Tells the processor that this thread spins. Absent in older engines. */
export const pause: () => void = (Atomics as unknown as { pause?: () => void }).pause ?? (() => {});
