/** How much a queue holds: maxsize, maxBytes, what qsize, empty and full say. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { OutOfSharedMemory, Queue, QueueFull } from "../../mod.ts";
import { blocksInUse, eachForm, promised, range, rejected, spendMemory, thrown, turns } from "./queue_helper.ts";

const MEBI = 1024 * 1024;
/** What a record takes beside the item's bytes, by a codec that gives these bytes: in line, and out of line. */
const IN_LINE = 8;
const OUT_OF_LINE = 24;
const raw = { id: "raw", encode: (bytes: Uint8Array) => bytes, decode: (bytes: Uint8Array) => bytes };

test("without a maxsize, or with one of 0 or below, there is no limit on the number of items", () => {
  for (const queue of [new Queue<number>(), new Queue<number>(0), new Queue<number>({ maxsize: -5 })]) {
    assert(queue.maxsize <= 0);
    assertEquals(queue.putManyNowait(range(100_000)), 100_000);
    assertEquals(queue.full(), false);
    assertEquals(queue.qsize(), 100_000);
    assertEquals(queue.getManyNowait(100_000), range(100_000));
  }
});

eachForm("maxsize is exact to one item", async (form) => {
  for (const maxsize of [1, 2, 3, 100]) {
    const queue = new Queue<number>(maxsize);
    for (const item of range(maxsize)) {
      assertEquals(queue.full(), false);
      await form.put(queue, item, 0);
    }
    assertEquals([queue.full(), queue.qsize()], [true, maxsize]);
    for (let round = 0; round < 3 * maxsize; round++) {
      assertInstanceOf(thrown(() => queue.putNowait(-1)), QueueFull);
      assertEquals(queue.getNowait(), round);
      assertEquals(queue.full(), false);
      await form.put(queue, maxsize + round, 0);
    }
  }
});

eachForm("putMany beyond maxsize puts what fits", async (form) => {
  const queue = new Queue<number>(3);
  assertEquals(await form.putMany(queue, range(10), 5), 3);
  assertEquals(queue.getManyNowait(10), [0, 1, 2]);
});

test("maxBytes is exact to one record, records' overhead included", () => {
  for (const payload of [0, 8, 72, 1000, 16376]) {
    const record = payload + IN_LINE;
    const queue = new Queue<Uint8Array>({ maxBytes: 5 * record, codec: raw });
    const item = new Uint8Array(payload).fill(payload);
    for (let round = 0; round < 200; round++) {
      assertEquals(queue.putManyNowait([item, item, item, item, item, item]), 5);
      assertInstanceOf(thrown(() => queue.putNowait(item)), QueueFull);
      assertEquals(queue.full(), true);
      assertEquals(queue.getNowait(), item);
      queue.putNowait(item);
      assertEquals(queue.getManyNowait(5), [item, item, item, item, item]);
    }
    const less = new Queue<Uint8Array>({ maxBytes: 5 * record - 8, codec: raw });
    if (payload > 0) assertEquals(less.putManyNowait([item, item, item, item, item]), 4);
  }
});

test("maxBytes is told as it was given; what goes in are whole units of 8 bytes", () => {
  const queue = new Queue<number>({ maxBytes: 1001 });
  assertEquals([queue.maxBytes, Queue.attach(queue.handle).maxBytes], [1001, 1001]);
  assertEquals([queue.putManyNowait(range(200)), queue.full()], [125, true]);
  assertEquals(new Queue({ maxBytes: 2 ** 32 - 1 }).maxBytes, 2 ** 32 - 1);
});

test("integers take 8 bytes each", () => {
  const queue = new Queue<number>({ maxBytes: 8 * 1000 });
  assertEquals(queue.putManyNowait(range(2000)), 1000);
  assertEquals(queue.full(), true);
  queue.getNowait();
  assertEquals(queue.full(), false);
});

test("one item as large as maxBytes goes in, in line and out of line; one larger is a RangeError", () => {
  for (const payload of [8, 16376, 16384, 16392, 65536, 65544, 200_000, 3 * MEBI]) {
    const maxBytes = payload + (payload < 16384 ? IN_LINE : OUT_OF_LINE);
    const queue = new Queue<Uint8Array>({ maxBytes, codec: raw, name: "exact" });
    const item = new Uint8Array(payload).fill(payload / 8);
    queue.putNowait(item);
    assertEquals(queue.full(), true);
    assertEquals(queue.getNowait().length, payload);
    const error = thrown(() => queue.putNowait(new Uint8Array(payload + 1))) as Error;
    assertInstanceOf(error, RangeError);
    assert(error.message.includes(String(maxBytes)) && error.message.includes('"exact"'), error.message);
    assertEquals(queue.empty(), true);
  }
});

eachForm("an item that can never fit is refused at once, also with time left", async (form) => {
  const queue = new Queue<unknown>({ maxBytes: 64 });
  const before = performance.now();
  assertInstanceOf(await form.put(queue, "x".repeat(1000), 5000).catch((error) => error), RangeError);
  assert(performance.now() - before < 1000);
});

test("a put waits for bytes as it waits for places", async () => {
  const queue = new Queue<Uint8Array>({ maxBytes: 2 * 1008, codec: raw });
  const item = new Uint8Array(1000);
  queue.putSync(item);
  queue.putSync(item);
  assertInstanceOf(thrown(() => queue.putSync(item, { timeout: 3 })), QueueFull);
  let done = false;
  const waiting = queue.put(item).then(() => done = true);
  await turns(2);
  assertEquals(done, false);
  queue.getSync();
  await waiting;
});

