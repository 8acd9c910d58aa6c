/**
 * What a queue is, one call after another.
 * @module
 */
import type { Spec } from "./checker/linear.ts";

export interface State {
  readonly items: readonly number[];
  readonly shut: boolean;
}

/** A bounded first-in first-out queue that can be shut down. `maxsize` 0: no bound. */
export function queueSpec(maxsize: number, initial: readonly number[]): Spec {
  const room = ({ items }: State) => maxsize === 0 || items.length < maxsize;
  return {
    initial: { items: initial, shut: false },
    *apply(given: unknown, name: string, args: readonly unknown[]) {
      const state = given as State;
      const { items, shut } = state;
      if (name.startsWith("put")) {
        const wanted = args as number[];
        if (shut) yield { state, result: "shut" };
        for (let count = 1; !shut && count <= wanted.length; count++) {
          if (maxsize !== 0 && items.length + count > maxsize) break;
          yield { state: { items: [...items, ...wanted.slice(0, count)], shut }, result: count };
        }
        if (name === "putTimed" || (!shut && !room(state) && name !== "putWait")) yield { state, result: 0 };
      }
      if (name.startsWith("get")) {
        for (let count = 1; count <= Math.min(items.length, args[0] as number); count++) {
          yield { state: { items: items.slice(count), shut }, result: items.slice(0, count) };
        }
        if (items.length === 0 && shut) yield { state, result: "shut" };
        else if (name === "getTimed" || (items.length === 0 && name !== "getWait")) yield { state, result: [] };
      }
      if (name === "size") yield { state, result: items.length };
      if (name === "shut") yield { state: { items, shut: true }, result: null };
      if (name === "drop" && shut) yield { state: { items: [], shut }, result: null };
    },
  };
}
