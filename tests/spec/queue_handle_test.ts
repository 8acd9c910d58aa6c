/** handle and attach; postMessage; queues as arguments; what a handle keeps alive and what not. */
import { test } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type IsthmusError, JoinableQueue, Queue, SimpleQueue, watch } from "../../mod.ts";
import { eachForm, openObjects, rejected, seats, start, thrown } from "./queue_helper.ts";

eachForm("an attached queue is the same queue", async (form) => {
  const queue = new Queue<unknown>({ maxsize: 3, maxBytes: 10_000, name: "same" });
  const other = Queue.attach<unknown>(queue.handle);
  assert(other !== queue);
  assertEquals([other.name, other.maxsize, other.maxBytes], ["same", 3, 10_000]);
  await form.put(queue, "a");
  assertEquals([other.qsize(), await form.get(other)], [1, "a"]);
  await form.put(other, "b");
  assertEquals(await form.get(queue), "b");
  other.shutdown();
  assertEquals(queue.isShutdown, true);
});

test("a handle is a plain value that structured clone can copy, again and again", () => {
  for (const queue of [new Queue(), new JoinableQueue(), new SimpleQueue()]) {
    const handle = structuredClone(structuredClone(queue.handle));
    const Class = queue.constructor as typeof Queue;
    const other = Class.attach(handle);
    assertInstanceOf(other, Class);
    assertEquals(Object.getPrototypeOf(handle), Object.prototype);
    assertEquals(other.handle, queue.handle);
    other.close();
  }
});

/** The handle as a message brings it. */
async function sent<H>(handle: H): Promise<H> {
  const { port1, port2 } = new MessageChannel();
  const received = new Promise<{ handle: H }>((resolve) => port2.once("message", resolve));
  port1.postMessage({ handle });
  const message = await received;
  port1.close();
  port2.close();
  return message.handle;
}

test("a queue attached by a handle from a message is like any other: here, as an item, as an argument", async () => {
  const queue = new Queue<unknown>({ name: "by message" });
  const other = Queue.attach<unknown>(await sent(queue.handle));
  other.putNowait("x");
  assertEquals(queue.getNowait(), "x");
  queue.putNowait(other);
  assertEquals((other.getNowait() as Queue).name, "by message");
  const worker = start("echo", other, queue);
  const results = new Queue<unknown>();
  const second = start("echo", await Queue.attach(await sent(queue.handle)), results);
  queue.putManySync(["y", null, null]);
  assertEquals(await Promise.all([worker.join({ timeout: 20_000 }), second.join({ timeout: 20_000 })]), [true, true]);
});

test("many handles from messages take no more of the program's 256 places than one", async () => {
  const queue = new Queue<number>();
  const before = seats();
  for (let i = 0; i < 300; i++) Queue.attach<number>(structuredClone(queue.handle)).close();
  Queue.attach<number>(await sent(queue.handle)).close();
  assertEquals(seats(), before);
});

test("a handle sent to a worker that was started by other means", async () => {
  const queue = new Queue<string>({ name: "plain" });
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(new URL("../fixtures/queue_worker.ts", import.meta.url));
  watch(worker); // so that its seat is free again when it has ended: other tests count them
  worker.postMessage(queue.handle);
  assertEquals(await queue.get({ timeout: 20_000 }), "attached to plain");
  worker.postMessage(queue.handle);
  assertEquals(await queue.get({ timeout: 20_000 }), "attached to plain");
  await worker.terminate();
});

