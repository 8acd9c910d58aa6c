/** Barrier. */
import { test } from "node:test";
import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Barrier, BrokenBarrier, Queue } from "../../mod.ts";
import { pending, rejected, thrown, turns, until } from "./queue_helper.ts";
import { assertCode, checkOptions, checkTravel, joined, kill, quiet, start } from "./sync_helper.ts";

/** What is left in a queue. */
function drain(results: Queue<unknown>): unknown[] {
  return results.empty() ? [] : results.getManySync(1000);
}

test("all parties go on when the last has come, with different numbers, and again", async () => {
  using barrier = new Barrier(3);
  using results = new Queue<unknown>();
  assertEquals([barrier.parties, barrier.nWaiting, barrier.broken], [3, 0, false]);
  const processes = [start("waitBarrier", barrier, results, 20), start("waitBarrier", barrier, results, 20)];
  const mine: unknown[] = [];
  for (let cycle = 0; cycle < 20; cycle++) mine.push(cycle % 2 === 0 ? barrier.waitSync() : await barrier.wait());
  await joined(...processes);
  const all = [...mine, ...drain(results)];
  for (const index of [0, 1, 2]) assertEquals(all.filter((one) => one === index).length, 20);
  assertEquals([barrier.nWaiting, barrier.broken], [0, false]);
});

test("tasks of one thread are parties of their own", async () => {
  using barrier = new Barrier(4);
  using results = new Queue<unknown>();
  const process = start("waitBarrierAsync", barrier, results, 10);
  const mine: number[] = [];
  const task = async () => {
    for (let cycle = 0; cycle < 10; cycle++) mine.push(await barrier.wait({ timeout: 20_000 }));
  };
  await Promise.all([task(), task()]);
  await joined(process);
  assertEquals([...mine, ...drain(results) as number[]].sort(), [0, 1, 2, 3].flatMap((index) => Array(10).fill(index)));
});

test("nWaiting counts those who wait; one party waits for nobody", async () => {
  using barrier = new Barrier(3);
  const waits = [barrier.wait()];
  assertEquals(barrier.nWaiting, 1);
  waits.push(barrier.wait());
  assertEquals(barrier.nWaiting, 2);
  assertEquals(barrier.waitSync(), 2);
  assertEquals(await Promise.all(waits), [0, 1]);
  assertEquals(barrier.nWaiting, 0);
  using alone = new Barrier(1);
  assertEquals([alone.waitSync({ timeout: 0 }), await alone.wait(), await alone.wait({ timeout: 0 })], [0, 0, 0]);
});

test("arguments and options are checked", async () => {
  for (const parties of [0, -1, 0.5, NaN, 2 ** 31]) {
    assertThrows(() => new Barrier(parties), RangeError, String(parties));
  }
  assertThrows(() => new Barrier("2" as unknown as number), TypeError, '"2"');
  const wrong = (options: unknown) => new Barrier(2, options as { timeout: number });
  assertThrows(() => wrong({ timeout: NaN }), RangeError, "NaN");
  assertThrows(() => wrong({ timeout: "1" }), TypeError, '"1"');
  assertThrows(() => wrong({ action: 1 }), TypeError, "action");
  assertThrows(() => wrong({ actions: () => {} }), TypeError, '"actions"');
  assertThrows(() => wrong(1), TypeError, "1");
  using barrier = new Barrier(2);
  await checkOptions({ async: (options) => barrier.wait(options), sync: (options) => barrier.waitSync(options) });
  // None of these has come to wait, so none has broken it.
  assertEquals([barrier.nWaiting, barrier.broken], [0, false]);
  assertThrows(() => Barrier.attach(barrier.handle, { timeout: 1 } as object), TypeError, '"timeout"');
});

