/** The checker itself: timeouts, sleepers, event loops, deaths, endless loops, bounds. */
import { test } from "node:test";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { explore } from "./checker/explore.ts";
import { ModelError } from "./checker/scenario.ts";
import type { Actor, Scenario } from "./checker/scenario.ts";
import { atomics as A } from "./checker/tiny.ts";

/** The message of the error that exploring the scenario must end with. */
function failure(scenario: Scenario): ModelError {
  return assertThrows(() => explore(scenario), ModelError) as ModelError;
}

const twice = (actor: Actor): Record<string, Actor> => ({ A: actor, B: actor });

test("timeouts may pass at any moment, and move the clock", () => {
  const clocks = new Set<number>();
  explore({
    name: "timeout",
    timeouts: true,
    actors: {
      W: ({ words }) => () => {
        A.store(words, 0, 1);
        A.notify(words, 0);
      },
      R: ({ words, now, check }) => () => {
        const how = A.wait(words, 0, 0, 20);
        clocks.add(now());
        check((how === "timed-out") === (now() === 20), "the clock");
      },
    },
  });
  assertEquals([...clocks].sort(), [0, 20]);
});

test("a notify wakes as many as it may, first come first served", () => {
  const order = new Set<string>();
  const sleeper = (bit: number): Actor => ({ words }) => () => {
    A.or(words, 1, bit);
    if (A.wait(words, 0, 0) === "ok") A.add(words, 2, bit);
  };
  explore({
    name: "notify",
    actors: {
      A: sleeper(1),
      B: sleeper(2),
      N: ({ words }) => () => {
        order.add(String(A.notify(words, 0, 1)));
        A.store(words, 0, 1);
        A.notify(words, 0);
      },
    },
  });
  assertEquals([...order].sort(), ["0", "1"]);
});

test("asynchronous waits come back in the thread's loop, and an abandoned one steals a notify", () => {
  const scenario = (abandon: boolean): Scenario => ({
    name: "waitAsync",
    actors: {
      L: ({ words, called, returned }) => () => {
        called("hear", []);
        if (abandon) A.waitAsync(words, 0, 0).then(() => {});
        A.waitAsync(words, 0, 0).then(() => returned(1));
        A.store(words, 1, 1);
        A.notify(words, 1);
      },
      N: ({ words }) => () => {
        while (A.load(words, 1) === 0) A.wait(words, 1, 0);
        A.notify(words, 0, 1);
      },
    },
  });
  explore(scenario(false));
  assertStringIncludes(failure(scenario(true)).message, "waits for ever: L in idle");
});

test("a killed holder leaves a lock, and a recoverer that forgets to wake is caught", () => {
  const scenario = (wakes: boolean): Scenario => ({
    name: "robust lock",
    mortal: ["A"],
    actors: {
      ...twice(({ words }) => () => {
        while (A.compareExchange(words, 0, 0, 1) !== 0) A.wait(words, 0, 1);
        words[8]++;
        A.store(words, 0, 0);
        A.notify(words, 0, 1);
      }),
      R: ({ words, awaitDeath }) => () => {
        awaitDeath();
        // Only sound because B alone can hold it now, and B then notifies.
        if (wakes) A.compareExchange(words, 0, 1, 0);
        if (wakes) A.notify(words, 0);
      },
    },
    racy: () => undefined,
  });
  assertStringIncludes(failure(scenario(false)).message, "waits for ever: B");
});

test("a death may come between two plain writes", () => {
  const seen = new Set<string>();
  explore({
    name: "torn",
    mortal: ["A"],
    actors: {
      A: ({ words }) => () => {
        A.load(words, 0);
        words[4] = 1;
        words[5] = 1;
        A.store(words, 0, 1);
      },
    },
    final: ({ words }) => void seen.add(`${words[4]}${words[5]}${words[0]}`),
  });
  assertEquals([...seen].sort(), ["000", "100", "110", "111"]);
});

test("an endless loop is reported, one that spins until something changes is not", () => {
  const scenario = (pauseYields: boolean): Scenario => ({
    name: "spin",
    longest: 50,
    pauseYields,
    actors: {
      A: ({ words }) => () => {
        while (A.load(words, 0) === 0) A.pause();
      },
      B: ({ words }) => () => void A.store(words, 0, 1),
    },
  });
  explore(scenario(true));
  assertStringIncludes(failure(scenario(false)).message, "an endless loop?");
});

test("bounded preemptions go through fewer schedules", () => {
  const actor: Actor = ({ words }) => () => {
    for (let i = 0; i < 4; i++) A.add(words, 0, 1);
  };
  const counts = [0, 1, 2, undefined].map((preemptions) =>
    explore({ name: "bounded", actors: twice(actor), preemptions }).schedules
  );
  assertEquals(counts, [2, 8, 26, 70]);
});