test("attaching to what is gone throws, also when something else lives in its place", () => {
  const queue = new Queue({ name: "old" });
  const { handle } = queue;
  queue.close();
  const error = thrown(() => Queue.attach(handle)) as IsthmusError;
  assertEquals(error.code, "ISTHMUS_GONE");
  assert(error.message.includes("open until"), error.message);
  const next = new Queue({ name: "new" });
  assertEquals(next.handle.cell, handle.cell);
  assertEquals((thrown(() => Queue.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
  assertEquals(next.qsize(), 0);
  next.close();
});

test("the handle of another class is refused, and the right one named", () => {
  const joinable = new JoinableQueue();
  const queue = new Queue();
  const simple = new SimpleQueue();
  const wrong = [
    [() => Queue.attach(joinable.handle), "JoinableQueue.attach"],
    [() => JoinableQueue.attach(queue.handle), "Call Queue.attach"],
    [() => Queue.attach(simple.handle), "SimpleQueue.attach"],
    [() => SimpleQueue.attach(queue.handle), "Call Queue.attach"],
  ] as const;
  for (const [use, text] of wrong) {
    const error = thrown(use) as Error;
    assert(error instanceof TypeError && error.message.includes(text), error.message);
  }
});

test("what is no handle, or one of another version, is a clear error", () => {
  const { handle } = new Queue();
  const words = new SharedArrayBuffer(4 * 1024 * 1024);
  const wrong: [unknown, ErrorConstructor | TypeErrorConstructor, string][] = [
    [undefined, TypeError, "undefined"],
    [null, TypeError, "null"],
    ["queue", TypeError, '"queue"'],
    [7, TypeError, "7"],
    [{}, TypeError, "an object"],
    [new Queue(), TypeError, "an instance of Queue"],
    [{ ...handle, isthmus: 5 }, TypeError, "handle"],
    [{ ...handle, arena: undefined }, TypeError, "version"],
    [{ ...handle, arena: new ArrayBuffer(8) }, TypeError, "version"],
    [{ ...handle, arena: new SharedArrayBuffer(8) }, TypeError, "version"],
    [{ ...handle, arena: words }, TypeError, "version"],
    [{ ...handle, cell: "1" }, Error, "gone"],
    [{ ...handle, cell: -1 }, Error, "gone"],
    [{ ...handle, cell: 1e9 }, Error, "gone"],
    [{ ...handle, cell: 1.5 }, Error, "gone"],
    [{ ...handle, generation: 0 }, Error, "gone"],
    [{ ...handle, generation: undefined }, Error, "gone"],
  ];
  for (const [value, Class, text] of wrong) {
    const error = thrown(() => Queue.attach(value as never)) as Error;
    assert(error instanceof Class && error.message.includes(text), `${String(value)}: ${error.message}`);
  }
});

test("each attachment counts: the queue lives until the last one is closed", () => {
  const before = openObjects();
  const queue = new Queue<number>();
  const { handle } = queue;
  const others = [1, 2, 3].map(() => Queue.attach<number>(handle));
  queue.putNowait(1);
  queue.close();
  others[0].close();
  others[1].close();
  assertEquals(others[2].getNowait(), 1);
  others[2].close();
  assertEquals(openObjects(), before);
  assertEquals((thrown(() => Queue.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
});

test("a thread that ended holds nothing any more", async () => {
  const queue = new Queue<number>();
  const { handle } = queue;
  const worker = start("produce", queue, 0, 10);
  await worker.join({ timeout: 20_000 });
  assertEquals(queue.qsize(), 10);
  queue.close();
  assertEquals((thrown(() => Queue.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
});

test("arguments on their way hold the queue: it may be closed right after start()", async () => {
  const results = new Queue<number>();
  const queue = new Queue<number | null>();
  queue.putManySync([1, 2, null]);
  const worker = start("echo", { queue }.queue, results);
  queue.close();
  assertEquals([await results.get({ timeout: 20_000 }), await results.get({ timeout: 20_000 })], [1, 2]);
  await worker.join();
});

test("items stay readable after their producer has ended", async () => {
  const queue = new Queue<number>();
  await start("produce", queue, 5, 3).join({ timeout: 20_000 });
  assertEquals(queue.getManyNowait(9), [5, 6, 7]);
  assertEquals(await rejected(queue.get({ timeout: 0 })) !== undefined, true);
});

test("names: given, or numbered and unlike", () => {
  const [one, two, named] = [new Queue(), new Queue(), new Queue({ name: "äöü 字" })];
  assert(one.name !== two.name && one.name.startsWith("Queue-"), one.name);
  assertEquals(named.name, "äöü 字");
  for (const text of ["äöü 字", "\uFEFFmarked", "x".repeat(60), ""]) {
    const codec = { id: `${text}'s`, encode: () => new Uint8Array(1), decode: () => text };
    const queue = new Queue<string>({ name: text, codec });
    assertEquals([queue.name, Queue.attach(queue.handle, { codec }).name], [text, text]);
  }
  assert(new JoinableQueue().name.startsWith("JoinableQueue-"));
});
