/** JoinableQueue: unfinished tasks, taskDone, join. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { JoinableQueue, NotSerializable, Queue, QueueError } from "../../mod.ts";
import { eachForm, pending, range, rejected, start, thrown, turns, until } from "./queue_helper.ts";

eachForm("each put adds an unfinished task, each taskDone takes one off, a get none", async (form) => {
  const queue = new JoinableQueue<number>();
  assertEquals(queue.unfinished, 0);
  await form.put(queue, 1);
  await form.putMany(queue, [2, 3]);
  assertEquals(queue.unfinished, 3);
  await form.getMany(queue, 3);
  assertEquals([queue.unfinished, queue.qsize()], [3, 0]);
  queue.taskDone();
  assertEquals(queue.unfinished, 2);
});

test("it is a Queue in all else", () => {
  const queue = new JoinableQueue<string>({ maxsize: 2, name: "tasks" });
  assertInstanceOf(queue, Queue);
  queue.putManyNowait(["a", "b"]);
  assertEquals([queue.full(), queue.maxsize, queue.name], [true, 2, "tasks"]);
});

test("join gives true at once when nothing is unfinished", async () => {
  const queue = new JoinableQueue();
  assertEquals([await queue.join(), queue.joinSync()], [true, true]);
  assertEquals([await queue.join({ timeout: 0 }), queue.joinSync({ timeout: 0 })], [true, true]);
});

test("join waits for the last task; all joiners are released", async () => {
  const queue = new JoinableQueue<number>();
  queue.putManyNowait([1, 2]);
  let joined = 0;
  const joins = range(5).map(() => queue.join().then((done) => joined += done ? 1 : 0));
  queue.getManyNowait(2);
  queue.taskDone();
  await turns(3);
  assertEquals(joined, 0);
  queue.taskDone();
  await Promise.all(joins);
  assertEquals([joined, pending()], [5, 0]);
});

test("join gives false when the time is over, never early", async () => {
  const queue = new JoinableQueue<number>();
  queue.putNowait(1);
  for (const join of [() => queue.join({ timeout: 15 }), async () => await queue.joinSync({ timeout: 15 })]) {
    const before = performance.now();
    assertEquals(await join(), false);
    assert(performance.now() - before >= 15);
  }
  assertEquals([await queue.join({ timeout: 0 }), queue.joinSync({ timeout: -1 })], [false, false]);
  assertEquals(pending(), 0);
});

test("taskDone called too many times is an error, and changes nothing", () => {
  const queue = new JoinableQueue<number>({ name: "tasks" });
  for (let round = 0; round < 2; round++) {
    const error = thrown(() => queue.taskDone()) as QueueError;
    assertInstanceOf(error, QueueError);
    assertEquals(error.code, "ISTHMUS_QUEUE_TASK_DONE");
    assert(
      error.message.includes("taskDone() called too many times") && error.message.includes('"tasks"'),
      error.message,
    );
    assertEquals(queue.unfinished, 0);
    queue.putNowait(1);
    queue.taskDone();
  }
});

test("taskDone is not tied to a get, as in Python", () => {
  const queue = new JoinableQueue<number>();
  queue.putNowait(1);
  queue.taskDone();
  assertEquals([queue.joinSync(), queue.qsize()], [true, 1]);
});

test("an item that is refused is no task", async () => {
  const queue = new JoinableQueue<unknown>(1);
  assertInstanceOf(thrown(() => queue.putNowait(() => {})), NotSerializable);
  queue.putNowait(1);
  thrown(() => queue.putNowait(2));
  await rejected(queue.put(2, { timeout: 2 }));
  assertEquals(queue.unfinished, 1);
  queue.taskDone();
  assertEquals(queue.joinSync({ timeout: 0 }), true);
});

test("a join that waits sees a new round of tasks only if it was not released before", async () => {
  const queue = new JoinableQueue<number>();
  for (let round = 0; round < 200; round++) {
    queue.putNowait(round);
    const join = queue.join();
    queue.taskDone();
    assertEquals(await join, true);
  }
  assertEquals(queue.getManyNowait(500).length, 200);
});

test("workers in other threads: join resolves when they have done all, blocking and not", async () => {
  const tasks = new JoinableQueue<number | null>();
  const workers = range(2).map(() => start("work", tasks));
  for (let round = 0; round < 3; round++) {
    await tasks.putMany(range(500));
    if (round === 1) assertEquals(tasks.joinSync({ timeout: 20_000 }), true);
    else assertEquals(await tasks.join({ timeout: 20_000 }), true);
    assertEquals([tasks.unfinished, tasks.qsize()], [0, 0]);
  }
  await tasks.putMany([null, null]);
  for (const worker of workers) assertEquals(await worker.join({ timeout: 20_000 }), true);
  assertEquals(tasks.unfinished, 0);
});

test("a join that blocks in another thread is released from here", async () => {
  const tasks = new JoinableQueue<number>();
  const results = new Queue<unknown>();
  tasks.putNowait(1);
  const worker = start("joinAndSay", tasks, results);
  assertEquals(await results.get({ timeout: 20_000 }), "joins");
  await turns(20);
  assertEquals(results.empty(), true);
  tasks.taskDone();
  assertEquals(await results.get({ timeout: 20_000 }), true);
  await worker.join();
});

test("a task whose taker died stays unfinished", async () => {
  const tasks = new JoinableQueue<number>();
  tasks.putManyNowait([1, 2]);
  const worker = start("takeAndLeave", tasks);
  await worker.join({ timeout: 20_000 });
  await until(() => tasks.qsize() === 1);
  assertEquals([tasks.unfinished, await tasks.join({ timeout: 5 })], [2, false]);
  tasks.taskDone();
  tasks.taskDone();
  assertEquals(await tasks.join(), true);
});
