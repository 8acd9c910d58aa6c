/** The trials of naps, on a clock and with items of the test's own. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Naps } from "../../core/naps.ts";

/** A thread that waits every 0.1 ms, until the moment `end`; `rate`: items a millisecond. Gives the share of its waits that nap. */
function run(naps: Naps, end: number, rate: (napping: boolean, time: number) => number): number {
  let [time, taken, waits, napped] = [1, 0, 0, 0];
  for (let nap = false; time < end; waits++) {
    nap = naps.next(time, taken);
    if (nap) napped++;
    taken += rate(nap, time) * 0.1;
    time += 0.1;
  }
  return napped / waits;
}

test("where naps take more, almost all waits nap", () => {
  assert(run(new Naps(), 5000, (nap) => nap ? 300 : 240) > 0.95);
});

test("where they take less, or no more, almost none does", () => {
  for (const withNaps of [20, 200, 240, 245]) {
    const share = run(new Naps(), 5000, (nap) => nap ? withNaps : 240);
    assert(share > 0 && share < 0.03, `${share} with ${withNaps} items a millisecond`);
  }
});

test("a thread that takes little never naps", () => {
  assertEquals(run(new Naps(), 5000, (nap) => nap ? 100 : 30), 0);
});

test("what paid once is tried again, and left when it pays no longer", () => {
  const naps = new Naps();
  const share = run(naps, 10_000, (nap, time) => nap === time < 5000 ? 300 : 200);
  assert(share > 0.45 && share < 0.55, `${share}`);
});

test("a trial that a pause has interrupted counts for nothing", () => {
  const naps = new Naps();
  assertEquals(naps.next(1000, 0), false);
  // Nothing for a second, then many at once: not the rate of looking.
  assertEquals(naps.next(2000, 100_000), false);
  assertEquals(naps.next(2005, 101_000), true);
  // The same while it naps: undecided, so it looks.
  assertEquals(naps.next(3000, 900_000), false);
  assertEquals(naps.next(3005, 901_000), true);
  assertEquals(naps.next(3010, 903_000), true);
  assertEquals(naps.next(3259, 903_000), true);
  assertEquals(naps.next(3260, 903_000), false);
});
