/** Condition: many threads, their deaths, and the ends of a handle. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Condition, Lock, Queue, RLock } from "../../mod.ts";
import { openObjects, turns } from "./queue_helper.ts";
import { assertCode, checkTravel, joined, kill, next, quiet, sleepers, start, waiting } from "./sync_helper.ts";

test("producers and consumers", async () => {
  using condition = new Condition();
  using results = new Queue<unknown>();
  const words = new Int32Array(new SharedArrayBuffer(4 * 3000));
  const consumers = [0, 1, 2].map(() => start("consume", condition, words, results));
  let sum = 0;
  for (let item = 1; item <= 2000; item++) {
    using _held = condition.holdSync();
    words[++words[0]] = item;
    sum += item;
    condition.notify();
  }
  await condition.acquire();
  while (words[0] > 0) {
    condition.release();
    await turns();
    await condition.acquire();
  }
  for (let i = 0; i < 3; i++) words[++words[0]] = -1;
  condition.notifyAll();
  condition.release();
  await joined(...consumers);
  for (let i = 0; i < 3; i++) sum -= results.getSync() as number;
  assertEquals(sum, 0);
});

test("notify with dead waiters returns at once, and none of them swallows a notification", async () => {
  for (const first of ["death", "notify"]) {
    await quiet();
    using condition = new Condition();
    using results = new Queue<unknown>();
    const [doomed, ...others] = await waiting(condition, results, ["a", "b", "c"]);
    await condition.acquire();
    if (first === "notify") condition.notify(2);
    // It cannot come back with the lock, which is held here.
    await kill(doomed);
    if (first === "death") condition.notify(2);
    condition.release();
    assertEquals([await next(results), await next(results)].sort(), [["b", true], ["c", true]]);
    await joined(...others);
  }
});

test("one that dies after it was notified, before it has the lock, hands the notification on", async () => {
  await quiet();
  using condition = new Condition();
  using results = new Queue<unknown>();
  const [doomed] = await waiting(condition, results, ["a"]);
  condition.acquireSync();
  const other = condition.wait({ timeout: 20_000 });
  assertEquals(condition.acquireNowait(), true);
  // The search begins behind slot 0, which is this thread's.
  condition.notify();
  await kill(doomed);
  condition.release();
  assertEquals(await other, true);
  condition.release();
  assertEquals(results.empty(), true);
});

test("a wait counts as the release that ends `abandoned`", async () => {
  using lock = new Lock();
  using condition = new Condition(lock);
  using results = new Queue<unknown>();
  await joined(start("acquireAndLeave", condition, results));
  assertEquals(condition.acquireSync(), true);
  assertEquals(lock.abandoned, true);
  assertEquals(await condition.wait({ timeout: 1 }), false);
  assertEquals(lock.abandoned, false);
  condition.release();
});

test("a condition travels with its lock, which it keeps alive", async () => {
  const before = openObjects();
  const lock = new RLock();
  const condition = new Condition(lock);
  lock.close();
  await checkTravel(condition, (handle) => Condition.attach(handle), (condition) => {
    using _held = condition.holdSync();
    condition.notify();
    return condition.waitSync({ timeout: 1 });
  });
  assertEquals(openObjects(), before);
  await assertCode(() => new Condition(lock), "ISTHMUS_CLOSED");
});

test("closing ends the waits of this handle, which come back with the lock, and no others", async () => {
  using lock = new Lock();
  const condition = new Condition(lock);
  using other = Condition.attach(condition.handle);
  await lock.acquire();
  const wait = condition.wait();
  await lock.acquire();
  const patient = other.wait();
  await lock.acquire();
  condition.close();
  lock.release();
  await assertCode(() => wait, "ISTHMUS_CLOSED");
  assertEquals(lock.locked(), true);
  await assertCode(() => condition.notify(), "ISTHMUS_CLOSED");
  other.notify();
  lock.release();
  assertEquals(await patient, true);
  assertEquals(sleepers(lock), 0);
  lock.release();
});
