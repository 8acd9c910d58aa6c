/**
 * What a JoinableQueue is, one call after another. A call names its thread first.
 * @module
 */
import type { Spec } from "./checker/linear.ts";

export interface JoinableState {
  readonly items: readonly number[];
  readonly unfinished: number;
  readonly shut: boolean;
  readonly gone: string;
}

/** `maxsize` 0: no bound. */
export function joinableSpec(maxsize: number, items: readonly number[]): Spec {
  return {
    initial: { items, unfinished: items.length, shut: false, gone: "" },
    moments: ["shut", "drop"],
    *apply(given: unknown, name: string, args: readonly unknown[]) {
      const state = given as JoinableState;
      const { items, unfinished, shut } = state;
      const [who, item] = args as [string, number];
      if (name === "recovered") yield { state: { ...state, gone: state.gone + who }, result: null };
      if (state.gone.includes(who)) return;
      const full = maxsize !== 0 && items.length >= maxsize;
      switch (name) {
        case "put":
        case "putNowait":
          if (shut) yield { state, result: "ISTHMUS_QUEUE_SHUT_DOWN" };
          else if (!full) {
            yield { state: { ...state, items: [...items, item], unfinished: unfinished + 1 }, result: null };
          } else if (name === "putNowait") yield { state, result: "ISTHMUS_QUEUE_FULL" };
          break;
        case "get":
        case "getNowait":
          if (items.length > 0) yield { state: { ...state, items: items.slice(1) }, result: items[0] };
          else if (shut) yield { state, result: "ISTHMUS_QUEUE_SHUT_DOWN" };
          else if (name === "getNowait") yield { state, result: "ISTHMUS_QUEUE_EMPTY" };
          break;
        case "done":
          if (unfinished > 0) yield { state: { ...state, unfinished: unfinished - 1 }, result: null };
          else yield { state, result: "ISTHMUS_QUEUE_TASK_DONE" };
          break;
        case "join":
        case "joinTimed":
          if (unfinished === 0) yield { state, result: true };
          if (name === "joinTimed") yield { state, result: false };
          break;
        case "unfinished":
          yield { state, result: unfinished };
          break;
        case "shut":
          yield { state: { ...state, shut: true }, result: null };
          break;
        case "drop":
          if (shut) {
            const left = Math.max(unfinished - items.length, 0);
            yield { state: { ...state, items: [], unfinished: left }, result: null };
          }
      }
    },
  };
}
