/** Semaphore and BoundedSemaphore: no permit is lost or made, whoever waits, times out, leaves or dies. */
import { caught, passes } from "./report.ts";
import { CELL, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { mark, outcome, shared } from "./shared_model.ts";
import type { Play, Player } from "./shared_model.ts";
import type { Scenario } from "./checker/scenario.ts";
import { BOUNDED_SEMAPHORE, SEMAPHORE } from "../../core/kinds.ts";
import type { Semaphore } from "../../core/semaphore.ts";

const PERMITS = CELL + 16;
const REST = mark(0);

interface State {
  readonly permits: number;
  readonly gone: string;
}

function semaphoreSpec(permits: number, most: number) {
  return {
    initial: { permits, gone: "" },
    *apply(given: unknown, name: string, [who, count]: readonly unknown[]) {
      const state = given as State;
      const changed = (by: number) => ({ ...state, permits: state.permits + by });
      if (name === "recovered") yield { state: { ...state, gone: state.gone + who }, result: null };
      if (state.gone.includes(who as string)) return;
      if (name.startsWith("acquire") && state.permits > 0) yield { state: changed(-1), result: true };
      if (name === "acquireTimed" || (name === "acquireNowait" && state.permits === 0)) yield { state, result: false };
      if (name === "value") yield { state, result: state.permits };
      if (name !== "release") return;
      if (state.permits + (count as number) > most) yield { state, result: "ISTHMUS_RELEASED_TOO_OFTEN" };
      else yield { state: changed(count as number), result: null };
    },
  };
}

function act({ model, name, object, parts }: Player<Semaphore>, deed: string): void {
  const told = (call: string, body: () => unknown, count = 1) => model.call(call, [name, count], () => outcome(body));
  switch (deed) {
    case "acquire":
      told(deed, () => object.acquireSync());
      break;
    case "acquireTimed":
      told(deed, () => object.acquireSync({ timeout: 20 }));
      break;
    case "acquireNowait":
      told(deed, () => object.acquireNowait());
      break;
    case "release":
      told(deed, () => object.release());
      break;
    case "release2":
      told("release", () => object.release(2), 2);
      break;
    case "value":
      told(deed, () => object.getValue());
      break;
    case "rest":
      parts.memory.load(model.words, REST);
  }
}

type Options = Pick<Play<Semaphore>, "threads" | "mortal" | "deaths" | "preemptions" | "timeouts"> & {
  readonly permits?: number;
  readonly bounded?: boolean;
};

function semaphore(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { permits = 0, bounded = false } = options;
  const most = bounded ? 2 : 2 ** 31 - 1;
  return shared<Semaphore>({
    name: "semaphore",
    kinds: [bounded ? BOUNDED_SEMAPHORE : SEMAPHORE],
    init: (words) => {
      words[PERMITS] = permits;
      words[PERMITS + 1] = most;
    },
    act,
    spec: semaphoreSpec(permits, most),
    words: (word) => ({ 16: "PERMITS", 17: "MOST", 32: "SUMMARY", 33: "LAST", 40: "BITS" })[word],
    final: ({ words, check }, { states, waiting }) => {
      check(
        waiting.length === 0 || words[PERMITS] === 0,
        `${waiting.join()} waits with ${words[PERMITS]} permits there`,
      );
      check(states.some((state) => (state as State).permits === words[PERMITS]), `${words[PERMITS]} permits are there`);
    },
    ...options,
    patches,
  });
}

const right = (name: string, options: Options) => passes(() => semaphore(options), name);

right("semaphore, 2 take and give back", {
  threads: { A: ["acquire", "release"], B: ["acquire", "release"] },
  permits: 1,
});
right("semaphore, 3 share 2 permits", {
  threads: { A: ["acquire", "release"], B: ["acquire", "release"], C: ["acquire", "release"] },
  permits: 2,
  preemptions: DEEP ? undefined : 4,
});
right("semaphore, 2 are let through by one release of 2", {
  threads: { A: ["acquire"], B: ["acquire"], P: ["release2", "value"] },
  preemptions: DEEP ? undefined : 4,
});
right("semaphore, one of 2 times out", {
  threads: { A: ["acquire"], B: ["acquireTimed"], P: ["release", "acquireNowait"] },
  timeouts: true,
  preemptions: DEEP ? undefined : 4,
});
right("semaphore, bounded, released too often", {
  threads: { A: ["acquireNowait", "release", "release"], B: ["release", "value"], C: ["acquire"] },
  permits: 1,
  bounded: true,
  preemptions: DEEP ? undefined : 5,
});
right("semaphore, one of 2 who acquire dies anywhere", {
  threads: { A: ["acquire", "rest"], B: ["acquire"], P: ["release"] },
  mortal: ["A"],
  preemptions: DEEP ? 3 : 1,
});
right("semaphore, who releases dies anywhere", {
  threads: { P: ["release2", "rest"], A: ["acquire"], B: ["acquire"] },
  mortal: ["P"],
  preemptions: DEEP ? 3 : 1,
});

const wrong = (name: string, options: Options, find: string, put: string, how: string, file = "semaphore.ts") =>
  caught(() => semaphore(options, [{ file, find, put }]), name, how);

const TWO: Options = { threads: { A: ["acquire", "release"], B: ["acquire", "release"] }, permits: 1 };

wrong(
  "wakes before the permits are there",
  { threads: { A: ["acquire"], P: ["release"] } },
  "for (let before = load(words, permits);;) {",
  "wakeMany(memory, this.base + WAITERS, n);\n    if (n > 0) { compareExchange(words, permits, 0, n); return; }\n    for (let before = load(words, permits);;) {",
  "waits for ever",
);
wrong(
  "wakes one for 2 permits",
  { threads: { A: ["acquire"], B: ["acquire"], P: ["release2"] }, preemptions: 3 },
  "wakeMany(memory, this.base + WAITERS, n);",
  "wakeMany(memory, this.base + WAITERS, 1);",
  "waits for ever",
);
wrong(
  "takes a permit that another has taken",
  TWO,
  "if (seen === permits) return true;",
  "if (seen >= 0) return true;",
  "permits are there",
);
wrong(
  "looks at the bound only once",
  { threads: { A: ["release"], B: ["release"] }, permits: 1, bounded: true },
  "    for (let before = load(words, permits);;) {\n      if (n > most - before) refuseRelease(n, before, most);",
  "    if (n > most - load(words, permits)) refuseRelease(n, most, most);\n    for (let before = load(words, permits);;) {",
  "not linearizable",
);
wrong(
  "the recovery leaves the dead one's bit in the set",
  { threads: { B: ["acquire"], A: ["acquire"], P: ["release"] }, mortal: ["A"], preemptions: 1 },
  "recoverWaitSet(thread.memory, cellAt(cell) + WAITERS, id & 0xff);",
  "",
  "waits with 1 permits there",
);
