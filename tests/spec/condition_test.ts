/** Condition. */
import { test } from "node:test";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Condition, Lock, Queue, RLock, Semaphore } from "../../mod.ts";
import { pending, rejected, turns } from "./queue_helper.ts";
import { assertCode, checkOptions, joined, next, start, waiting } from "./sync_helper.ts";

/** Nobody has anything to say. Whoever was woken would need the lock, so it would have had it by now. */
async function nobodyElse(condition: Condition, results: Queue<unknown>): Promise<void> {
  for (let i = 0; i < 20; i++) {
    condition.acquireSync();
    condition.release();
    await turns();
  }
  assertEquals(results.qsize(), 0);
}

const locks = [
  ["a lock of its own", () => new Condition()],
  ["a Lock", () => new Condition(new Lock())],
  ["an RLock", () => new Condition(new RLock())],
] as const;

for (const [name, make] of locks) {
  test(`with ${name}: notify wakes one, notify(n) as many, notifyAll all the rest`, async () => {
    using condition = make();
    using results = new Queue<unknown>();
    const processes = await waiting(condition, results, ["a", "b", "c", "d"]);
    const woken: unknown[] = [];
    for (const notify of [() => condition.notify(), () => condition.notify(2), () => condition.notifyAll()]) {
      {
        using _held = condition.holdSync();
        notify();
      }
      woken.push(await next(results));
      if (woken.length === 2) woken.push(await next(results));
      await nobodyElse(condition, results);
    }
    assertEquals(woken.sort(), ["a", "b", "c", "d"].map((name) => [name, true]));
    await joined(...processes);
  });

  test(`with ${name}: wait gives false when its time is over, and has the lock in any case`, async () => {
    using condition = make();
    condition.acquireSync();
    for (const timeout of [0, -1, 5]) {
      assertEquals(condition.waitSync({ timeout }), false);
      condition.notify();
      assertEquals(await condition.wait({ timeout }), false);
      condition.notify();
    }
    const reason = new Error("enough");
    const abort = new AbortController();
    const wait = condition.wait({ signal: abort.signal });
    await turns();
    abort.abort(reason);
    assertEquals(await rejected(wait), reason);
    condition.notifyAll();
    condition.release();
    assertEquals(pending(), 0);
  });

  test(`with ${name}: wait and notify need the lock`, async () => {
    using condition = make();
    const uses = {
      wait: () => condition.wait(),
      waitSync: () => condition.waitSync(),
      waitFor: () => condition.waitFor(() => true),
      waitForSync: () => condition.waitForSync(() => true),
      notify: () => condition.notify(),
      notifyAll: () => condition.notifyAll(),
    };
    for (const use of Object.values(uses)) await assertCode(use, "ISTHMUS_LOCK_NOT_HELD");
    await assertCode(() => condition.release(), name === "an RLock" ? "ISTHMUS_NOT_OWNER" : "ISTHMUS_NOT_LOCKED");
  });
}

test("options and arguments are checked", async () => {
  using condition = new Condition();
  await checkOptions({
    async: (options) => condition.acquire(options),
    sync: (options) => condition.acquireSync(options),
  });
  using _held = condition.holdSync();
  await checkOptions({ async: (options) => condition.wait(options), sync: (options) => condition.waitSync(options) });
  await checkOptions({
    async: (options) => condition.waitFor(() => false, options),
    sync: (options) => condition.waitForSync(() => false, options),
  });
  for (const n of [0, -1, 0.5, NaN]) assertThrows(() => condition.notify(n), RangeError, String(n));
  assertThrows(() => condition.waitForSync(5 as unknown as () => boolean), TypeError, "5");
  await assertRejects(() => condition.waitFor("x" as unknown as () => boolean), TypeError, '"x"');
  assertThrows(() => new Condition(5 as unknown as Lock), TypeError, "5");
  assertThrows(() => new Condition(new Semaphore() as unknown as Lock), TypeError, "Semaphore");
});

test("it is acquired and released as its lock is", async () => {
  using lock = new RLock();
  using condition = new Condition(lock);
  using other = new Condition(lock);
  assertEquals([condition.acquireSync(), await other.acquire(), other.acquireNowait()], [true, true, true]);
  for (const one of [condition, other, lock]) one.release();
  assertEquals(lock.locked(), false);
  await using _held = await other.hold();
  assertEquals(lock.locked(), true);
});

