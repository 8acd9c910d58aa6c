/** Lock and RLock: one at a time, whoever times out or dies; the dead holder's lock is free and abandoned. */
import { caught, passes } from "./report.ts";
import { CELL, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { mark, outcome, shared } from "./shared_model.ts";
import type { Play, Player } from "./shared_model.ts";
import type { Scenario } from "./checker/scenario.ts";
import { LOCK, RLOCK } from "../../core/kinds.ts";
import type { Lock } from "../../core/lock.ts";
import type { Operation } from "../../core/waiter.ts";

const HOLDER = CELL + 16;
const COUNT = mark(0);
const REST = mark(1);

interface State {
  readonly holder: string;
  readonly depth: number;
  readonly abandoned: boolean;
  readonly gone: string;
}

const FREE = { holder: "", depth: 0 };

/** What a lock is, one call after another. A call names its thread first. */
function lockSpec(reentrant: boolean) {
  return {
    initial: { ...FREE, abandoned: false, gone: "" },
    *apply(given: unknown, name: string, [who]: readonly unknown[]) {
      const state = given as State;
      const { holder, depth } = state;
      if (name === "recovered") {
        const held = holder === who ? { ...FREE, abandoned: true } : {};
        yield { state: { ...state, ...held, gone: state.gone + who }, result: null };
      }
      if (state.gone.includes(who as string)) return;
      const may = holder === "" || (reentrant && holder === who);
      if (name.startsWith("acquire") && may) {
        yield { state: { ...state, holder: who, depth: depth + 1 }, result: true };
      }
      if (name === "acquireTimed" || (name === "acquireNowait" && !may)) yield { state, result: false };
      if (name === "abandoned") yield { state, result: state.abandoned };
      if (name !== "release") return;
      if (reentrant && holder !== who) yield { state, result: "ISTHMUS_NOT_OWNER" };
      else if (holder === "") yield { state, result: "ISTHMUS_NOT_LOCKED" };
      else if (depth > 1) yield { state: { ...state, depth: depth - 1 }, result: null };
      else yield { state: { ...state, ...FREE, abandoned: false }, result: null };
    },
  };
}

/** The promise form, whose result is told when it settles. */
function acquireAsync({ model, name, object, parts, thread }: Player<Lock>, lane: number): void {
  const gate = new parts.lockCell.LockGate({ thread, cell: CELL / 256, at: CELL } as never);
  const told: Operation<boolean> = {
    sets: gate.sets,
    ready: () => gate.ready(),
    attempt: () => gate.attempt(),
    result: () => {
      model.returned(true, lane);
      model.words[COUNT]++;
      model.call("release", [name], () => object.release());
      return true;
    },
    late: () => false,
    aborted: (reason) => gate.aborted(reason),
  };
  model.called("acquire", [name], lane);
  parts.waiter.runAsync(thread.parker, told, Infinity, undefined, model).catch(() => {});
}

/** `section` counts while it has the lock; `rest` is a step at which a thread may die. */
function act(player: Player<Lock>, deed: string): void {
  const { model, object, name } = player;
  const told = (call: string, body: () => unknown) => model.call(call, [name], () => outcome(body));
  switch (deed) {
    case "acquire":
      told(deed, () => object.acquireSync());
      break;
    case "acquireNowait":
      if (told(deed, () => object.acquireNowait()) === true) told("release", () => object.release());
      break;
    case "release":
      told(deed, () => object.release());
      break;
    case "section":
    case "timed": {
      const options = deed === "timed" ? { timeout: 20 } : undefined;
      if (told(deed === "timed" ? "acquireTimed" : "acquire", () => object.acquireSync(options)) !== true) return;
      model.words[COUNT]++;
      told("release", () => object.release());
      break;
    }
    case "look":
      told("acquire", () => object.acquireSync());
      told("abandoned", () => object.abandoned);
      told("release", () => object.release());
      break;
    case "async":
      acquireAsync(player, 1);
      break;
    case "rest":
      player.parts.memory.load(model.words, REST);
  }
}

type Options = Pick<Play<Lock>, "threads" | "mortal" | "deaths" | "preemptions" | "timeouts"> & {
  readonly reentrant?: boolean;
};

function lock(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { reentrant = false } = options;
  return shared<Lock>({
    name: "lock",
    kinds: [reentrant ? RLOCK : LOCK],
    act,
    spec: lockSpec(reentrant),
    words: (word) => ({ 16: "HOLDER", 17: "DEPTH", 32: "SUMMARY", 33: "LAST", 40: "BITS" })[word],
    final: ({ words, check }, { states, waiting }) => {
      const free = (words[HOLDER] & ~(1 << 30)) === 0;
      check(waiting.length === 0 || !free, `${waiting.join()} waits for a lock that is free`);
      check(words[HOLDER + 1] === 0 || !free, "the lock is free and has a depth");
      check(
        states.some((state) => ((state as State).holder === "") === free),
        `the lock is ${free ? "free" : "held"} at the end`,
      );
    },
    ...options,
    patches,
  });
}

const right = (name: string, options: Options) => passes(() => lock(options), name);

const S = ["section"];

right("lock, 2 threads, twice each", { threads: { A: ["section", "section"], B: ["section", "section"] } });
right("lock, 3 threads", { threads: { A: S, B: S, C: S }, preemptions: DEEP ? 5 : 3 });
right("lock, 2 threads, one times out", { threads: { A: ["timed", "section"], B: S }, timeouts: true });
right("lock, 3 threads, one times out", {
  threads: { A: ["timed"], B: S, C: S },
  timeouts: true,
  preemptions: DEEP ? 5 : 3,
});
right("lock, a promise form and a blocking one", { threads: { A: ["async"], B: S, C: S }, preemptions: DEEP ? 5 : 3 });
right("lock, released by another thread", {
  threads: { A: ["acquire", "section"], B: ["release"], C: ["acquireNowait"] },
  preemptions: DEEP ? undefined : 5,
});
right("lock, released by 2 at once", { threads: { A: ["acquire"], B: ["release"], C: ["release", "section"] } });
right("lock, its holder or waiter dies anywhere", {
  threads: { A: S, B: ["look"] },
  mortal: ["A"],
  preemptions: DEEP ? 5 : 3,
});
right("lock, one of 3 dies anywhere", {
  threads: { A: S, B: ["look"], C: S },
  mortal: ["A"],
  preemptions: DEEP ? 3 : 1,
});
right("lock, 2 of 3 die anywhere", {
  threads: { A: S, B: S, C: ["look"] },
  mortal: ["A", "B"],
  deaths: 2,
  preemptions: DEEP ? 2 : 0,
});
right("lock, the dead one's is released by another", {
  threads: { A: ["acquire", "rest"], B: ["release"], C: ["look"] },
  mortal: ["A"],
  preemptions: DEEP ? 4 : 2,
});
right("rlock, 2 threads", {
  threads: { A: ["acquire", "section", "release"], B: ["acquire", "acquire", "release", "release", "release"] },
  reentrant: true,
});
right("rlock, its holder dies anywhere", {
  threads: { A: ["acquire", "section", "release"], B: ["look"] },
  mortal: ["A"],
  preemptions: DEEP ? 4 : 2,
  reentrant: true,
});

const wrong = (name: string, options: Options, find: string | RegExp, put: string, how: string) =>
  caught(() => lock(options, [{ file: "lock_cell.ts", find, put }]), name, how);

const TWO: Options = { threads: { A: S, B: S } };
const DEAD: Options = { threads: { A: S, B: ["look"] }, mortal: ["A"], preemptions: 2 };

wrong(
  "wakes before it releases",
  TWO,
  / {4}for \(let held = id;;\) \{[^]*? {4}wakeOne\(memory, this.sets\[0\]\);\n {4}return true;/,
  `    wakeOne(memory, this.sets[0]);
    store(words, this.#holder, 0);
    return true;`,
  "waits for ever",
);
wrong("releases and wakes nobody", TWO, "    wakeOne(memory, this.sets[0]);\n", "", "waits for ever");
wrong(
  "looks and then takes",
  TWO,
  "const seen = compareExchange(this.#thread.memory.words, this.#holder, 0, this.#thread.id);",
  "const { words } = this.#thread.memory;\n    const seen = load(words, this.#holder);\n    if (seen === 0) store(words, this.#holder, this.#thread.id);",
  "not linearizable",
);
wrong(
  "releases whatever it finds",
  { threads: { A: ["acquire"], B: ["release"], C: ["release"] } },
  "if ((seen & ~ABANDONED) === 0) return false;",
  "if ((seen & ~ABANDONED) === 0) break;",
  "not linearizable",
);
wrong(
  "the recovery leaves the lock held",
  DEAD,
  "compareExchange(words, at + HOLDER, held, ABANDONED);",
  "",
  "waits for ever",
);
wrong(
  "the recovery frees the lock and says nothing",
  DEAD,
  "compareExchange(words, at + HOLDER, held, ABANDONED);",
  "compareExchange(words, at + HOLDER, held, 0);",
  "not linearizable",
);
wrong(
  "the recovery takes the lock from the living",
  { threads: { A: S, B: S }, mortal: ["A"], preemptions: 2 },
  "if ((held & ~ABANDONED) === id) {",
  "if ((held & ~ABANDONED) !== 0) {",
  "",
);
wrong(
  "the recovery abandons what another has by now",
  { threads: { A: ["acquire", "rest"], B: ["release", "section"] }, mortal: ["A"], preemptions: 2 },
  "compareExchange(words, at + HOLDER, held, ABANDONED);",
  "store(words, at + HOLDER, ABANDONED);",
  "",
);
wrong(
  "the recovery forgets the depth",
  {
    threads: { A: ["acquire", "acquire", "rest"], B: ["section", "look"] },
    mortal: ["A"],
    preemptions: 1,
    reentrant: true,
  },
  "store(words, at + DEPTH, 0);",
  "",
  "",
);
wrong(
  "the recovery leaves the dead one's bit in the set",
  { threads: { A: S, B: ["section", "section"], C: S }, mortal: ["A"], preemptions: 1 },
  "recoverWaitSet(memory, at + WAITERS, id & 0xff);",
  "",
  "waits for ever",
);
