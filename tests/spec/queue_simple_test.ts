/** SimpleQueue: the least queue. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type IsthmusError, NotSerializable, QueueClosed, SimpleQueue } from "../../mod.ts";
import { pending, range, rejected, start, thrown, turns } from "./queue_helper.ts";

test("put, get, empty, in both forms and in order", async () => {
  const queue = new SimpleQueue<unknown>();
  assertEquals(queue.empty(), true);
  assertEquals(await queue.put("a"), undefined);
  assertEquals(queue.putSync({ b: [1n] }), undefined);
  assertEquals(queue.empty(), false);
  assertEquals([queue.getSync(), await queue.get()], ["a", { b: [1n] }]);
  assertEquals(queue.empty(), true);
});

test("no limit on the number of items", async () => {
  const queue = new SimpleQueue<number>();
  for (const item of range(50_000)) queue.putSync(item);
  for (const item of range(50_000)) assertEquals(item % 2 === 0 ? queue.getSync() : await queue.get(), item);
});

test("it has nothing else: no timeouts, no Nowait, no sizes", () => {
  const queue = new SimpleQueue() as unknown as Record<string, unknown>;
  for (const name of ["qsize", "full", "getNowait", "putNowait", "putMany", "getMany", "shutdown", "maxsize", "join"]) {
    assertEquals(name in queue, false, name);
  }
  for (const options of [5, {}, { maxsize: 1 }, null, "name"]) {
    const error = thrown(() => new (SimpleQueue as unknown as new (o: unknown) => SimpleQueue)(options)) as Error;
    assert(error instanceof TypeError && error.message.includes("no options"), error.message);
  }
});

test("a get waits without blocking, and is kept alive and ended like any other", async () => {
  const queue = new SimpleQueue<number>();
  const gets = [queue.get(), queue.get()];
  await turns(2);
  assertEquals(pending(), 2);
  queue.putSync(1);
  queue.putSync(2);
  assertEquals(await Promise.all(gets), [1, 2]);
  const closed = rejected(queue.get());
  queue.close();
  queue.close();
  assertInstanceOf(await closed, QueueClosed);
  assertEquals(pending(), 0);
});

test("a closed one throws QueueClosed", async () => {
  const queue = new SimpleQueue<number>();
  queue[Symbol.dispose]();
  const uses = [() => queue.putSync(1), () => queue.getSync(), () => queue.empty(), () => queue.handle];
  for (const use of uses) assertInstanceOf(thrown(use), QueueClosed);
  assertInstanceOf(await rejected(queue.put(1)), QueueClosed);
  assertInstanceOf(await rejected(queue.get()), QueueClosed);
});

test("what cannot travel is refused in put, with the path", async () => {
  const queue = new SimpleQueue<unknown>();
  const error = thrown(() => queue.putSync({ f() {} })) as Error;
  assert(error instanceof NotSerializable && error.message.includes("item.f"), error.message);
  assertInstanceOf(await rejected(queue.put(Symbol("s"))), NotSerializable);
  assertEquals(queue.empty(), true);
});

test("it travels by handle, as an item and as an argument", async () => {
  const queue = new SimpleQueue<unknown>();
  const other = SimpleQueue.attach<unknown>(structuredClone(queue.handle));
  const carrier = new SimpleQueue<SimpleQueue<unknown>>();
  carrier.putSync(other);
  other.close();
  const arrived = carrier.getSync();
  assertInstanceOf(arrived, SimpleQueue);
  const results = new SimpleQueue<unknown>();
  const worker = start("echo", arrived, results);
  for (const item of ["x", { y: 1 }, null]) queue.putSync(item);
  assertEquals([await results.get(), results.getSync()], ["x", { y: 1 }]);
  await worker.join();
  const { handle } = queue;
  queue.close();
  arrived.close();
  assertEquals((thrown(() => SimpleQueue.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
});
