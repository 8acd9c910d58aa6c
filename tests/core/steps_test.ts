import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { runStepsAsync, runStepsSync, type Steps } from "../../core/steps.ts";
import type { Operation } from "../../core/waiter.ts";
import { arena, join } from "./stage_helper.ts";

const { parker } = join(arena());

/** An operation that gives `value`, or throws it if it is an error. */
function giving(value: unknown): Operation<unknown> {
  const give = () => {
    if (value instanceof Error) throw value;
    return value;
  };
  return { sets: [], ready: () => true, attempt: () => true, result: give, late: give, aborted: give };
}

const forms = {
  Sync: async <R>(steps: Steps<unknown, R>) => await runStepsSync(parker, steps, Infinity),
  promise: <R>(steps: Steps<unknown, R>) => runStepsAsync(parker, steps, Infinity, undefined, parker),
};

for (const [name, run] of Object.entries(forms)) {
  test(`each step is handed what it came to, and the last word is the result (${name})`, async () => {
    const seen: unknown[] = [];
    function* steps(): Steps<unknown, string> {
      for (const value of [1, "two", undefined]) seen.push(yield giving(value));
      return "done";
    }
    assertEquals([await run(steps()), seen], ["done", [1, "two", undefined]]);
  });

  test(`what a step throws is thrown where it was yielded, and may be caught there (${name})`, async () => {
    function* caught(): Steps<unknown, unknown> {
      try {
        yield giving(new RangeError("refused"));
      } catch (error) {
        return [(error as Error).message, yield giving("then")];
      }
    }
    assertEquals(await run(caught()), ["refused", "then"]);
    let cleaned = false;
    function* uncaught(): Steps<unknown, unknown> {
      try {
        return yield giving(new RangeError("refused"));
      } finally {
        cleaned = true;
      }
    }
    await assertRejects(() => run(uncaught()), RangeError, "refused");
    assertEquals(cleaned, true);
  });
}

test("the first step begins before the promise form returns; what is thrown before it is thrown at once when blocking", async () => {
  let begun = false;
  // deno-lint-ignore require-yield
  function* steps(): Steps<unknown, void> {
    begun = true;
    throw new TypeError("early");
  }
  const promise = runStepsAsync(parker, steps(), Infinity, undefined, parker);
  assertEquals(begun, true);
  await assertRejects(() => promise, TypeError, "early");
  assertThrows(() => runStepsSync(parker, steps(), Infinity), TypeError, "early");
});
