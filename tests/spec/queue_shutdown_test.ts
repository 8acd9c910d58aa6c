/** shutdown, as Python 3.13's queue.Queue has it, for every thread. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { JoinableQueue, Queue, QueueShutDown } from "../../mod.ts";
import { eachForm, pending, range, rejected, start, thrown } from "./queue_helper.ts";

eachForm("puts fail at once, also where there is room; gets drain in order, and then fail", async (form) => {
  const queue = new Queue<number>(5);
  queue.putManyNowait([1, 2, 3]);
  assertEquals(queue.isShutdown, false);
  queue.shutdown();
  assertEquals(queue.isShutdown, true);
  assertInstanceOf(await rejected(form.put(queue, 4, 1000)), QueueShutDown);
  assertEquals([await form.get(queue), await form.get(queue)], [1, 2]);
  assertEquals(queue.qsize(), 1);
  assertEquals(await form.get(queue), 3);
  const before = performance.now();
  assertInstanceOf(await rejected(form.get(queue, 5000)), QueueShutDown);
  assert(performance.now() - before < 1000);
});

eachForm("immediate drops what is left", async (form) => {
  const queue = new Queue<unknown>();
  queue.putManyNowait([1, "two", new Uint8Array(100_000), new Queue()]);
  queue.shutdown({ immediate: true });
  assertEquals([queue.qsize(), queue.empty(), queue.isShutdown], [0, true, true]);
  assertInstanceOf(await rejected(form.get(queue)), QueueShutDown);
  assertInstanceOf(await rejected(form.getMany(queue, 2)), QueueShutDown);
  assertInstanceOf(await rejected(form.put(queue, 1)), QueueShutDown);
});

test("repeatable, in any order", () => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  queue.shutdown();
  queue.shutdown({ immediate: false });
  assertEquals(queue.qsize(), 1);
  queue.shutdown({ immediate: true });
  assertEquals(queue.qsize(), 0);
  queue.shutdown();
  queue.shutdown({ immediate: true });
  assertThrows(() => queue.getNowait(), QueueShutDown);
});

test("waiting gets of this thread wake: those beyond what is left fail", async () => {
  const queue = new Queue<number>();
  const gets = range(4).map(() => queue.get());
  queue.putManySync([1, 2]);
  queue.shutdown();
  const outcomes = await Promise.allSettled(gets);
  assertEquals(outcomes.map((outcome) => outcome.status === "fulfilled" ? outcome.value : 0), [1, 2, 0, 0]);
  for (const outcome of outcomes.slice(2)) {
    assertInstanceOf((outcome as PromiseRejectedResult).reason, QueueShutDown);
  }
  assertEquals(pending(), 0);
});

test("waiting puts of this thread fail, with their items, and put nothing", async () => {
  const queue = new Queue<string>(1);
  queue.putSync("in");
  const puts = ["a", "b"].map((item) => rejected(queue.put(item)));
  queue.shutdown();
  assertEquals((await Promise.all(puts) as QueueShutDown[]).map((error) => error.item), ["a", "b"]);
  assertEquals(queue.getManyNowait(9), ["in"]);
  assertThrows(() => queue.getNowait(), QueueShutDown);
});

test("a waiting putMany gives how many went in; one of which none did fails", async () => {
  const queue = new Queue<number>(2);
  const some = queue.putMany([1, 2, 3]);
  const none = rejected(queue.putMany([4, 5]));
  queue.shutdown();
  assertEquals(await some, 2);
  const error = await none as QueueShutDown;
  assertInstanceOf(error, QueueShutDown);
  assertEquals(error.item, 4);
});

for (const immediate of [false, true]) {
  test(`getters that block in other threads wake (immediate: ${immediate})`, async () => {
    const queue = new Queue<unknown>();
    const results = new Queue<unknown>();
    const workers = range(3).map((i) => start("getOne", queue, results, `worker ${i}`));
    for (let i = 0; i < 3; i++) await results.get();
    queue.shutdown({ immediate });
    for (let i = 0; i < 3; i++) {
      const [, error] = await results.get({ timeout: 20_000 }) as [string, unknown];
      assertInstanceOf(error, QueueShutDown);
    }
    for (const worker of workers) await worker.join();
  });
}

test("a putter that blocks in another thread wakes, and its shutdown is seen here", async () => {
  const queue = new Queue<unknown>(1);
  const results = new Queue<unknown>();
  queue.putSync("full");
  const worker = start("putOne", queue, results, "refused");
  assertEquals(await results.get(), "waits");
  queue.shutdown();
  const [, error] = await results.get({ timeout: 20_000 }) as [string, unknown];
  assertInstanceOf(error, QueueShutDown);
  assertEquals(queue.getManyNowait(5), ["full"]);
  await worker.join();
});

test("tasks: shutdown leaves the unfinished ones, immediate takes off those it drops", async () => {
  const queue = new JoinableQueue<number>();
  queue.putManyNowait([1, 2, 3, 4]);
  queue.getNowait();
  queue.shutdown();
  assertEquals(queue.unfinished, 4);
  assertEquals(await queue.join({ timeout: 0 }), false);
  queue.shutdown({ immediate: true });
  // The one that was taken is not done.
  assertEquals(queue.unfinished, 1);
  assertEquals(await queue.join({ timeout: 1 }), false);
  queue.taskDone();
  assertEquals(await queue.join(), true);
  assertEquals((thrown(() => queue.taskDone()) as { code: string }).code, "ISTHMUS_QUEUE_TASK_DONE");
});

test("join never throws because of shutdown: it returns when the tasks are done or dropped", async () => {
  const queue = new JoinableQueue<number>();
  queue.putManyNowait([1, 2]);
  const joins = [queue.join(), queue.join()];
  queue.shutdown({ immediate: true });
  assertEquals(await Promise.all(joins), [true, true]);
  assertEquals(queue.joinSync(), true);
});

test("taskDone works after shutdown, for what is drained", () => {
  const queue = new JoinableQueue<number>();
  queue.putNowait(1);
  queue.shutdown();
  queue.getNowait();
  queue.taskDone();
  assertEquals([queue.unfinished, queue.joinSync()], [0, true]);
});
