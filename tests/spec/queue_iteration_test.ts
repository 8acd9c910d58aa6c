/** Iteration, by promises and blocking. */
import { test } from "node:test";
import { assertEquals, assertInstanceOf } from "@std/assert";
import { Queue, QueueClosed } from "../../mod.ts";
import { pending, range, rejected, start, thrown, turns } from "./queue_helper.ts";

test("for await takes items as they come, until the queue is shut down and drained", async () => {
  const queue = new Queue<number>();
  const seen: number[] = [];
  const loop = (async () => {
    for await (const item of queue) seen.push(item);
    return "ended";
  })();
  queue.putNowait(1);
  await turns(2);
  queue.putManyNowait([2, 3]);
  queue.shutdown();
  assertEquals(await loop, "ended");
  assertEquals(seen, [1, 2, 3]);
});

test("iterateSync drains, and ends likewise", () => {
  const queue = new Queue<number>();
  queue.putManyNowait(range(100));
  queue.shutdown();
  assertEquals([...queue.iterateSync()], range(100));
  assertEquals([...queue.iterateSync()], []);
});

test("an immediate shutdown ends a loop after the item in hand", async () => {
  const queue = new Queue<number>();
  queue.putManyNowait(range(10));
  const seen: number[] = [];
  for await (const item of queue) {
    seen.push(item);
    if (item === 2) queue.shutdown({ immediate: true });
  }
  assertEquals(seen, [0, 1, 2]);
});

test("leaving a loop takes nothing more and closes nothing", async () => {
  const queue = new Queue<number>();
  queue.putManyNowait(range(6));
  for await (const item of queue) if (item === 1) break;
  for (const item of queue.iterateSync()) if (item === 3) break;
  assertEquals(
    await rejected((async () => {
      for await (const item of queue) throw item;
    })()),
    4,
  );
  await turns(2);
  assertEquals(queue.qsize(), 1);
  assertEquals(queue.getNowait(), 5);
  assertEquals(pending(), 0);
});

test("a closed handle ends a loop with QueueClosed", async () => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  const loop = rejected((async () => {
    for await (const _ of queue) queue.close();
  })());
  assertInstanceOf(await loop, QueueClosed);
  assertInstanceOf(thrown(() => [...queue.iterateSync()]), QueueClosed);
});

test("an error of get that is no shutdown is thrown by the loop", () => {
  const own = new Error("undecodable");
  const codec = {
    id: "bad",
    encode: () => new Uint8Array(1),
    decode: () => {
      throw own;
    },
  };
  const queue = new Queue<never>({ codec });
  queue.putNowait(undefined as never);
  assertEquals(thrown(() => [...queue.iterateSync()]), own);
});

test("two loops share the items; undefined and null are items", async () => {
  const queue = new Queue<unknown>();
  queue.putManyNowait([undefined, null, 0, "", false]);
  queue.shutdown();
  const collect = async () => {
    const seen: unknown[] = [];
    for await (const item of queue) seen.push(item);
    return seen;
  };
  const [one, two] = await Promise.all([collect(), collect()]);
  assertEquals(one.length + two.length, 5);
});

test("a loop that blocks in another thread ends with the shutdown", async () => {
  const queue = new Queue<unknown>();
  const results = new Queue<unknown>();
  const worker = start("collectSync", queue, results);
  queue.putManySync(range(500));
  queue.shutdown();
  assertEquals(await results.get({ timeout: 20_000 }), range(500));
  await worker.join();
});
