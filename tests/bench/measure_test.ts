import { availableParallelism } from "node:os";
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { kindOf, sumOf } from "../../scripts/bench/items.ts";
import { isFull, know, least } from "../../scripts/bench/core_speed.ts";
import { Bench, check, type Contender, endEach, runTwice, type Workload } from "../../scripts/bench/measure.ts";
import { circumstances, type Measured } from "../../scripts/bench/report.ts";
import { merged } from "../../scripts/bench/merge.ts";
import { ratio } from "../../scripts/bench/ratio.ts";
import { WarmUp } from "../../scripts/bench/warm_up.ts";
import { median, quantile } from "../../scripts/bench/stats.ts";

function workload(contenders: Contender[]): Workload {
  return { name: "one", unit: "items/s", better: "more", start: 10, fixed: true, contenders: () => contenders };
}

test("medians and quantiles", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([4, 1, 2, 3]), 2.5);
  assertEquals(quantile([1, 2, 3, 4, 5], 1), 5);
  assert(Number.isNaN(median([])));
});

test("a sum that is not right is an error", () => {
  check(3, 3);
  assertThrows(() => check(4, 3), Error, "is 4, but it should be 3");
});

test("items of every kind are told apart by their sums, and the sums are the same each time", () => {
  for (const kind of ["small", "int", "nested 20 keys", "1 KiB ASCII", "1 Ki CJK", "1024 B"]) {
    const { make, sum } = kindOf(kind);
    assert(sum(make(1)) !== sum(make(2)), kind);
    assertEquals(sumOf(kindOf(kind), 0, 10), sumOf(kindOf(kind), 0, 4) + sumOf(kindOf(kind), 4, 10), kind);
  }
});

test("every contender runs once a round, each first in turn, and medians are taken of all figures", async () => {
  const order: string[] = [];
  const contender = (name: string): Contender => ({
    name,
    run: (n) => {
      order.push(name);
      return Promise.resolve({ value: order.length, ms: 1, more: { n } });
    },
  });
  const bench = new Bench({ short: true, rounds: 3 });
  const { rows } = await bench.measure(workload([contender("a"), contender("b")]));
  assertEquals(order, ["a", "b", "a", "b", "b", "a", "a", "b"]);
  assertEquals(rows.map(({ values }) => values), [[3, 6, 7], [4, 5, 8]]);
  assertEquals(rows[0].more, { n: 10 });
});

test("of two runs the second counts, and the figure of the first goes along", async () => {
  let runs = 0;
  const contender: Contender = {
    name: "a",
    run: () => Promise.resolve({ value: ++runs, ms: 1, more: { ns: 10 * runs } }),
  };
  const row = { contender: "a", n: 1, values: [], more: {} };
  assertEquals(await runTwice(contender, row), { value: 2, ms: 1, more: { ns: 20, "after a pause": 1 } });
  const wrong: Contender = { name: "bad", run: () => Promise.reject(new Error("4, but it should be 3")) };
  assertEquals(await runTwice(wrong, row), undefined);
  let tries = 0;
  const failing: Contender = {
    name: "bad",
    run: () =>
      tries++ === 0 ? Promise.resolve({ value: 1, ms: 1 }) : Promise.reject(new Error("4, but it should be 3")),
  };
  assertEquals([await runTwice(failing, row), tries], [undefined, 2]);
});

test("a contender warms up until it gets no faster, a second at least", () => {
  const runs = (better: "more" | "less", ms: number, figure: (run: number) => number) => {
    const warmUp = new WarmUp(better);
    for (let run = 1;; run++) if (!warmUp.next({ value: figure(run), ms })) return run;
  };
  assertEquals(runs("more", 150, () => 100), 7);
  assertEquals(runs("more", 2, () => 100), 500);
  assertEquals(runs("more", 150, (run) => 100 * Math.min(run, 10)), 16);
  assertEquals(runs("less", 150, (run) => 100 / Math.min(run, 10)), 16);
  assertEquals(runs("more", 150, (run) => 100 + run / 10), 7);
  assertEquals(runs("more", 150, (run) => 2 ** run), 100);
});