test("a small put is not held up by a larger one of its thread that gave up", async () => {
  const queue = new Queue<unknown>({ maxBytes: 1024 });
  queue.putSync(new Uint8Array(500));
  const large = queue.put(new Uint8Array(800), { timeout: 10 });
  const small = queue.put(1, { timeout: 5000 });
  assertInstanceOf(await large.catch((error) => error), QueueFull);
  await small;
  const aborter = new AbortController();
  const aborted = queue.put(new Uint8Array(800), { signal: aborter.signal });
  const next = queue.put(2, { timeout: 5000 });
  aborter.abort("changed my mind");
  assertEquals(await aborted.catch((error) => error), "changed my mind");
  await next;
  assertEquals(queue.qsize(), 3);
});

test("of the puts behind one that gave up, those whose signal was aborted with it do not go in", async () => {
  const queue = new Queue<unknown>({ maxBytes: 1024 });
  queue.putSync(new Uint8Array(500));
  const aborter = new AbortController();
  const { signal } = aborter;
  const puts = [queue.put(new Uint8Array(800), { signal }), queue.put(1, { signal }), queue.put(2)];
  aborter.abort("all");
  const outcomes = await Promise.allSettled(puts);
  assertEquals(outcomes.map((outcome) => outcome.status), ["rejected", "rejected", "fulfilled"]);
  assertEquals(queue.qsize(), 2);
});

test("qsize, empty and full agree after every operation", async () => {
  const queue = new Queue<number>(4);
  let size = 0;
  for (let step = 0; step < 2000; step++) {
    if ((step * 7919) % 13 < 6) {
      if (size < 4) size++, await queue.put(step);
      else assertThrows(() => queue.putNowait(step), QueueFull);
    } else if (size > 0) size--, await queue.get();
    assertEquals([queue.qsize(), queue.empty(), queue.full()], [size, size === 0, size === 4]);
  }
});

test("memory is taken as the backlog grows, reused when it shrinks, and free when the queue ends", () => {
  const queue = new Queue<Uint8Array>();
  const before = blocksInUse();
  const item = new Uint8Array(1000);
  let most = 0;
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 1000; i++) queue.putNowait(item);
    const used = blocksInUse() - before;
    assert(used >= 15 && used <= 20, `${used} blocks for a million bytes`);
    most = Math.max(most, used);
    for (let i = 0; i < 1000; i++) queue.getNowait();
    assert(blocksInUse() - before <= 1, `${blocksInUse() - before} blocks for an empty queue`);
  }
  for (let i = 0; i < 1000; i++) queue.putNowait(item);
  queue.close();
  assert(blocksInUse() <= before, `${blocksInUse() - before} blocks after the end`);
});

test("what was refused takes no memory", () => {
  const queue = new Queue<unknown>({ maxBytes: 100_000, maxsize: 1 });
  const before = blocksInUse();
  for (let i = 0; i < 40; i++) {
    thrown(() => queue.putNowait([queue, new Uint8Array(100_000 + i)]));
    thrown(() => queue.putNowait([new Uint8Array(50_000), () => {}]));
  }
  queue.putNowait(1);
  for (let i = 0; i < 40; i++) assertInstanceOf(thrown(() => queue.putNowait(new Uint8Array(50_000))), QueueFull);
  assertEquals(blocksInUse(), before);
});

test("items of 64 MiB and beyond", async () => {
  const queue = new Queue<Uint8Array>();
  assertEquals(queue.maxBytes, 256 * MEBI);
  const before = blocksInUse();
  for (const size of [64 * MEBI, 100 * MEBI + 3]) {
    const item = new Uint8Array(size);
    for (let i = 0; i < size; i += 4093) item[i] = i;
    await promised.put(queue, item);
    const got = await promised.get(queue);
    assertEquals(got.length, size);
    for (let i = 0; i < size; i += 4093) if (got[i] !== (i & 255)) throw new Error(`byte ${i} differs`);
  }
  // Fewer if a queue of an earlier test was collected meanwhile.
  assert(blocksInUse() <= before, `${blocksInUse() - before} blocks are left`);
});

test("when the shared memory of all is spent, what needs more throws and changes nothing", async () => {
  const queue = new Queue<unknown>({ name: "spent" });
  queue.putManyNowait(range(9));
  const inner = new Queue<unknown>();
  const small = { text: "x".repeat(1000) };
  const before = blocksInUse();
  const giveBack = spendMemory();
  const spent = blocksInUse();
  try {
    for (let i = 0; i < 3; i++) {
      assertInstanceOf(thrown(() => queue.putNowait([inner, new Uint8Array(100_000)])), OutOfSharedMemory);
      assertInstanceOf(thrown(() => queue.putSync(small)), OutOfSharedMemory);
      assertInstanceOf(await rejected(queue.put(small)), OutOfSharedMemory);
      assertInstanceOf(await rejected(queue.putMany([small])), OutOfSharedMemory);
    }
    assertEquals([queue.qsize(), blocksInUse()], [9, spent]);
    assertEquals(queue.getManyNowait(9), range(9));
  } finally {
    giveBack();
  }
  queue.putNowait(small);
  assertEquals(queue.getNowait(), small);
  inner.close();
  assert(blocksInUse() <= before + 1);
});
