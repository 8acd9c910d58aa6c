/** Every operation in every form: what it does at once, and what it throws. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Queue, QueueClosed, QueueEmpty, QueueError, QueueFull, QueueShutDown } from "../../mod.ts";
import { atOnce, blocking, eachForm, pending, promised, rejected, turns } from "./queue_helper.ts";

eachForm("an item that was put is got", async (form) => {
  const queue = new Queue<string>();
  await form.put(queue, "item");
  assertEquals(queue.qsize(), 1);
  assertEquals(await form.get(queue), "item");
  assertEquals(queue.qsize(), 0);
});

eachForm("putMany puts all in order, getMany gives at most as many as asked", async (form) => {
  const queue = new Queue<number>();
  assertEquals(await form.putMany(queue, [1, 2, 3, 4, 5]), 5);
  assertEquals(await form.getMany(queue, 2), [1, 2]);
  assertEquals(await form.getMany(queue, 100), [3, 4, 5]);
});

eachForm("an empty queue: QueueEmpty, when the time is over", async (form) => {
  const queue = new Queue<number>({ name: "tasks" });
  for (const attempt of [form.get(queue, 2), form.getMany(queue, 3, 2)]) {
    const error = await rejected(attempt);
    assertInstanceOf(error, QueueEmpty);
    assertInstanceOf(error, QueueError);
    assertEquals((error as QueueEmpty).code, "ISTHMUS_QUEUE_EMPTY");
    assert((error as Error).message.includes('Queue "tasks" is empty'), (error as Error).message);
  }
});

eachForm("a full queue: QueueFull with the item, when the time is over", async (form) => {
  const queue = new Queue<unknown>({ maxsize: 1, name: "tasks" });
  queue.putNowait(0);
  const item = { refused: true };
  const error = await rejected(form.put(queue, item, 2)) as QueueFull;
  assertInstanceOf(error, QueueFull);
  assert(error.item === item);
  assert(error.message.includes('Queue "tasks" is full') && error.message.includes("1 items"), error.message);
  const many = await rejected(form.putMany(queue, [item, 2], 2)) as QueueFull;
  assertInstanceOf(many, QueueFull);
  assert(many.item === item);
  assertEquals(queue.qsize(), 1);
});

eachForm("a closed handle: QueueClosed", async (form) => {
  const queue = new Queue<number>();
  queue.putNowait(1);
  queue.close();
  for (const attempt of [form.put(queue, 1), form.get(queue), form.putMany(queue, [1]), form.getMany(queue, 1)]) {
    assertInstanceOf(await rejected(attempt), QueueClosed);
  }
});

eachForm("a queue that is shut down: puts fail with the item, gets drain and then fail", async (form) => {
  const queue = new Queue<unknown>();
  queue.putNowait("left");
  queue.shutdown();
  const item = { refused: true };
  const error = await rejected(form.put(queue, item)) as QueueShutDown;
  assertInstanceOf(error, QueueShutDown);
  assert(error.item === item);
  assert(error.message.includes("takes no more items"), error.message);
  assert(((await rejected(form.put(queue, undefined))) as Error).message.includes("takes no more items"));
  assertInstanceOf(await rejected(form.putMany(queue, [1, 2])), QueueShutDown);
  assertEquals(await form.get(queue), "left");
  const drained = await rejected(form.get(queue)) as QueueShutDown;
  assertInstanceOf(drained, QueueShutDown);
  assert(drained.message.includes("has no items left"), drained.message);
  assertInstanceOf(await rejected(form.getMany(queue, 5)), QueueShutDown);
});

eachForm("a timeout of 0 or below tries once", async (form) => {
  const queue = new Queue<number>(1);
  for (const timeout of [0, -0, -1, -Infinity]) {
    const before = performance.now();
    assertInstanceOf(await rejected(form.get(queue, timeout)), QueueEmpty);
    await form.put(queue, 7, timeout);
    assertInstanceOf(await rejected(form.put(queue, 8, timeout)), QueueFull);
    assertEquals(await form.get(queue, timeout), 7);
    assert(performance.now() - before < 1000);
  }
}, [promised, blocking]);

test("promise forms give promises of undefined, and never throw at the call", async () => {
  const queue = new Queue<unknown>();
  assertEquals(await queue.put(1), undefined);
  assertEquals(queue.putSync(1), undefined);
  assertEquals(queue.putNowait(1), undefined);
  queue.close();
  // Each of these would throw here if it threw at the call.
  const calls = [
    queue.put(1),
    queue.get(),
    queue.putMany([1]),
    queue.getMany(1),
    queue.put(1, { timeout: NaN }),
    queue.get("soon" as never),
    queue.getMany(0),
    queue.putMany(5 as never),
    queue.put(() => {}),
  ];
  for (const call of calls) await rejected(call);
});

test("a promise form that has to wait gives the event loop back, and settles later", async () => {
  const queue = new Queue<string>();
  const got: string[] = [];
  const first = queue.get().then((item) => got.push(item));
  const second = queue.get().then((item) => got.push(item));
  assertEquals(pending(), 2);
  await turns(5);
  assertEquals(got, []);
  queue.putSync("a");
  queue.putSync("b");
  await Promise.all([first, second]);
  assertEquals(got, ["a", "b"]);
  assertEquals(pending(), 0);
});

test("a put that waits for room goes in when there is some", async () => {
  const queue = new Queue<number>(1);
  queue.putSync(1);
  const waiting = queue.put(2);
  await turns(2);
  assertEquals(queue.qsize(), 1);
  assertEquals(queue.getSync(), 1);
  await waiting;
  assertEquals(queue.getSync(), 2);
});

test("a long row of operations that need not wait lets timers run", async () => {
  const queue = new Queue<number>();
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  const end = performance.now() + 100;
  while (performance.now() < end) {
    await queue.put(1);
    await queue.get();
  }
  clearInterval(timer);
  assert(fired >= 3, `${fired} turns of the event loop in 100 ms`);
});

test("Nowait forms take no options, and need no time", () => {
  const queue = new Queue<number>(1);
  assertThrows(() => queue.getNowait(), QueueEmpty);
  queue.putNowait(1);
  assertThrows(() => queue.putNowait(2), QueueFull);
  assertEquals(queue.putManyNowait([]), 0);
  assertEquals(atOnce.name, "Nowait");
});
