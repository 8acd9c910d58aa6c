/**
 * What simulated threads and their operations see: the {@linkcode Model}, and the atomics that stand in for the builtins.
 * @module
 */
import { op } from "./history.ts";
import type { Answer, Op } from "./history.ts";
import type { Model } from "./scenario.ts";
import { ModelError } from "./scenario.ts";
import { makeView, placeOf } from "./views.ts";

/** What is needed of the world: somebody to ask, and the callbacks of the thread that runs. */
export interface Asked {
  ask(op: Op): Answer;
  readonly memory: { readonly bytes: Uint8Array };
  readonly run: { readonly callbacks: Map<number, () => void>; checkpoint: string | undefined };
}

export function modelFor(world: Asked): Model {
  const perform = (asked: Op): Answer => world.ask(asked);
  const size = world.memory.bytes.length;
  const called = (name: string, args: readonly unknown[], lane = 0): void => {
    perform(op("called", -1, 0, lane, 0, [name, args]));
  };
  const returned = (result: unknown, lane = 0): void => {
    perform(op("returned", -1, 0, lane, 0, result === undefined ? null : result));
  };
  const later = (callback: () => void, ms: number, soon: number): number => {
    const token = perform(op("timer", -1, 0, ms, soon)) as number;
    world.run.callbacks.set(token, callback);
    return token;
  };
  return {
    words: makeView<Int32Array>(perform, Int32Array, 0, size >> 2),
    bytes: makeView<Uint8Array>(perform, Uint8Array, 0, size),
    view: <T>(type: unknown, at: number, length: number): T => makeView(perform, type, at, length) as T,
    called,
    returned,
    call: <R>(name: string, args: readonly unknown[], body: () => R): R => {
      called(name, args);
      const result = body();
      returned(result);
      return result;
    },
    choose: (count) => perform(op("choose", -1, 0, count)) as number,
    awaitDeath: () => perform(op("awaitDeath")) as number,
    now: () => perform(op("now")) as number,
    timer: (callback, ms) => later(callback, ms, 0),
    soon: (callback) => later(callback, 0, 1),
    clear: (timer) => {
      world.run.callbacks.delete(timer);
      perform(op("clear", -1, 0, timer));
    },
    checkpoint: (state) => {
      world.run.checkpoint = String(state);
      perform(op("checkpoint", -1, 0, 0, 0, String(state)));
    },
    check: (condition, message) => {
      if (!condition) throw new ModelError(message);
    },
  };
}

/** The atomics over simulated memory, by the names of `core/memory.ts`. */
export interface ModelAtomics {
  readonly [name: string]: (...args: never[]) => unknown;
}

type Words = Int32Array;

function place(words: Words, index: number): number {
  const view = placeOf(words);
  if (view === undefined) throw new Error("The model was given a real typed array: use the model's.");
  if (!Number.isInteger(index) || index < 0 || index >= view.length) {
    throw new RangeError(`Invalid atomic access index ${index}`);
  }
  return view.at + index * 4;
}

export function atomicsFor(world: Asked & { readonly model: Model }): ModelAtomics {
  const one = (kind: string) => (words: Words, index: number, a = 0, b = 0): number =>
    world.ask(op(kind, place(words, index), 4, a | 0, b | 0)) as number;
  return {
    load: one("load"),
    store: one("store"),
    add: one("add"),
    sub: one("sub"),
    and: one("and"),
    or: one("or"),
    exchange: one("exchange"),
    compareExchange: one("compareExchange"),
    wait: (words: Words, index: number, value: number, timeout = Infinity) =>
      world.ask(op("wait", place(words, index), 4, value | 0, 0, timeout)),
    notify: (words: Words, index: number, count = Infinity) => world.ask(op("notify", place(words, index), 4, count)),
    waitAsync: (words: Words, index: number, value: number, timeout = Infinity) => {
      const token = world.ask(op("waitAsync", place(words, index), 4, value | 0, 0, timeout)) as number;
      if (token === 0) return { async: false, value: "not-equal" };
      // A promise's `then`, called back in a later turn of the thread's loop.
      return {
        async: true,
        value: { then: (heard: (how: string) => void) => world.run.callbacks.set(token, () => heard("ok")) },
      };
    },
    pause: () => world.ask(op("pause")),
    // The same place in the same deed again, in a thread that does nothing else meanwhile.
    again: (local: number) => {
      const { callbacks, checkpoint } = world.run;
      if (checkpoint !== undefined && callbacks.size === 0) {
        world.ask(op("checkpoint", -1, 0, 0, 0, `${checkpoint} again ${local}`));
      }
    },
    now: () => world.ask(op("now")),
    setTimeout: (callback: () => void, ms: number) => world.model.timer(callback, ms),
    clearTimeout: (timer: number) => world.model.clear(timer),
  };
}