test("notify wakes those who wait on this condition, not on another one of the same lock", async () => {
  using lock = new Lock();
  using full = new Condition(lock);
  using empty = new Condition(lock);
  lock.acquireSync();
  const one = full.wait();
  assertEquals(lock.acquireNowait(), true);
  const two = empty.wait();
  assertEquals(lock.acquireNowait(), true);
  full.notifyAll();
  lock.release();
  assertEquals(await one, true);
  assertEquals(pending(), 1);
  empty.notify();
  lock.release();
  assertEquals(await two, true);
  lock.release();
});

test("notify counts tasks, of one thread or of several, and wakes none that begins to wait later", async () => {
  using condition = new Condition();
  using results = new Queue<unknown>();
  const order: string[] = [];
  const task = async (name: string) => {
    using _held = await condition.hold();
    if (await condition.wait({ timeout: 20_000 })) order.push(name);
  };
  const first = ["a", "b", "c"].map(task);
  await condition.acquire();
  condition.notify(2);
  // The lock is held until `d` waits too: it may not take what was for those before it.
  const last = condition.wait({ timeout: 20_000 }).then(() => order.push("d"));
  await Promise.all(first.slice(0, 2));
  assertEquals(order, ["a", "b"]);
  const process = start("waitConditionAsync", condition, results, "task", 2);
  await next(results);
  await next(results);
  condition.acquireSync();
  condition.notifyAll();
  condition.release();
  await first[2];
  assertEquals(order.slice(0, 3), ["a", "b", "c"]);
  await last;
  condition.release();
  assertEquals([await next(results), await next(results)].sort(), [["task0", true], ["task1", true]]);
  await joined(process);
});

test("a notification that comes before the abort or the timeout counts, and is not lost to others", async () => {
  using condition = new Condition();
  for (const late of [false, true]) {
    condition.acquireSync();
    const abort = new AbortController();
    const one = late ? condition.wait({ timeout: 1 }) : condition.wait({ signal: abort.signal });
    assertEquals(condition.acquireNowait(), true);
    const two = condition.wait({ timeout: 20_000 });
    assertEquals(condition.acquireNowait(), true);
    condition.notify();
    if (late) { for (const end = performance.now() + 5; performance.now() < end;); }
    else abort.abort("too late");
    condition.release();
    assertEquals(await one, true);
    // And an abort before the notification leaves it to the other.
    const gone = condition.wait({ signal: AbortSignal.timeout(0) });
    await rejected(gone);
    condition.notify();
    condition.release();
    assertEquals(await two, true);
    condition.release();
  }
});

test("what ends a wait has to wait for the lock, however long: the time of that comes on top", async () => {
  using lock = new Lock();
  using condition = new Condition(lock);
  const abort = new AbortController();
  for (const end of [{ timeout: 1 }, { signal: abort.signal }]) {
    lock.acquireSync();
    let over = false;
    const wait = condition.wait(end).catch((reason) => reason).finally(() => over = true);
    assertEquals(lock.acquireNowait(), true);
    if ("signal" in end) abort.abort("enough");
    await turns(20);
    assertEquals([over, lock.locked()], [false, true]);
    lock.release();
    assertEquals(await wait, "timeout" in end ? false : "enough");
    assertEquals(lock.locked(), true);
    lock.release();
  }
});

test("an RLock is released fully and acquired again as often", async () => {
  using lock = new RLock();
  using condition = new Condition(lock);
  using results = new Queue<unknown>();
  for (const wait of [() => condition.waitSync({ timeout: 5 }), () => condition.wait({ timeout: 5 })]) {
    for (let i = 0; i < 3; i++) lock.acquireSync();
    const other = start("acquireAndRelease", lock, results);
    while (results.empty()) await wait();
    assertEquals([await next(results), await next(results)], [true, undefined]);
    for (let i = 0; i < 3; i++) lock.release();
    await assertCode(() => lock.release(), "ISTHMUS_NOT_OWNER");
    await joined(other);
  }
});

test("waitFor gives the last value of its predicate", async () => {
  using condition = new Condition();
  condition.acquireSync();
  const values = [0, "", [1]];
  assertEquals(condition.waitForSync(() => "at once"), "at once");
  assertEquals(condition.waitForSync(() => 0, { timeout: 5 }), 0);
  assertEquals(await condition.waitFor(() => "", { timeout: 5 }), "");
  assertEquals(await condition.waitFor(() => null, { timeout: 0 }), null);
  const found = condition.waitFor(() => values.shift());
  for (let i = 0; i < 2; i++) {
    await condition.acquire();
    condition.notify();
    condition.release();
    await turns();
  }
  assertEquals(await found, [1]);
  const reason = new Error("in the predicate");
  assertEquals(
    await rejected(condition.waitFor(() => {
      throw reason;
    })),
    reason,
  );
  condition.release();
});
