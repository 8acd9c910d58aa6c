/** Barrier: all pass together or none, whoever times out, aborts, resets or dies. */
import { caught, passes } from "./report.ts";
import { CELL, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { barrierSpec } from "./barrier_spec.ts";
import { mark, outcome, shared } from "./shared_model.ts";
import type { Parts, Play, Player } from "./shared_model.ts";
import type { Model, Outcome, Scenario } from "./checker/scenario.ts";
import { BARRIER } from "../../core/kinds.ts";
import type { Barrier } from "../../core/barrier.ts";
import type { Operation } from "../../core/waiter.ts";

const LOCK = CELL + 16;
const STATE = CELL + 17;
const PARTIES = CELL + 18;
const DEAD = CELL + 20;
const BANKS = CELL + 32;
const ACTION = mark(0);
const REST = mark(1);

function begin({ model, name }: Player<Barrier>, index: number, timed: boolean, acts: boolean): void {
  const task = name + index;
  model.called(acts ? "arriveActing" : "arrive", [name, task], 0);
  if (acts) model.called("complete", [name, task], 2);
  if (timed) model.called("late", [name, task], 3);
  model.called("pass", [name, task], 1);
}

function end({ model }: Player<Barrier>, timed: boolean, acts: boolean, result: unknown): void {
  model.returned(null, 0);
  if (acts) model.returned(null, 2);
  if (timed) model.returned(null, 3);
  model.returned(result, 1);
}

/** The two waits of the promise form, whose promises would be settled after the run. */
function waitAsync(player: Player<Barrier>): void {
  const { model, parts, thread } = player;
  const arrival = new parts.barrierWait.Arrival(new parts.barrierCell.BarrierCell(thread, CELL), undefined);
  const pass = (): void => {
    const passing = arrival.passing();
    const told: Operation<unknown> = {
      sets: passing.sets,
      ready: () => passing.ready(),
      attempt: () => passing.attempt(),
      result: () => {
        const result = outcome(() => passing.result());
        arrival.over();
        end(player, false, false, result);
        return result;
      },
      late: () => passing.late(),
      aborted: (reason) => passing.aborted(reason),
    };
    parts.waiter.runAsync(thread.parker, told, Infinity, undefined, model).catch(() => {});
  };
  arrival.attempt();
  const refused = outcome(() => arrival.result());
  if (refused === undefined) pass();
  else end(player, false, false, refused);
}

function act(player: Player<Barrier>, deed: string, index: number): void {
  const { model, object, parts, thread, name } = player;
  switch (deed) {
    case "wait":
    case "waitTimed":
    case "waitActing": {
      const timed = deed === "waitTimed";
      const acts = deed === "waitActing";
      begin(player, index, timed, acts);
      const action = () => void model.words[ACTION]++;
      const Barrier = object.constructor as new (place: unknown) => Barrier;
      const { Place } = parts.sharedObject;
      const own = acts ? new Barrier(new Place(thread, CELL / 256, { action })) : object;
      end(player, timed, acts, outcome(() => own.waitSync(timed ? { timeout: 20 } : undefined)));
      break;
    }
    case "waitAsync":
      begin(player, index, false, false);
      waitAsync(player);
      break;
    case "abort":
      model.call("abort", [name], () => object.abort());
      break;
    case "reset":
      model.call("reset", [name], () => object.reset());
      break;
    case "broken":
      model.call("broken", [name], () => object.broken);
      break;
    case "seen":
      model.check(model.words[ACTION] > 0, "it passed before the action");
      break;
    case "rest":
      parts.memory.load(model.words, REST);
  }
}

type Options = Pick<Play<Barrier>, "threads" | "mortal" | "deaths" | "preemptions" | "timeouts"> & {
  readonly parties?: number;
};

/** Who waits for ever waits in the cycle that is under way, in which no dead thread does. */
function ending({ words, check }: Model, { dead, waiting, states }: Outcome, _parts: Parts, names: string[]): void {
  check(words[LOCK] === 0, "the lock is held");
  check(words[DEAD] === 0, "a death was not looked after");
  const state = words[STATE] >>> 0;
  const bank = BANKS + ((state >>> 2) & 1) * 16;
  const broken = (state & 3) === 2;
  check(states.some((one) => (one as { broken: boolean }).broken === broken), `it is ${broken ? "" : "not "}broken`);
  if (waiting.length === 0) return;
  check(!broken, `${waiting.join()} waits at a broken barrier`);
  for (const name of names) {
    const bit = 1 << names.indexOf(name);
    if (waiting.includes(name)) check((words[bank + 8] & bit) !== 0, `${name} waits for a cycle that is over`);
    if (dead.includes(name)) check((words[bank + 8] & bit) === 0, `${waiting.join()} waits with the dead ${name}`);
  }
}

function barrier(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { parties = 2 } = options;
  const names = Object.keys(options.threads);
  return shared<Barrier>({
    name: "barrier",
    kinds: [BARRIER],
    init: (words) => void (words[PARTIES] = parties),
    act,
    spec: barrierSpec(parties),
    // A party remembers its number and its cycle.
    forgets: () => false,
    words: (word) =>
      ({ 16: "LOCK", 17: "STATE", 20: "DEAD", 24: "BROKE", 32: "COUNT 0", 40: "BITS 0", 48: "COUNT 1", 56: "BITS 1" })[
        word
      ],
    final: (model, ended, parts) => ending(model, ended, parts, names),
    ...options,
    patches,
  });
}

const right = (name: string, options: Options) => passes(() => barrier(options), name);

right("barrier, 2 parties", { threads: { A: ["wait"], B: ["wait"] } });
right("barrier, 2 parties, 2 cycles", {
  threads: { A: ["wait", "wait"], B: ["wait", "wait"] },
  preemptions: DEEP ? 5 : 3,
});
right("barrier, 3 parties", {
  threads: { A: ["wait"], B: ["wait"], C: ["wait"] },
  parties: 3,
  preemptions: DEEP ? 3 : 1,
});
right("barrier, one of 2 times out", {
  threads: { A: ["waitTimed"], B: ["wait"] },
  timeouts: true,
  preemptions: DEEP ? undefined : 4,
});
right("barrier, aborted", { threads: { A: ["wait"], B: ["wait"], C: ["abort", "broken"] }, preemptions: DEEP ? 4 : 2 });
right("barrier, reset and used again while one has not looked yet", {
  threads: { A: ["wait"], B: ["reset", "wait"], C: ["wait"] },
  preemptions: DEEP ? 4 : 2,
});
right("barrier, the last party acts", {
  threads: { A: ["waitActing", "seen"], B: ["waitActing", "seen"] },
  preemptions: DEEP ? undefined : 4,
});
right("barrier, somebody comes during the action", {
  threads: { A: ["wait"], B: ["waitActing"], C: ["wait"] },
  preemptions: DEEP ? 3 : 1,
});
right("barrier, aborted during the action", {
  threads: { A: ["waitActing"], B: ["waitActing"], C: ["abort"] },
  preemptions: DEEP ? 3 : 2,
});
right("barrier, a promise form", { threads: { A: ["waitAsync"], B: ["wait"] }, preemptions: DEEP ? undefined : 5 });
right("barrier, one of 2 dies anywhere", {
  threads: { A: ["wait", "rest"], B: ["wait"] },
  mortal: ["A"],
  preemptions: DEEP ? 3 : 2,
});
right("barrier, one of 3 dies anywhere", {
  threads: { A: ["wait", "rest"], B: ["wait"], C: ["wait"] },
  mortal: ["A"],
  preemptions: DEEP ? 1 : 0,
});
right("barrier, one dies anywhere in the second cycle", {
  threads: { A: ["wait", "wait"], B: ["wait", "wait"] },
  mortal: ["A"],
  preemptions: DEEP ? 1 : 0,
});
right("barrier, who acts dies anywhere", {
  threads: { B: ["wait"], A: ["waitActing"] },
  mortal: ["A"],
  preemptions: DEEP ? 2 : 1,
});
right("barrier, who resets dies anywhere", {
  threads: { A: ["reset", "rest"], B: ["wait"], C: ["wait"] },
  mortal: ["A"],
  preemptions: DEEP ? 1 : 0,
});
right("barrier, both die anywhere", {
  threads: { A: ["wait"], B: ["wait"] },
  mortal: ["A", "B"],
  deaths: 2,
  preemptions: DEEP ? 1 : 0,
});

const wrong = (name: string, options: Options, find: string, put: string, how: string) =>
  caught(() => barrier(options, [{ file: "barrier_cell.ts", find, put }]), name, how);

const TWO: Options = { threads: { A: ["wait"], B: ["wait"] } };
const THRICE: Options = {
  threads: { A: ["wait", "wait", "wait"], B: ["wait", "wait", "wait"] },
  preemptions: 0,
};
const DIES: Options = { threads: { A: ["wait", "rest"], B: ["wait"] }, mortal: ["A"], preemptions: 2 };

wrong("the last party wakes nobody", TWO, "if (full && !acts) this.#wake();", "", "waits for");
wrong(
  "wakes before the cycle ends",
  TWO,
  "else this.#endCycle(false, FILLING);",
  "else {\n        this.#wake();\n        full = false;\n        this.#endCycle(false, FILLING);\n      }",
  "waits for",
);
wrong("the next cycle is not cleared", THRICE, "    store(words, next, 0);\n", "", "");
wrong(
  "the cycle ends before it is said how",
  { threads: { A: ["wait"], B: ["abort"] }, preemptions: 2 },
  "    const next = this.#bank(cycle + 1);\n",
  "    const next = this.#bank(cycle + 1);\n    store(words, this.at + STATE, (((cycle + 1) & CYCLES) << 2) | phase);\n",
  "not linearizable",
);
wrong(
  "the count goes up before the bit is there",
  DIES,
  "      or(words, bank + BITS + (slot >> 5), 1 << (slot & 31));\n      const index = words[bank];\n",
  "      const index = words[bank];\n      store(words, bank, index + 1);\n      or(words, bank + BITS + (slot >> 5), 1 << (slot & 31));\n",
  "",
);
wrong(
  "the recovery breaks nothing",
  DIES,
  "    or(words, this.at + GONE + (slot >> 5), 1 << (slot & 31));\n",
  "",
  "not linearizable",
);
wrong(
  "the recovery leaves the lock held",
  DIES,
  "    recoverLock(words, this.at + LOCK, id);\n    this.#attend();",
  "    this.#attend();",
  "",
);
wrong(
  "the recovery repairs nothing",
  { threads: { A: ["reset", "rest"], B: ["wait"], C: ["wait"] }, mortal: ["A"], preemptions: 0 },
  "for (let group = 0; group < 8; group++) and(words, this.at + BROKE + group, ~load(words, bank + BITS + group));\n    store",
  "void bank;\n    store",
  "not linearizable",
);
wrong(
  "a death found while the lock is held is left to nobody",
  DIES,
  "    if (broke) this.#wake();\n    // Somebody who found the lock held may have left a dead thread to its holder, who looks after the release.\n    this.#attend();",
  "    if (broke) this.#wake();",
  "",
);
