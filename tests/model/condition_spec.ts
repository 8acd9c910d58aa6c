/**
 * What a Condition with its lock is, one call after another. A wait is several: `enter` releases the lock, `late` gives up,
 * if there was no notification yet, and `leave` comes back with the lock. A call names its thread first, then its task.
 * @module
 */
import type { Spec } from "./checker/linear.ts";

export interface ConditionState {
  readonly holder: string;
  /** Tasks that wait, that were notified, and that gave up, before they have the lock again. */
  readonly waiting: readonly string[];
  readonly told: readonly string[];
  readonly late: readonly string[];
  readonly gone: string;
}

const without = (all: readonly string[], one: string) => all.filter((other) => other !== one);
const ofOthers = (all: readonly string[], who: string) => all.filter((task) => !task.startsWith(who));

/** All ways to choose `count` of `all`. */
function* choices(all: readonly string[], count: number): Generator<readonly string[]> {
  if (count === 0) return yield [];
  for (let i = 0; i + count <= all.length; i++) {
    for (const rest of choices(all.slice(i + 1), count - 1)) yield [all[i], ...rest];
  }
}

function* notified(state: ConditionState, count: number): Generator<ConditionState> {
  for (const chosen of choices(state.waiting, Math.min(count, state.waiting.length))) {
    const waiting = state.waiting.filter((task) => !chosen.includes(task));
    yield { ...state, waiting, told: [...state.told, ...chosen].sort() };
  }
}

/** After the death of `who`: notifications that it has not come back with go to others; there may be one too many. */
function* recovered(state: ConditionState, who: string): Generator<ConditionState> {
  const owed = state.told.length - ofOthers(state.told, who).length;
  const left = {
    holder: state.holder === who ? "" : state.holder,
    waiting: ofOthers(state.waiting, who),
    told: ofOthers(state.told, who),
    late: ofOthers(state.late, who),
    gone: state.gone + who,
  };
  yield* notified(left, owed);
  if (left.waiting.length > owed) yield* notified(left, owed + 1);
}

export const conditionSpec: Spec = {
  initial: { holder: "", waiting: [], told: [], late: [], gone: "" },
  moments: ["enter", "late"],
  *apply(given: unknown, name: string, args: readonly unknown[]) {
    const state = given as ConditionState;
    const [who, task] = args as [string, string];
    const { holder, waiting, told, late, gone } = state;
    if (name === "recovered") {
      for (const next of recovered(state, who)) yield { state: next, result: null };
    }
    if (gone.includes(who)) return;
    switch (name) {
      case "acquire":
        if (holder === "") yield { state: { ...state, holder: who }, result: true };
        break;
      case "release":
        if (holder === who) yield { state: { ...state, holder: "" }, result: null };
        break;
      case "enter":
        if (holder === who) {
          yield { state: { ...state, holder: "", waiting: [...waiting, task].sort() }, result: null };
        }
        break;
      case "late":
        if (told.includes(task)) yield { state, result: null };
        if (waiting.includes(task)) {
          yield { state: { ...state, waiting: without(waiting, task), late: [...late, task].sort() }, result: null };
        }
        break;
      case "leave":
        if (holder !== "") break;
        if (told.includes(task)) yield { state: { ...state, holder: who, told: without(told, task) }, result: true };
        if (late.includes(task)) yield { state: { ...state, holder: who, late: without(late, task) }, result: false };
        break;
      case "notify":
        if (holder !== who) break;
        for (const next of notified(state, args[1] as number)) yield { state: next, result: null };
    }
  },
};
