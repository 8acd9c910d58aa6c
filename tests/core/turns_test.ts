import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Turns } from "../../core/turns.ts";
import { FakeRuntime } from "./stage_helper.ts";

test("one of many promises waits for a turn of the loop, and those that come after it settle after it", async () => {
  const runtime = new FakeRuntime();
  const turns = new Turns(runtime);
  const settled: number[] = [];
  let first = 0;
  const [before, after]: Promise<void>[][] = [[], []];
  for (let i = 0; i < 200; i++) {
    const promise = turns.resolved(i).then((value) => void settled.push(value));
    if (runtime.waiting.length === 0) before.push(promise);
    else {
      first ||= i;
      after.push(promise);
    }
  }
  await Promise.all(before);
  assert(first > 0);
  assertEquals(settled, Array.from({ length: first }, (_, i) => i));
  assertEquals(runtime.waiting.length, 1);
  runtime.turn();
  await Promise.all(after);
  assertEquals(settled, Array.from({ length: 200 }, (_, i) => i));
});

test("what has no result settles in the same order, and waits for a turn like the others", async () => {
  const runtime = new FakeRuntime();
  const turns = new Turns(runtime);
  const settled: number[] = [];
  const all = Array.from({ length: 200 }, (_, i) => {
    const promise: Promise<unknown> = i % 2 === 0 ? turns.done() : turns.resolved(i);
    return promise.then((value) => {
      assertEquals(value, i % 2 === 0 ? undefined : i);
      settled.push(i);
    });
  });
  await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, 0))]);
  assert(settled.length < 200 && runtime.waiting.length === 1);
  runtime.turn();
  await Promise.all(all);
  assertEquals(settled, Array.from({ length: 200 }, (_, i) => i));
});

test("what waited or failed settles after those before it that wait for a turn", async () => {
  const runtime = new FakeRuntime();
  const turns = new Turns(runtime);
  const settled: string[] = [];
  turns.settle((value) => void settled.push(`at once ${value}`), 0);
  assertEquals(settled.splice(0), ["at once 0"]);
  const all: Promise<unknown>[] = [];
  while (runtime.waiting.length === 0) all.push(turns.done().then(() => settled.push("done")));
  void new Promise((resolve) => turns.settle(resolve, 1)).then((value) => settled.push(`later ${value}`));
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(settled.includes("later 1"), false);
  runtime.turn();
  await Promise.all(all);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(settled, [...all.map(() => "done"), "later 1"]);
});

test("an asking for a turn that is thrown out is forgotten: operations come about, and a later one asks", async () => {
  const runtime = new FakeRuntime();
  const { soon } = runtime;
  const turns = new Turns(runtime);
  let thrown = 0;
  runtime.soon = () => {
    thrown++;
    throw new RangeError("Maximum call stack size exceeded");
  };
  for (let i = 0; thrown < 2; i++) {
    assertEquals(await turns.resolved(i), i);
    assertEquals(await turns.done(), undefined);
  }
  runtime.soon = soon;
  const all: Promise<unknown>[] = [];
  while (runtime.waiting.length === 0) all.push(turns.done());
  runtime.turn();
  await Promise.all(all);
  assertEquals(thrown, 2);
});
