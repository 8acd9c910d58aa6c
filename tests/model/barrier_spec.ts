/**
 * What a Barrier is, one call after another. A wait is several: `arrive`, with an action `complete`, `late` when it gives
 * up, and `pass`. A call names its thread first, then its task.
 * @module
 */
import type { Spec } from "./checker/linear.ts";

interface State {
  /** Who has arrived in this cycle, in that order. */
  readonly arrived: readonly string[];
  /** What those come to whose cycle is over. */
  readonly ended: Readonly<Record<string, number | "broken">>;
  readonly broken: boolean;
  readonly gone: string;
}

const BROKEN = "ISTHMUS_BROKEN_BARRIER";

/** The cycle is over: each who has arrived passes by its number, or learns that it was broken. */
function ended(state: State, well: boolean): State {
  const all = Object.entries(state.ended);
  state.arrived.forEach((task, index) => all.push([task, well ? index : "broken"]));
  return { ...state, arrived: [], ended: Object.fromEntries(all.sort()) };
}

const breaks = (state: State): State => ({ ...ended(state, false), broken: true });

export function barrierSpec(parties: number): Spec {
  return {
    initial: { arrived: [], ended: {}, broken: false, gone: "" },
    moments: ["arrive", "arriveActing", "complete", "late"],
    *apply(given: unknown, name: string, args: readonly unknown[]) {
      const state = given as State;
      const [who, task] = args as [string, string];
      const { arrived, broken } = state;
      if (name === "recovered") {
        const left = { ...state, gone: state.gone + who };
        if (!arrived.some((one) => one.startsWith(who))) yield { state: left, result: null };
        // Also if it was arriving and does not count yet.
        yield { state: breaks(left), result: null };
      }
      if (state.gone.includes(who)) return;
      switch (name) {
        case "arrive":
        case "arriveActing": {
          if (arrived.length === parties) break;
          if (broken) {
            yield { state: { ...state, ended: { ...state.ended, [task]: "broken" } }, result: null };
            break;
          }
          const next = { ...state, arrived: [...arrived, task] };
          const full = next.arrived.length === parties && name === "arrive";
          yield { state: full ? ended(next, true) : next, result: null };
          break;
        }
        case "complete":
          if (arrived.length === parties && arrived[parties - 1] === task) {
            yield { state: ended(state, true), result: null };
          } else if (task in state.ended || arrived.includes(task)) yield { state, result: null };
          break;
        case "late":
          if (arrived.includes(task)) yield { state: breaks(state), result: null };
          if (task in state.ended) yield { state, result: null };
          break;
        case "pass": {
          const { [task]: how, ...others } = state.ended;
          if (how === undefined) break;
          yield { state: { ...state, ended: others }, result: how === "broken" ? BROKEN : how };
          break;
        }
        case "abort":
          yield { state: breaks(state), result: null };
          break;
        case "reset":
          yield { state: { ...ended(state, false), broken: false }, result: null };
          break;
        case "broken":
          yield { state, result: broken };
      }
    },
  };
}