test("a contender with a wrong result has no figures, and the others go on", async () => {
  const wrong: Contender = { name: "bad", run: () => Promise.reject(new Error("4, but it should be 3")) };
  const right: Contender = { name: "postMessage", run: () => Promise.resolve({ value: 2, ms: 1 }) };
  const outcome = await new Bench({ short: true, rounds: 2 }).measure(workload([wrong, right]));
  assertEquals(outcome.rows[0].wrong, "4, but it should be 3");
  assertEquals(outcome.rows[0].values, []);
  assertEquals(outcome.rows[1].values, [2, 2]);
});

test("a ratio above 1 is better, whatever the unit", () => {
  const row = (contender: string, value: number) => ({ contender, n: 1, values: [value], more: {} });
  const rows = [row("postMessage", 10), row("isthmus", 20)];
  const outcome = { workload: "one", unit: "", idle: [], rows };
  assertEquals(ratio({ ...outcome, better: "more" }, rows[1]), 2);
  assertEquals(ratio({ ...outcome, better: "less" }, rows[1]), 0.5);
});

test("consumers are ended one by one", async () => {
  const ends: (() => void)[] = [];
  const calls = [0, 1, 2].map(() => new Promise<void>((resolve) => ends.push(resolve)));
  let ended = 0;
  await endEach(calls, () => ends[ended++]());
  assertEquals(ended, 3);
  await assertRejects(() => endEach([Promise.reject(new Error("gone"))], () => {}), Error, "gone");
});

test("what is printed of a measurement says which cores were waited for, and how often they were found", () => {
  const measured = { runtime: "Node", idle: [1], trip: 50, cores: 2, rows: [] } as unknown as Measured;
  assert(circumstances({ ...measured, near: 0.5 }).endsWith("cores that share a cache before 50 % of the runs"));
  assert(circumstances({ ...measured, far: 1 }).endsWith("cores that share no cache before 100 % of the runs"));
  assert(circumstances({ ...measured, near: 1, full: 0.25 }).endsWith("100 % of the runs, at full speed before 25 %"));
});

test("a core is at full speed if it takes hardly longer than the fastest has, here or in another process", () => {
  know(0.3);
  know(0.4);
  assertEquals([least, isFull(0.3), isFull(0.38), isFull(0.4), isFull(0.6)], [0.3, true, true, false, false]);
});

test("without patience a run takes the cores as they are, and says how they were", async () => {
  const contender: Contender = { name: "one", run: () => Promise.resolve({ value: 1, ms: 1 }) };
  const bench = new Bench({ short: false, rounds: 2, patience: 0 });
  const { near, full, step, rows } = await bench.measure({ ...workload([contender]), beginning: true });
  bench.end();
  assertEquals(rows[0].values, [1, 1]);
  if (availableParallelism() < 2) return assertEquals([near, full, step], [undefined, undefined, undefined]);
  for (const share of [near!, full!]) assert([0, 0.5, 1].includes(share), `${share} of two runs`);
  assert(step! > 0 && step === least, `${step} ns for an addition`);
});

test("the figures of several processes are those of one, and a wrong one is not lost", () => {
  const part = (value: number, trip: number): Measured => ({
    ...{ runtime: "Node 24", system: "linux", processor: "one", cores: 2, gibibytes: 1, workload: "small" },
    ...{ unit: "items/s", better: "more", idle: [1], near: 1, hop: 100, step: value, trip },
    rows: [{ contender: "postMessage", n: 1, values: [value, value + 1], more: { ns: value } }],
  });
  const whole = merged([part(1, 50), part(5, 70), part(3, 60)]);
  assertEquals(whole.rows[0].values, [1, 2, 5, 6, 3, 4]);
  assertEquals([whole.rows[0].more.ns, whole.trip, whole.near, whole.far, whole.idle.length], [3, 60, 1, undefined, 3]);
  assertEquals(whole.step, 1);
  assert(circumstances({ ...whole, library: "source" }).includes("3 processes"));
  const wrong = part(1, 50);
  wrong.rows[0].wrong = "The sum is wrong.";
  assertEquals(merged([part(2, 50), wrong]).rows[0].wrong, "The sum is wrong.");
  wrong.rows[0].contender = "another";
  assertEquals(merged([part(2, 50), wrong]).rows.map(({ contender }) => contender), ["postMessage", "another"]);
  assertEquals(merged([{ ...part(2, 50), trip: null }, part(2, 60)]).trip, 60);
});
