/** The checker itself: what it counts, and known-wrong little programs that it must catch. */
import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { explore, replay } from "./checker/explore.ts";
import { ModelError } from "./checker/scenario.ts";
import type { Actor, Model, Scenario } from "./checker/scenario.ts";
import { atomics as A } from "./checker/tiny.ts";

/** The message of the error that exploring the scenario must end with. */
function failure(scenario: Scenario): ModelError {
  return assertThrows(() => explore(scenario), ModelError) as ModelError;
}

const twice = (actor: Actor): Record<string, Actor> => ({ A: actor, B: actor });

test("schedules of independent and of meeting steps are counted exactly", () => {
  const steps = (count: number): Actor => ({ words }) => () => {
    for (let i = 0; i < count; i++) A.add(words, 0, 1);
  };
  const report = explore({ name: "adds", actors: { A: steps(2), B: steps(3) } });
  assertEquals(report.schedules, 10); // 5 over 2
  const apart = (at: number): Actor => ({ words }) => () => void A.add(words, at, 1);
  assertEquals(explore({ name: "apart", actors: { A: apart(0), B: apart(1) } }).schedules, 1);
});

test("a lost update is found, and its schedule can be replayed", () => {
  const scenario: Scenario = {
    name: "increment in two steps",
    actors: twice(({ words }) => () => void A.store(words, 0, A.load(words, 0) + 1)),
    final: ({ words, check }) => check(words[0] === 2, `the count is ${words[0]}`),
  };
  const error = failure(scenario);
  assertStringIncludes(error.message, "the count is 1");
  assertStringIncludes(error.message, "store word 0 ← 1");
  assertStringIncludes(replay(scenario, error.schedule).error?.message ?? "", "the count is 1");
});

function lockScenario(name: string, lock: (words: Int32Array) => void, unlock: (words: Int32Array) => void): Scenario {
  const actor: Actor = ({ words, check }) => () => {
    lock(words);
    words[8]++;
    unlock(words);
    check(true, "");
  };
  return {
    name,
    actors: { A: actor, B: actor, C: actor },
    final: ({ words, check }) => check(words[8] === 3, "count"),
  };
}

test("a right mutex passes", () => {
  const report = explore(lockScenario("mutex", (words) => {
    if (A.compareExchange(words, 0, 0, 1) === 0) return;
    while (A.exchange(words, 0, 2) !== 0) A.wait(words, 0, 2);
  }, (words) => {
    if (A.exchange(words, 0, 0) === 2) A.notify(words, 0, 1);
  }));
  assert(report.schedules > 100);
});

test("a mutex that looks and then takes is caught: two in the critical section race", () => {
  const error = failure(lockScenario("look, then take", (words) => {
    while (A.load(words, 0) !== 0) A.wait(words, 0, 1);
    A.store(words, 0, 1);
  }, (words) => {
    A.store(words, 0, 0);
    A.notify(words, 0);
  }));
  assertStringIncludes(error.message, "race");
});

test("a mutex that forgets who sleeps is caught: it waits for ever", () => {
  const error = failure(lockScenario("forgetful", (words) => {
    if (A.compareExchange(words, 0, 0, 1) === 0) return;
    A.exchange(words, 0, 2);
    A.wait(words, 0, 2);
    while (A.compareExchange(words, 0, 0, 1) !== 0) A.wait(words, 0, 1);
  }, (words) => {
    if (A.exchange(words, 0, 0) === 2) A.notify(words, 0, 1);
  }));
  assertStringIncludes(error.message, "waits for ever");
});

function message(publish: (model: Model) => void): Scenario {
  return {
    name: "message",
    actors: {
      W: (model) => () => publish(model),
      R: ({ words, check }) => () => {
        if (A.load(words, 0) === 1) check(words[4] === 7, "half a message");
      },
    },
  };
}

test("a published message passes, one published before it is written is a race", () => {
  explore(message(({ words }) => {
    words[4] = 7;
    A.store(words, 0, 1);
  }));
  const error = failure(message(({ words }) => {
    A.store(words, 0, 1);
    words[4] = 7;
  }));
  assertStringIncludes(error.message, "race: ");
});

test("racy words are steps of their own", () => {
  const scenario = message(({ words }) => {
    A.store(words, 0, 1);
    words[4] = 7;
  });
  assertStringIncludes(
    failure({ ...scenario, racy: (at) => at === 16 ? "a test" : undefined }).message,
    "half a message",
  );
});

test("bulk accesses overlap by bytes", () => {
  const copy = (from: number): Actor => ({ bytes }) => () => bytes.set([1, 2, 3], from);
  explore({ name: "side by side", actors: { A: copy(8), B: copy(11) } });
  assertStringIncludes(failure({ name: "overlap", actors: { A: copy(8), B: copy(10) } }).message, "race: a write");
});

const register = {
  initial: 0,
  *apply(state: unknown, name: string, args: readonly unknown[]) {
    if (name === "write") yield { state: args[0], result: null };
    if (name === "read") yield { state, result: state };
    if (name === "until" && state === args[0]) yield { state, result: null };
  },
};

test("a register is linearizable, a register with a cache is not", () => {
  const readers = (read: (model: Model, cache: { seen: number }) => number): Scenario => ({
    name: "register",
    spec: register,
    actors: {
      W: (model) => () => model.call("write", [5], () => void A.store(model.words, 0, 5)),
      R: (model) => () => {
        const cache = { seen: 0 };
        for (let i = 0; i < 2; i++) model.call("read", [], () => read(model, cache));
      },
      S: (model) => () => void model.call("read", [], () => A.load(model.words, 0)),
    },
  });
  explore(readers(({ words }) => A.load(words, 0)));
  const error = failure(readers(({ words }, cache) => {
    const seen = cache.seen;
    cache.seen = A.load(words, 0);
    return seen;
  }));
  assertStringIncludes(error.message, "not linearizable: R");
});

test("who may wait for ever by the specification is no deadlock, who may not is one", () => {
  const waiting = (wanted: number, notify: boolean): Scenario => ({
    name: "until",
    spec: register,
    actors: {
      W: ({ words, call }) => () =>
        call("write", [5], () => {
          A.store(words, 0, 5);
          if (notify) A.notify(words, 0);
        }),
      R: ({ words, call }) => () =>
        call("until", [wanted], () => {
          for (let seen = A.load(words, 0); seen !== wanted; seen = A.load(words, 0)) A.wait(words, 0, seen);
        }),
    },
  });
  explore(waiting(5, true));
  explore(waiting(6, true));
  assertStringIncludes(failure(waiting(5, false)).message, "waits for ever: R in wait of word 0");
});
