/**
 * The atomics of the model for code that is written in a test, in place of the core's.
 * @module
 */

type Found = Record<string, (...args: unknown[]) => unknown>;
type Word = (words: Int32Array, index: number, value: number) => number;

const call = (name: string) => (...args: unknown[]): unknown =>
  (globalThis as unknown as Record<symbol, Found>)[Symbol.for("isthmus model checker")][name](...args);

export const atomics: {
  readonly load: (words: Int32Array, index: number) => number;
  readonly store: Word;
  readonly add: Word;
  readonly and: Word;
  readonly or: Word;
  readonly exchange: Word;
  readonly compareExchange: (words: Int32Array, index: number, expected: number, value: number) => number;
  readonly wait: (words: Int32Array, index: number, value: number, timeout?: number) => string;
  readonly notify: (words: Int32Array, index: number, count?: number) => number;
  readonly waitAsync: (words: Int32Array, index: number, value: number) => { then(heard: () => void): void };
  readonly pause: () => void;
} = {
  load: call("load") as never,
  store: call("store") as never,
  add: call("add") as never,
  and: call("and") as never,
  or: call("or") as never,
  exchange: call("exchange") as never,
  compareExchange: call("compareExchange") as never,
  wait: call("wait") as never,
  notify: call("notify") as never,
  waitAsync: ((...args: unknown[]) => (call("waitAsync")(...args) as { value: unknown }).value) as never,
  pause: call("pause") as never,
};
