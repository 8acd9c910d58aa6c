/** The trials, on a clock and with items of the test's own. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Trials } from "../../core/trials.ts";

/** A thread that waits every 0.1 ms, until the moment `end`; `rate`: items a millisecond. Gives the share of its waits that go the other way. */
function run(trials: Trials, end: number, rate: (other: boolean, time: number) => number): number {
  let [time, taken, waits, others] = [1, 0, 0, 0];
  for (let other = false; time < end; waits++) {
    other = trials.next(time, taken);
    if (other) others++;
    taken += rate(other, time) * 0.1;
    time += 0.1;
  }
  return others / waits;
}

test("where the other way takes more, almost all waits go it", () => {
  assert(run(new Trials(), 5000, (other) => other ? 300 : 240) > 0.95);
});

test("where it takes less, or no more, almost none does", () => {
  for (const rate of [20, 200, 240, 245]) {
    const share = run(new Trials(), 5000, (other) => other ? rate : 240);
    assert(share > 0 && share < 0.03, `${share} with ${rate} items a millisecond`);
  }
});

test("a thread that takes little stays with the usual way", () => {
  assertEquals(run(new Trials(), 5000, (other) => other ? 100 : 30), 0);
});

test("what paid once is tried again, and left when it pays no longer", () => {
  const trials = new Trials();
  const share = run(trials, 10_000, (other, time) => other === time < 5000 ? 300 : 200);
  assert(share > 0.45 && share < 0.55, `${share}`);
});

test("a trial that a pause has interrupted counts for nothing", () => {
  const trials = new Trials();
  assertEquals(trials.next(1000, 0), false);
  // Nothing for a second, then many at once: not the rate of a trial.
  assertEquals(trials.next(2000, 100_000), false);
  assertEquals(trials.next(2005, 101_000), true);
  // The same in the other way: undecided, so the usual one.
  assertEquals(trials.next(3000, 900_000), false);
  assertEquals(trials.next(3005, 901_000), true);
  assertEquals(trials.next(3010, 903_000), true);
  assertEquals(trials.next(3259, 903_000), true);
  assertEquals(trials.next(3260, 903_000), false);
});
