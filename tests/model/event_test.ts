/** Event: nobody misses a set, though a clear follows at once. */
import { caught, passes } from "./report.ts";
import { CELL, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { outcome, shared } from "./shared_model.ts";
import type { Play, Player } from "./shared_model.ts";
import type { Scenario } from "./checker/scenario.ts";
import { EVENT } from "../../core/kinds.ts";
import type { Event } from "../../core/event.ts";
import type { Operation } from "../../core/waiter.ts";

const TURNS = CELL + 16;
const SET = CELL + 32;

interface State {
  readonly set: boolean;
  readonly gone: string;
}

const eventSpec = {
  initial: { set: false, gone: "" },
  *apply(given: unknown, name: string, [who]: readonly unknown[]) {
    const state = given as State;
    if (name === "recovered") yield { state: { ...state, gone: state.gone + who }, result: null };
    if (state.gone.includes(who as string)) return;
    if (name === "set" || name === "clear") yield { state: { ...state, set: name === "set" }, result: null };
    if (name === "isSet") yield { state, result: state.set };
    if (name.startsWith("wait") && state.set) yield { state, result: true };
    if (name === "waitTimed") yield { state, result: false };
  },
};

/** The promise form, whose result is told when it settles. */
function waitAsync({ model, name, parts, thread }: Player<Event>, lane: number): void {
  model.called("wait", [name], lane);
  const turns = parts.memory.load(model.words, TURNS);
  if ((turns & 1) !== 0) return model.returned(true, lane);
  const { Waiting } = parts.event as unknown as { Waiting: new (...args: unknown[]) => Operation<boolean> };
  const waiting = new Waiting(thread, CELL, turns);
  waiting.result = () => (model.returned(true, lane), true);
  parts.waiter.runAsync(thread.parker, waiting, Infinity, undefined, model).catch(() => {});
}

/**
 * `pulse` sets and clears at once if somebody is enrolled, and else only sets: so all who wait before it must come back,
 * and all who wait after it in the second case.
 */
function act(player: Player<Event>, deed: string, index: number): void {
  const { model, name, object, parts } = player;
  const told = (call: string, body: () => unknown) => model.call(call, [name], () => outcome(body));
  switch (deed) {
    case "set":
      told(deed, () => object.set());
      break;
    case "clear":
      told(deed, () => object.clear());
      break;
    case "isSet":
      told(deed, () => object.isSet());
      break;
    case "wait":
      told(deed, () => object.waitSync());
      break;
    case "waitTimed":
      told(deed, () => object.waitSync({ timeout: 20 }));
      break;
    case "pulse": {
      const enrolled = parts.memory.load(model.words, SET + 8);
      told("set", () => object.set());
      if (enrolled !== 0) told("clear", () => object.clear());
      break;
    }
    case "waitAsync":
      waitAsync(player, index % 4);
  }
}

type Options = Pick<Play<Event>, "threads" | "mortal" | "deaths" | "preemptions" | "timeouts"> & {
  /** Whether somebody may wait for ever: the last call was a clear. */
  readonly cleared?: boolean;
};

function event(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  return shared<Event>({
    name: "event",
    kinds: [EVENT],
    act,
    spec: eventSpec,
    // A wait remembers how often the event was set before it.
    forgets: () => false,
    words: (word) => ({ 16: "TURNS", 32: "SUMMARY", 33: "LAST", 40: "BITS" })[word],
    final: ({ words, check }, { waiting }) => {
      check(waiting.length === 0 || options.cleared === true, `${waiting.join()} missed a set`);
      check(waiting.length === 0 || (words[TURNS] & 1) === 0, `${waiting.join()} waits though it is set`);
    },
    ...options,
    patches: [{ file: "event.ts", find: "class Waiting", put: "export class Waiting" }, ...patches],
  });
}

const right = (name: string, options: Options) => passes(() => event(options), name);

right("event, 2 wait for a set", {
  threads: { A: ["wait"], B: ["wait"], P: ["set"] },
  preemptions: DEEP ? undefined : 5,
});
right("event, a clear follows the set", { threads: { A: ["wait"], P: ["pulse"] } });
right("event, a clear follows the set, 2 wait", {
  threads: { A: ["wait"], B: ["wait"], P: ["pulse", "set"] },
  preemptions: DEEP ? 5 : 3,
});
right("event, waiting, set and clear in any order", {
  threads: { A: ["wait", "wait"], P: ["set", "clear", "set"], Q: ["isSet", "clear"] },
  cleared: true,
  preemptions: DEEP ? undefined : 5,
});
right("event, a promise form, pulsed", { threads: { A: ["waitAsync"], P: ["pulse"] } });
right("event, a promise form and a blocking one, pulsed", {
  threads: { A: ["waitAsync"], B: ["wait"], P: ["pulse", "set"] },
  preemptions: DEEP ? 5 : 3,
});
right("event, one times out", {
  threads: { A: ["waitTimed"], B: ["wait"], P: ["set", "clear"], Q: ["set"] },
  timeouts: true,
  cleared: true,
  preemptions: DEEP ? 3 : 1,
});
right("event, who waits dies anywhere", {
  threads: { A: ["wait"], B: ["wait"], P: ["set"] },
  mortal: ["A"],
  preemptions: DEEP ? 3 : 1,
});
right("event, who sets dies anywhere", {
  threads: { P: ["set", "isSet"], A: ["wait"], B: ["wait"] },
  mortal: ["P"],
  cleared: true,
  preemptions: DEEP ? 3 : 1,
});

const wrong = (name: string, options: Options, find: string, put: string, how: string) =>
  caught(() => event(options, [{ file: "event.ts", find, put }]), name, how);

wrong(
  "looks whether it is set, not whether it was",
  { threads: { A: ["wait"], P: ["pulse"] } },
  "return load(this.#thread.memory.words, this.#turns) !== this.#before;",
  "return (load(this.#thread.memory.words, this.#turns) & 1) !== 0;",
  "missed a set",
);
wrong(
  "wakes before it is set",
  { threads: { A: ["wait"], P: ["set"] } },
  "if (this.#turn(0)) wakeAll(this.thread.memory, this.base + WAITERS);",
  "wakeAll(this.thread.memory, this.base + WAITERS);\n    this.#turn(0);",
  "waits for ever",
);
wrong(
  "remembers what it is after it looked",
  { threads: { A: ["wait"], P: ["set"] } },
  "new Waiting(this.thread, this.base, turns)",
  "new Waiting(this.thread, this.base, load(this.thread.memory.words, this.base + TURNS))",
  "waits for ever",
);
wrong(
  "a set and a clear at once make a set of a clear",
  { threads: { A: ["set", "clear", "isSet"], B: ["clear"] } },
  "if (seen === turns) return true;",
  "if (seen === turns || compareExchange(words, this.base + TURNS, seen, (seen + 1) | 0) === seen) return true;",
  "not linearizable",
);
wrong(
  "the recovery wakes nobody",
  { threads: { P: ["set", "isSet"], A: ["wait"] }, mortal: ["P"], preemptions: 2 },
  "    recoverWaitSet(thread.memory, cellAt(cell) + WAITERS, id & 0xff);",
  "",
  "",
);
