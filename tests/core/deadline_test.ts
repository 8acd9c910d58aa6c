import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { AT_ONCE, deadline, deadlineOf, now, show } from "../../core/deadline.ts";

test("for ever, at once, and a moment", () => {
  assertEquals([deadlineOf(undefined), deadlineOf(Infinity), deadline(undefined, "sync")], [
    Infinity,
    Infinity,
    Infinity,
  ]);
  for (const timeout of [0, -0, -1, -Infinity]) assertEquals(deadlineOf(timeout), AT_ONCE);
  const before = now();
  const moment = deadlineOf(50);
  assert(moment >= before + 50 && moment <= now() + 50);
});

test("what is no time is refused", () => {
  assertThrows(() => deadlineOf(NaN), RangeError, "NaN");
  assertThrows(() => deadlineOf("5" as never), TypeError, '"5"');
  assertThrows(() => deadline({ signal: new AbortController().signal }, "sync"), TypeError, "Sync");
  assertThrows(() => deadline({ wait: 1 } as never, "async"), TypeError, '"wait"');
});

test("any value can be shown, shortly, and without running its code", () => {
  const trap = new Proxy({}, {
    get: (_, key) => {
      throw new Error(String(key));
    },
  });
  assertEquals(show("a\n"), '"a\\n"');
  assert(show("x".repeat(1000)).length < 70);
  assertEquals([show(-0), show(5n), show(null), show([1, 2]), show(new Map())], [
    "-0",
    "5n",
    "null",
    "an array of 2",
    "an instance of Map",
  ]);
  assertEquals([show(() => {}), show(Object.create(null)), show(Symbol("s"))], [
    "function (anonymous)",
    "an object",
    "Symbol(s)",
  ]);
  assertEquals(show(trap), "an object");
});
