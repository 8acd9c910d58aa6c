/** The short form of the stress test, and a look whether its check would notice. */
import { test } from "node:test";
import { assertThrows } from "@std/assert";
import { checkHistories, stress } from "./queue_stress.ts";

test("producers and consumers in threads of their own: exactly once, in order, in real time", () =>
  stress(4, Date.now() % 1_000_000_000, 300));

test("the check notices what is lost, doubled, out of order and overtaken", () => {
  const row = (...events: number[]) => new Int32Array(events);
  const puts = [row(1, 0, 1, 2, 2, 3)];
  checkHistories(puts, [row(1, 4, 5, 2, 6, 7)]);
  checkHistories(puts, [row(1, 4, 6), row(2, 5, 7)]);
  assertThrows(() => checkHistories(puts, [row(1, 4, 5)]), Error, "never got");
  assertThrows(() => checkHistories(puts, [row(1, 4, 5, 2, 6, 7, 3, 8, 9)]), Error, "never put");
  assertThrows(() => checkHistories(puts, [row(1, 4, 5, 2, 6, 7), row(2, 8, 9)]), Error, "twice");
  assertThrows(() => checkHistories(puts, [row(2, 4, 5, 1, 6, 7)]), Error, "after 2 of the same producer");
  assertThrows(() => checkHistories(puts, [row(2, 4, 5), row(1, 6, 7)]), Error, "was got before item 1");
});