test("the last to arrive runs the action of its own handle, before anybody goes on", async () => {
  const calls: string[] = [];
  using barrier = new Barrier(2, { action: () => calls.push("made") });
  using attached = Barrier.attach(barrier.handle, { action: () => calls.push("attached") });
  using plain = Barrier.attach(barrier.handle);
  const follow = (wait: Promise<number>) => wait.then((index) => calls.push(String(index)));
  await Promise.all([follow(barrier.wait()), follow(attached.wait())]);
  assertEquals(calls.splice(0)[0], "attached");
  const first = follow(plain.wait());
  barrier.waitSync();
  await first;
  assertEquals(calls.splice(0), ["made", "0"]);
  await Promise.all([follow(barrier.wait()), follow(plain.wait())]);
  assertEquals(calls.sort(), ["0", "1"]);
});

test("who comes while an action runs waits for its end, and belongs to the next cycle", async () => {
  let early: Promise<number> | undefined;
  using barrier: Barrier = new Barrier(2, {
    action() {
      if (early !== undefined) return;
      assertEquals([barrier.nWaiting, barrier.broken], [0, false]);
      early = barrier.wait();
      assertEquals(barrier.nWaiting, 0);
    },
  });
  const one = barrier.wait();
  assertEquals(barrier.waitSync(), 1);
  assertEquals(await one, 0);
  await until(() => barrier.nWaiting === 1);
  assertEquals([await barrier.wait(), await early], [1, 0]);
});

test("an action that throws breaks the barrier: the last party gets what it threw", async () => {
  const reason = new Error("no");
  using barrier = new Barrier(2, {
    action() {
      throw reason;
    },
  });
  for (const last of [() => barrier.wait(), () => Promise.resolve(thrown(() => barrier.waitSync()))]) {
    const one = rejected(barrier.wait());
    const two = last().catch((error) => error);
    assertEquals(await two, reason);
    assertInstanceOf(await one, BrokenBarrier);
    assertEquals(barrier.broken, true);
    barrier.reset();
  }
});

test("a timeout breaks the barrier, and all who wait and come later get BrokenBarrier until reset", async () => {
  using barrier = new Barrier(3);
  for (
    const giveUp of [
      () => rejected(barrier.wait({ timeout: 3 })),
      () => Promise.resolve(thrown(() => barrier.waitSync({ timeout: 3 }))),
      () => rejected(barrier.wait({ timeout: 0 })),
      () => Promise.resolve(thrown(() => barrier.waitSync({ timeout: 0 }))),
    ]
  ) {
    const patient = rejected(barrier.wait());
    assertInstanceOf(await giveUp(), BrokenBarrier);
    assertInstanceOf(await patient, BrokenBarrier);
    assertEquals([barrier.broken, barrier.nWaiting], [true, 0]);
    assertThrows(() => barrier.waitSync(), BrokenBarrier);
    assertInstanceOf(await rejected(barrier.wait({ timeout: 0 })), BrokenBarrier);
    barrier.reset();
    assertEquals([barrier.broken, barrier.nWaiting], [false, 0]);
  }
  assertEquals(await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]), [0, 1, 2]);
});

test("the timeout of the constructor is that of each wait without one, in all threads", async () => {
  using barrier = new Barrier(2, { timeout: 5 });
  using results = new Queue<unknown>();
  assertThrows(() => barrier.waitSync(), BrokenBarrier, "timeout");
  barrier.reset();
  assertInstanceOf(await rejected(barrier.wait({})), BrokenBarrier);
  barrier.reset();
  await joined(start("waitBarrier", barrier, results, 1));
  assertInstanceOf(results.getSync(), BrokenBarrier);
  barrier.reset();
  const patient = barrier.wait({ timeout: Infinity });
  await turns(10);
  assertEquals([barrier.waitSync(), await patient], [1, 0]);
});

test("an abort while waiting breaks the barrier, and rejects with its reason", async () => {
  using barrier = new Barrier(3);
  const abort = new AbortController();
  const one = rejected(barrier.wait({ signal: abort.signal }));
  const two = rejected(barrier.wait());
  await turns();
  abort.abort("enough");
  assertEquals(await one, "enough");
  assertInstanceOf(await two, BrokenBarrier);
  assertEquals([barrier.broken, pending()], [true, 0]);
});

