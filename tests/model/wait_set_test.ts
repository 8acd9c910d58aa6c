/** Wait sets, bells and the parker: no wake-up is lost, whoever leaves, times out, is aborted or dies. */
import { caught, passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { semaphore } from "./semaphore_model.ts";
import type { SemaphoreOptions } from "./semaphore_model.ts";

const right = (name: string, options: SemaphoreOptions) => passes(() => semaphore(options), name);

right("bells, 1 taker, 1 poster", { threads: { A: ["take", "take"], P: ["post", "post"] } });
right("bells, 2 takers in different groups", {
  threads: { A: ["take"], B: ["take"], P: ["postTwo"] },
  occupied: { B: 32, P: 33 },
});
right("bells, async on two objects", { threads: { A: ["takeAsync", "takeAsyncOther"], P: ["post", "postOther"] } });
right("bells, async on one and sync on another", {
  threads: { A: ["takeAsyncOther", "take"], P: ["postOther"], Q: ["post"] },
});
right("bells, 2 takers, one times out", { threads: { A: ["take"], B: ["takeTimed"], P: ["post"] }, timeouts: true });
right("bells, 1 taker, 2 posters", { threads: { A: ["take", "take"], P: ["post"], Q: ["post"] } });
right("bells, 1 async taker", { threads: { A: ["takeAsync", "takeAsync"], P: ["post", "post"] } });
right("bells, 1 async and 1 sync taker, woken at once", { threads: { A: ["takeAsync"], B: ["take"], P: ["postAll"] } });
right("bells, async with timeout, and sync", {
  threads: { A: ["take"], B: ["takeAsyncTimed"], P: ["post"] },
  timeouts: true,
});
right("bells, aborted async, and sync", {
  threads: { A: ["take"], B: ["takeAsyncAborted"], P: ["post"] },
  timeouts: true,
});
right("bells, async and sync in one thread", { threads: { A: ["takeAsync", "take"], P: ["post", "post"] } });
right("bells, 2 takers, one dies anywhere", {
  threads: { A: ["take"], B: ["take"], P: ["post"] },
  mortal: ["B"],
  preemptions: DEEP ? 4 : 2,
});
right("bells, a taker is told to end", { threads: { A: ["takeDoomed"], P: ["doom"] } });
right("bells, an async taker is told to end", { threads: { A: ["takeAsyncDoomed"], P: ["doom"] } });
right("bells, one of 2 takers is told to end", {
  threads: { A: ["takeDoomed"], B: ["take"], P: ["post"], Q: ["doom"] },
  preemptions: DEEP ? 4 : 2,
});
right("bells, an async one of 2 takers is told to end", {
  threads: { A: ["takeAsyncDoomed"], B: ["take"], P: ["post"], Q: ["doom"] },
  preemptions: DEEP ? 4 : 2,
});
right("bells, the poster dies anywhere", { threads: { A: ["take"], P: ["post"] }, mortal: ["P"] });
right("bells, 2 posters, one dies anywhere", {
  threads: { A: ["take"], P: ["post"], Q: ["post"] },
  mortal: ["P"],
  preemptions: DEEP ? 4 : 2,
});
right("bells, an async taker, the poster dies anywhere", { threads: { A: ["takeAsync"], P: ["post"] }, mortal: ["P"] });
if (DEEP) {
  right("bells, 2 takers, 1 poster", { threads: { A: ["take"], B: ["take"], P: ["post", "post"] } });
  right("bells, 1 async and 1 sync taker", { threads: { A: ["takeAsync"], B: ["take"], P: ["post", "post"] } });
}

const wrong = (name: string, options: SemaphoreOptions, file: string, find: string, put: string, how = "waits") =>
  caught(() => semaphore(options, [{ file, find, put }]), name, how);

const ONE = { threads: { A: ["take"], P: ["post"] } } as const;
// The search for whom to ring begins with the second.
const TIMED = { threads: { A: ["take"], B: ["takeTimed"], P: ["post"] }, timeouts: true } as const;
const TWO = { threads: { A: ["take"], B: ["take"], P: ["post"], Q: ["post"] } } as const;

caught(() => semaphore({ threads: { A: ["take"], P: ["postEarly"] } }), "rings before it changes the state", "waits");
wrong(
  "does not try again after enrolling",
  ONE,
  "parker.ts",
  "if (condition.attempt()) return true;\n        this.#seat.check();",
  "",
);
wrong(
  "reads the bell after trying again",
  ONE,
  "parker.ts",
  "wait(memory.words, bell, seen,",
  "wait(memory.words, bell, seen * 0 + load(memory.words, bell),",
);
wrong("enrolls without the summary", ONE, "wait_set.ts", "or(memory.words, set, 1 << (slot >> 5));", "");
wrong(
  "sets the summary before the bit",
  { threads: { A: ["take"], P: ["post"], Q: ["post"] }, tokens: -1 },
  "wait_set.ts",
  "  or(memory.words, set + BITS + (slot >> 5), 1 << (slot & 31));\n  or(memory.words, set, 1 << (slot >> 5));",
  "  or(memory.words, set, 1 << (slot >> 5));\n  or(memory.words, set + BITS + (slot >> 5), 1 << (slot & 31));",
);
wrong(
  "notifies before the bell has moved",
  ONE,
  "wait_set.ts",
  "  add(memory.words, at + SLOT_BELL, 1);\n  notify(memory.words, at + SLOT_BELL);\n}\n\n/** Wakes one",
  "  notify(memory.words, at + SLOT_BELL);\n  add(memory.words, at + SLOT_BELL, 1);\n}\n\n/** Wakes one",
);
wrong("rings without notifying", ONE, "wait_set.ts", "  notify(memory.words, at + SLOT_BELL);\n", "");
wrong(
  "leaves without passing on its ring",
  TIMED,
  "parker.ts",
  "else if (withdraw(memory, set, slot) && condition.ready()) wakeOne(memory, set);",
  "else withdraw(memory, set, slot);",
);
wrong(
  "a promise form leaves without passing on its ring",
  { threads: { A: ["take"], B: ["takeAsyncTimed"], P: ["post"] }, timeouts: true },
  "parker.ts",
  "if (withdraw(memory, set, slot) && waiter.condition.ready()) wakeOne(memory, set);",
  "withdraw(memory, set, slot);",
);
wrong(
  "two wakers claim the same bit",
  { ...TWO, preemptions: 2 },
  "wait_set.ts",
  "if ((and(words, at, ~bit) & bit) !== 0) return",
  "and(words, at, ~bit); return",
);
wrong(
  "corrects the summary without looking again",
  { threads: { A: ["take"], P: ["post", "post"], Q: ["post"] }, tokens: -2, preemptions: 3 },
  "wait_set.ts",
  "if (load(words, set + BITS + group) !== 0) {",
  "if (false) {",
);
wrong(
  "the recovery wakes nobody else for the dead",
  { threads: { B: ["takeAsync"], A: ["take"], P: ["post"] }, mortal: ["A"], preemptions: 2 },
  "wait_set.ts",
  "  wakeAll(memory, set);\n}",
  "}",
);
wrong(
  "the recovery rings nobody",
  { threads: { A: ["take"], P: ["post"] }, mortal: ["P"] },
  "threads.ts",
  "eachThread(memory, (id) => ring(memory, slotOf(id), ALL));",
  "void ring;",
);
wrong(
  "asynchronous: the bell is read after the mail",
  { threads: { A: ["takeAsync"], P: ["post"] } },
  "parker.ts",
  "const sleep = waitAsync(memory.words, bell, seen);",
  "const sleep = waitAsync(memory.words, bell, seen * 0 + load(memory.words, bell));",
);
wrong(
  "asynchronous: a second letter is lost",
  { threads: { A: ["takeAsync", "takeAsyncOther"], P: ["post", "postOther"] } },
  "wait_set.ts",
  " !== 0) store(memory.words, at + SLOT_MAIL, ALL);",
  " !== 0) {}",
);
wrong(
  "asynchronous: the thread blocks and its promise forms starve",
  { threads: { A: ["takeAsyncOther", "take"], P: ["postOther"] } },
  "parker.ts",
  "if (this.#pending > 0) this.#serve();",
  "",
);
wrong(
  "who is told to end is not rung",
  { threads: { A: ["takeDoomed"], P: ["doom"] } },
  "threads.ts",
  "  add(memory.words, at + SLOT_BELL, 1);\n  notify(memory.words, at + SLOT_BELL);\n  return true;",
  "  return true;",
);
