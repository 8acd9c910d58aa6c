/** Condition: each notification wakes one that waited, in the order of the lock, whoever times out or dies. */
import { caught, passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { condition } from "./condition_model.ts";
import type { Options } from "./condition_model.ts";

const right = (name: string, options: Options) => passes(() => condition(options), name);

right("condition, one waits, one notifies", { threads: { A: ["wait"], N: ["notify"] } });
right("condition, 2 wait, one notification", {
  threads: { A: ["wait"], B: ["wait"], N: ["notify"] },
  preemptions: DEEP ? 3 : 2,
});
right("condition, 2 wait, both notified", {
  threads: { A: ["wait"], B: ["wait"], N: ["notify2"] },
  preemptions: DEEP ? 3 : 2,
});
right("condition, waits and notifies in turn", {
  threads: { A: ["wait", "notify"], N: ["notify", "wait"] },
  preemptions: DEEP ? undefined : 4,
});
right("condition on an RLock held twice", { threads: { A: ["waitTwice"], N: ["notify"] }, reentrant: true });
right("condition, one times out", {
  threads: { A: ["waitTimed"], N: ["notify"] },
  timeouts: true,
  preemptions: DEEP ? undefined : 3,
});
right("condition, one of 2 times out", {
  threads: { A: ["waitTimed"], B: ["wait"], N: ["notify"] },
  timeouts: true,
  preemptions: DEEP ? 3 : 1,
});
right("condition, a promise form", {
  threads: { A: ["waitAsync"], N: ["notify"] },
  preemptions: DEEP ? undefined : 4,
});
right("condition, a promise form times out", {
  threads: { A: ["waitAsyncTimed"], N: ["notify"] },
  timeouts: true,
  preemptions: DEEP ? 5 : 3,
});
right("condition, a promise form and a blocking one", {
  threads: { A: ["waitAsync"], B: ["wait"], N: ["notify2"] },
  preemptions: DEEP ? 3 : 1,
});
right("condition, who waits dies anywhere", {
  threads: { A: ["wait", "rest"], N: ["notify"] },
  mortal: ["A"],
  preemptions: DEEP ? 3 : 2,
});
right("condition, one of 2 who wait dies anywhere", {
  threads: { B: ["wait"], A: ["wait", "rest"], N: ["notify"] },
  mortal: ["A"],
  preemptions: DEEP ? 2 : 0,
});
right("condition, who notifies dies anywhere", {
  threads: { N: ["notify2", "rest"], A: ["wait"], B: ["wait"] },
  mortal: ["N"],
  preemptions: DEEP ? 2 : 0,
});

const wrong = (name: string, options: Options, file: string, find: string, put: string, how: string) =>
  caught(() => condition(options, [{ file, find, put }]), name, how);

const ONE: Options = { threads: { A: ["wait"], N: ["notify"] } };
const TIMED: Options = { threads: { A: ["waitTimed"], N: ["notify"] }, timeouts: true, preemptions: 3 };

caught(
  () =>
    condition(ONE, [{
      file: "condition_wait.ts",
      find: "    addWaiting(thread.memory.words, at, thread.slot);\n  }",
      put: "  }\n  begin(): void {\n    addWaiting(this.#thread.memory.words, this.#at, this.#thread.slot);\n  }",
    }, {
      file: "condition.ts",
      find: "return [waiting, new Retaking(this.#lock, this.#lock.releaseAll())];",
      put:
        "const depth = this.#lock.releaseAll();\n    waiting.begin();\n    return [waiting, new Retaking(this.#lock, depth)];",
    }]),
  "releases the lock before it is among those who wait",
  "waits",
);
wrong(
  "who is notified is not rung",
  ONE,
  "condition_cell.ts",
  "if (!withdraw(memory, at + WAITERS, slot)) ring(memory, slot, at + WAITERS);",
  "withdraw(memory, at + WAITERS, slot);",
  "waits",
);
caught(
  () =>
    condition(ONE, [{
      file: "condition_cell.ts",
      find: "    if (!withdraw(memory, at + WAITERS, slot)) ring(memory, slot, at + WAITERS);\n",
      put: "",
    }, {
      file: "condition_cell.ts",
      find: "    const taken = takeWaiting(words, at, slot, wanted);",
      put: "    if (!withdraw(memory, at + WAITERS, slot)) ring(memory, slot, at + WAITERS);\n" +
        "    const taken = takeWaiting(words, at, slot, wanted);",
    }]),
  "who is notified is rung before it is told",
  "waits",
);
wrong(
  "gives up without looking whether it was notified",
  TIMED,
  "condition_wait.ts",
  "if (takeWaiting(memory.words, this.#at, slot, 1) === 0) continue; // all were notified meanwhile",
  "takeWaiting(memory.words, this.#at, slot, 1);",
  "",
);
wrong(
  "comes back without the lock",
  ONE,
  "condition_wait.ts",
  "if (!this.#gate.attempt()) return false;",
  "this.#gate.attempt();",
  "",
);
const DIES: Options = { threads: { A: ["wait", "rest"], N: ["notify"] }, mortal: ["A"], preemptions: 2 };
wrong(
  "a notification is announced after it is given",
  DIES,
  "condition_cell.ts",
  "    changeOwed(words, at, slot, (owed) => Math.min(owed + wanted, MANY));\n    const taken = takeWaiting(words, at, slot, wanted);\n",
  "    const taken = takeWaiting(words, at, slot, wanted);\n    changeOwed(words, at, slot, (owed) => Math.min(owed + wanted, MANY));\n",
  "A owes",
);
wrong(
  "the recovery passes nothing on",
  { threads: { B: ["wait"], A: ["wait", "rest"], N: ["notify"] }, mortal: ["A"], preemptions: 0 },
  "condition_cell.ts",
  "notifyTasks(memory, at, owed === MANY ? Infinity : owed);",
  "",
  "notifications is lost",
);
wrong(
  "the recovery leaves the dead among those who wait",
  { threads: { B: ["wait"], A: ["wait", "rest"], N: ["notify"] }, mortal: ["A"], preemptions: 0 },
  "condition_cell.ts",
  "takeWaiting(words, at, slot, MOST_TASKS);",
  "",
  "",
);