test("a cycle that was full before the abort has passed", async () => {
  using barrier = new Barrier(2);
  const abort = new AbortController();
  const one = barrier.wait({ signal: abort.signal });
  await turns();
  assertEquals(barrier.waitSync(), 1);
  abort.abort("too late");
  assertEquals([await one, barrier.broken], [0, false]);
});

test("abort() breaks it, reset() makes it as new; both reach all who wait", async () => {
  using barrier = new Barrier(3);
  using results = new Queue<unknown>();
  for (const stop of [() => barrier.abort(), () => barrier.reset()]) {
    const broken = stop.toString().includes("abort");
    const process = start("waitBarrier", barrier, results, 1);
    const one = rejected(barrier.wait());
    await until(() => barrier.nWaiting === 2);
    stop();
    assertInstanceOf(await one, BrokenBarrier);
    await joined(process);
    assertInstanceOf(results.getSync(), BrokenBarrier);
    assertEquals(barrier.broken, broken);
    barrier.reset();
  }
  barrier.abort();
  barrier.abort();
  assertEquals(barrier.broken, true);
  barrier.reset();
  barrier.reset();
  assertEquals(await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]), [0, 1, 2]);
});

test("an abort() or reset() in the action breaks the cycle", async () => {
  using barrier: Barrier = new Barrier(2, { action: () => calls.shift()!() });
  const calls = [() => barrier.abort(), () => barrier.reset()];
  for (const broken of [true, false]) {
    const one = rejected(barrier.wait());
    assertThrows(() => barrier.waitSync(), BrokenBarrier);
    assertInstanceOf(await one, BrokenBarrier);
    assertEquals(barrier.broken, broken);
    barrier.reset();
  }
});

test("each of those who wait hears how its own cycle ended, however late it looks", async () => {
  using barrier = new Barrier(2);
  using results = new Queue<unknown>();
  const passed = barrier.wait();
  // This thread is blocked, so its task cannot look until all of this has happened.
  const process = start("waitBarrier", barrier, results, 1);
  assertEquals(process.joinSync({ timeout: 20_000 }), true);
  barrier.reset();
  const broken = rejected(barrier.wait());
  barrier.reset();
  const again = barrier.wait();
  assertEquals(barrier.waitSync(), 1);
  assertEquals([await passed, await again], [0, 0]);
  assertInstanceOf(await broken, BrokenBarrier);
});

test("the death of a party breaks the barrier, also for a blocked one", async () => {
  await quiet();
  using barrier = new Barrier(4);
  using results = new Queue<unknown>();
  const doomed = start("waitBarrier", barrier, results, 1);
  await until(() => barrier.nWaiting === 1);
  const task = rejected(barrier.wait());
  const other = start("waitBarrier", barrier, results, 1);
  await until(() => barrier.nWaiting === 3);
  await kill(doomed);
  assertInstanceOf(await task, BrokenBarrier);
  await joined(other);
  assertInstanceOf(results.getSync(), BrokenBarrier);
  assertEquals(barrier.broken, true);
});

test("a barrier travels by handle and in items, until it is closed", async () => {
  await checkTravel(new Barrier(5), (handle) => Barrier.attach(handle), (barrier) => [
    barrier.nWaiting,
    barrier.broken,
    barrier.parties,
  ]);
});

test("closing ends the waits of this handle, which breaks the barrier", async () => {
  const barrier = new Barrier(3);
  using other = Barrier.attach(barrier.handle);
  const wait = barrier.wait();
  const patient = rejected(other.wait());
  barrier.close();
  await assertCode(() => wait, "ISTHMUS_CLOSED");
  assertInstanceOf(await patient, BrokenBarrier);
  for (const use of [() => barrier.wait(), () => barrier.abort(), () => barrier.reset(), () => barrier.broken]) {
    await assertCode(use, "ISTHMUS_CLOSED");
  }
  assertEquals(barrier.parties, 3);
});
