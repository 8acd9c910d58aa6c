/** Timeouts and AbortSignals. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { JoinableQueue, Queue, QueueEmpty, QueueFull, QueueShutDown } from "../../mod.ts";
import { blocking, eachForm, pending, promised, range, rejected, thrown, turns } from "./queue_helper.ts";

const both = [promised, blocking];

eachForm("no timeout ends early, and none holds on", async (form) => {
  const empty = new Queue<number>();
  const full = new JoinableQueue<number>(1);
  full.putNowait(1);
  for (const timeout of [1, 3.5, 20, 60]) {
    for (const attempt of [() => form.get(empty, timeout), () => form.put(full, 2, timeout)]) {
      const before = performance.now();
      await rejected(attempt());
      const took = performance.now() - before;
      // The upper bound is for a machine that is busy with other things; queue_exact_test measures on an idle one.
      assert(took >= timeout && took < timeout + 1000, `${timeout} ms took ${took} ms`);
    }
  }
}, both);

eachForm("undefined and Infinity wait for ever: until the item is there", async (form) => {
  for (const timeout of [undefined, Infinity, 2 ** 40]) {
    const queue = new Queue<string>();
    if (form === blocking) queue.putNowait("there");
    else setTimeout(() => queue.putNowait("there"), 5);
    assertEquals(await form.get(queue, timeout), "there");
  }
}, both);

test("options without a timeout wait for ever", async () => {
  const queue = new Queue<number>();
  const waiting = [queue.get({}), queue.get(undefined), queue.get({ timeout: undefined, signal: undefined })];
  await turns(3);
  queue.putManyNowait([1, 2, 3]);
  assertEquals(await Promise.all(waiting), [1, 2, 3]);
});

test("a late get leaves nothing behind: the next item is for others", async () => {
  const queue = new Queue<string>();
  assertInstanceOf(await rejected(queue.get({ timeout: 2 })), QueueEmpty);
  assertEquals(pending(), 0);
  queue.putNowait("x");
  await turns(3);
  assertEquals(queue.getNowait(), "x");
});

test("a late put leaves nothing behind: nothing was put", async () => {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  assertInstanceOf(await rejected(queue.put(2, { timeout: 2 })), QueueFull);
  assertInstanceOf(thrown(() => queue.putSync(2, { timeout: 2 })), QueueFull);
  queue.getNowait();
  await turns(3);
  assertEquals(queue.qsize(), 0);
});

test("putMany that is late gives how many went in", async () => {
  const queue = new Queue<number>(3);
  assertEquals(await queue.putMany(range(5), { timeout: 3 }), 3);
  assertEquals(queue.getManyNowait(2), [0, 1]);
  assertEquals(queue.putManySync(range(5), { timeout: 3 }), 2);
  assertInstanceOf(await rejected(queue.putMany(range(5), { timeout: 3 })), QueueFull);
});

test("the timeout of putMany bounds the whole call", async () => {
  const queue = new Queue<number>(1);
  const drain = setInterval(() => queue.empty() || queue.getNowait(), 5);
  const before = performance.now();
  const put = await queue.putMany(range(10_000), { timeout: 40 });
  const took = performance.now() - before;
  clearInterval(drain);
  assert(put > 0 && put < 10_000);
  assert(took >= 40 && took < 1000, `${took} ms`);
});

test("a signal that is aborted already rejects, even where the operation could be done at once", async () => {
  const queue = new JoinableQueue<number>();
  queue.putNowait(1);
  const reason = { why: "not today" };
  const signal = AbortSignal.abort(reason);
  const calls = [
    () => queue.get({ signal }),
    () => queue.getMany(1, { signal }),
    () => queue.put(2, { signal }),
    () => queue.putMany([2], { signal }),
    () => queue.join({ signal }),
    () => queue.get({ signal, timeout: 0 }),
  ];
  for (const call of calls) assertStrictEquals(await rejected(call()), reason);
  assertEquals([queue.qsize(), queue.unfinished], [1, 1]);
  assertEquals(reason, { why: "not today" });
});

test("an abort rejects with signal.reason, and nothing was put and nothing taken", async () => {
  const empty = new Queue<string>();
  const full = new JoinableQueue<string>(1);
  full.putNowait("in");
  const reason = new Error("enough");
  const aborter = new AbortController();
  const { signal } = aborter;
  const waiting = [
    empty.get({ signal }),
    empty.getMany(3, { signal }),
    full.put("more", { signal }),
    full.putMany(["more"], { signal }),
    full.join({ signal }),
  ].map(rejected);
  await turns(2);
  assertEquals(pending(), 5);
  aborter.abort(reason);
  for (const error of await Promise.all(waiting)) assertStrictEquals(error, reason);
  assertEquals(pending(), 0);
  empty.putNowait("for somebody else");
  assertEquals([full.getNowait(), full.qsize(), full.unfinished], ["in", 0, 1]);
  await turns(2);
  assertEquals(empty.getNowait(), "for somebody else");
});

test("an abort without a reason rejects with the signal's AbortError", async () => {
  const aborter = new AbortController();
  const waiting = rejected(new Queue().get({ signal: aborter.signal }));
  aborter.abort();
  assertEquals((await waiting as Error).name, "AbortError");
});

test("AbortSignal.timeout works", async () => {
  const error = await rejected(new Queue().get({ signal: AbortSignal.timeout(5) })) as Error;
  assertEquals(error.name, "TimeoutError");
});

test("a putMany aborted in between gives how many went in", async () => {
  const queue = new Queue<number>(2);
  const aborter = new AbortController();
  const putting = queue.putMany(range(5), { signal: aborter.signal });
  await turns(2);
  aborter.abort(new Error("enough"));
  assertEquals(await putting, 2);
  assertEquals(queue.getManyNowait(9), [0, 1]);
});

test("an abort after the end changes nothing", async () => {
  const queue = new Queue<number>();
  const aborter = new AbortController();
  queue.putNowait(1);
  assertEquals(await queue.get({ signal: aborter.signal }), 1);
  const next = queue.get({ signal: aborter.signal });
  queue.putNowait(2);
  assertEquals(await next, 2);
  aborter.abort();
});

test("the order of checks: arguments, closed, aborted, the item, shut down, full", async () => {
  const signal = AbortSignal.abort("aborted");
  const queue = new Queue<unknown>({ maxsize: 1, maxBytes: 100 });
  queue.putNowait(1);
  const bad = () => {};
  const name = async (promise: Promise<unknown>) => {
    const error = await rejected(promise);
    return error instanceof Error ? error.name : error;
  };
  assertEquals(await name(queue.put(1, { timeout: 0 })), "QueueFull");
  queue.shutdown();
  assertEquals(await name(queue.put(1, { timeout: 0 })), "QueueShutDown");
  assertEquals(await name(queue.put(bad, { timeout: 0 })), "NotSerializable");
  assertEquals(await name(queue.put("x".repeat(500), { timeout: 0 })), "RangeError");
  assertEquals(await name(queue.put(bad, { signal })), "aborted");
  queue.close();
  assertEquals(await name(queue.put(bad, { signal })), "QueueClosed");
  assertEquals(await name(queue.put(bad, { signal, timeout: NaN })), "RangeError");
  assertEquals(await name(queue.get({ signal })), "QueueClosed");
  assertEquals(await name(queue.putMany([bad], { signal })), "QueueClosed");
  assertEquals(await name(queue.getMany(0, { signal })), "RangeError");
});

test("a get on a drained, shut down queue says so before it says empty", async () => {
  const queue = new Queue<number>();
  queue.shutdown();
  assertInstanceOf(await rejected(queue.get({ timeout: 0 })), QueueShutDown);
  assertInstanceOf(thrown(() => queue.getNowait()), QueueShutDown);
});
