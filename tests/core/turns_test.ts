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
