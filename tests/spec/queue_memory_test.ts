/** Memory is reused: the same work done again takes no more. The full amounts are in tests/stress/queue_memory.ts. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { thisThread } from "../../core/current.ts";
import { JoinableQueue, Queue, SimpleQueue } from "../../mod.ts";
import { blocksInUse, openObjects, range, turns, until } from "./queue_helper.ts";

const arenaBytes = () => thisThread().memory.buffer.byteLength;

test("many small items put before the first get, and drained, again and again", () => {
  const queue = new Queue<{ id: number; text: string }>();
  const before = blocksInUse();
  let most = 0;
  for (let round = 0; round < 10; round++) {
    for (let id = 0; id < 50_000; id++) queue.putNowait({ id, text: "small" });
    const used = blocksInUse() - before;
    if (round === 0) most = used;
    assertEquals(used, most, `round ${round}`);
    const bytes = arenaBytes();
    for (let id = 0; id < 50_000; id++) if (queue.getNowait().id !== id) throw new Error(`item ${id} is another`);
    assertEquals([blocksInUse() - before <= 1, arenaBytes()], [true, bytes]);
  }
});

test("objects made and closed take the same cell again", () => {
  const before = [blocksInUse(), openObjects()];
  const cells = new Set<number>();
  for (let i = 0; i < 30_000; i++) {
    const queue = i % 3 === 0 ? new Queue(i) : i % 3 === 1 ? new JoinableQueue() : new SimpleQueue();
    cells.add(queue.handle.cell);
    queue.close();
  }
  assert(cells.size <= 2, `${cells.size} cells`);
  assert(blocksInUse() <= before[0] + 1);
  assertEquals(openObjects(), before[1]);
});

test("objects that were used and closed full leave nothing", () => {
  const warm = new Queue();
  const before = blocksInUse();
  for (let i = 0; i < 40; i++) {
    const queue = new Queue<unknown>();
    using inner = new Queue();
    queue.putManyNowait([...range(100), new Uint8Array(200_000), inner, "x".repeat(10_000), [warm]]);
    queue.putManyNowait(range(20_000));
    queue.close();
  }
  assert(blocksInUse() <= before + 1, `${blocksInUse() - before} blocks are left`);
  warm.close();
});

test("attaching and closing, shutting down and closing, leave nothing", () => {
  const queue = new Queue<number>();
  const before = [blocksInUse(), openObjects()];
  for (let i = 0; i < 5000; i++) {
    Queue.attach<number>(queue.handle).close();
    const other = new Queue<number>();
    other.putManyNowait([1, 2, 3]);
    other.shutdown({ immediate: i % 2 === 0 });
    other.close();
  }
  assertEquals([blocksInUse() <= before[0] + 1, openObjects()], [true, before[1]]);
});

test("queues that are forgotten are collected, with their items", async () => {
  const before = openObjects();
  for (let i = 0; i < 3000; i++) new Queue<unknown>().putManyNowait([i, new Uint8Array(100)]);
  assert(openObjects() >= before + 1000);
  const garbage: unknown[] = [];
  // Collections come when memory is taken, and their news when the event loop turns.
  await until(() => {
    garbage.length = 0;
    for (let i = 0; i < 200; i++) garbage.push(new Array(1000).fill(i), new ArrayBuffer(100_000));
    return openObjects() < before + 1000;
  });
});

test("a queue that something waits on is not collected", async () => {
  let handle;
  const got = (() => {
    const queue = new Queue<string>();
    handle = queue.handle;
    return queue.get();
  })();
  const garbage: unknown[] = [];
  for (let round = 0; round < 30; round++) {
    for (let i = 0; i < 100; i++) garbage.push(new Array(1000).fill(i));
    garbage.length = 0;
    await turns(1);
  }
  Queue.attach<string>(handle!).putNowait("still there");
  assertEquals(await got, "still there");
});
