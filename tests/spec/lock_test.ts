/** Lock and RLock. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { BoundedSemaphore, IsthmusError, Lock, type Process, Queue, RLock, TimeoutError } from "../../mod.ts";
import { pending, rejected, turns, until } from "./queue_helper.ts";
import { assertCode, checkOptions, checkTravel, joined, kill, quiet, sleepers, start } from "./sync_helper.ts";

const kinds = [Lock, RLock] as const;

/** Has another thread hold `lock`. It frees it by its end when it is stopped. */
async function heldByAnother(lock: Lock): Promise<Process> {
  await quiet();
  using results = new Queue<unknown>();
  const process = start("acquireAndStay", lock, results);
  assertEquals(await results.get(), true);
  return process;
}

for (const Kind of kinds) {
  test(`${Kind.name}: all forms acquire a free one, release frees it`, async () => {
    using lock = new Kind();
    for (const acquire of [() => lock.acquire(), () => lock.acquireSync(), () => lock.acquireNowait()]) {
      assertEquals(lock.locked(), false);
      assertEquals(await acquire(), true);
      assertEquals(lock.locked(), true);
      lock.release();
    }
    assertEquals([lock.locked(), lock.abandoned], [false, false]);
  });

  test(`${Kind.name}: what another thread holds is not acquired, and timeouts give false`, async () => {
    using lock = new Kind();
    const holder = await heldByAnother(lock);
    assertEquals(lock.locked(), true);
    assertEquals(lock.acquireNowait(), false);
    for (const timeout of [0, -1, 5]) {
      const begun = performance.now();
      assertEquals(lock.acquireSync({ timeout }), false);
      assertEquals(await lock.acquire({ timeout }), false);
      assert(performance.now() - begun >= 2 * timeout - 1);
    }
    assertInstanceOf(await rejected(lock.hold({ timeout: 5 })), TimeoutError);
    assertThrows(() => lock.holdSync({ timeout: 0 }), TimeoutError, "0 ms");
    await kill(holder);
  });

  test(`${Kind.name}: options are checked, and an abort takes nothing`, async () => {
    using lock = new Kind();
    await checkOptions({ async: (options) => lock.acquire(options), sync: (options) => lock.acquireSync(options) });
    await checkOptions({ async: (options) => lock.hold(options), sync: (options) => lock.holdSync(options) });
    assertEquals(lock.locked(), false);
    const holder = await heldByAnother(lock);
    const abort = new AbortController();
    const waiting = lock.acquire({ signal: abort.signal });
    await turns();
    abort.abort("enough");
    assertEquals(await rejected(waiting), "enough");
    assertEquals(pending(), 0);
    await kill(holder);
    assertEquals(lock.locked(), false);
  });

  test(`${Kind.name}: hold and holdSync release at the end of their block, once`, async () => {
    using lock = new Kind();
    {
      using _held = lock.holdSync();
      assertEquals(lock.locked(), true);
    }
    assertEquals(lock.locked(), false);
    {
      await using _held = await lock.hold();
      assertEquals(lock.locked(), true);
    }
    const held = await lock.hold();
    held[Symbol.dispose]();
    held[Symbol.dispose]();
    await held[Symbol.asyncDispose]();
    assertEquals(lock.locked(), false);
  });

  test(`${Kind.name}: threads exclude each other`, async () => {
    using lock = new Kind();
    const words = new Int32Array(new SharedArrayBuffer(4));
    const targets = Kind === Lock ? ["count", "countAsync", "count"] : ["count", "count"];
    const processes = targets.map((target) => start(target, lock, words, 2000));
    for (let i = 0; i < 2000; i++) {
      using _held = i % 2 === 0 ? lock.holdSync() : await lock.hold();
      words[0]++;
    }
    await joined(...processes);
    assertEquals(words[0], 2000 * (processes.length + 1));
    assertEquals([lock.locked(), lock.abandoned], [false, false]);
  });

  test(`${Kind.name}: one whose holder has returned or was killed is free and abandoned until the next release`, async () => {
    using lock = new Kind();
    using results = new Queue<unknown>();
    await joined(start("acquireAndLeave", lock, results));
    for (const again of [true, false]) {
      assertEquals([lock.locked(), lock.abandoned], [false, true]);
      assertEquals(lock.acquireSync(), true);
      assertEquals([lock.locked(), lock.abandoned], [true, true]);
      lock.release();
      assertEquals([lock.locked(), lock.abandoned], [false, false]);
      if (again) await kill(await heldByAnother(lock));
    }
  });

  test(`${Kind.name}: a blocked thread gets it when its holder dies`, async () => {
    using lock = new Kind();
    using results = new Queue<unknown>();
    const holder = start("acquireUntilWanted", lock, results);
    assertEquals(results.getSync(), true);
    assertEquals(lock.acquireSync({ timeout: 20_000 }), true);
    assertEquals(lock.abandoned, true);
    lock.release();
    await joined(holder);
  });

  test(`${Kind.name}: a waiter that dies takes nothing away`, async () => {
    using lock = new Kind();
    using results = new Queue<unknown>();
    lock.acquireSync();
    const doomed = start("acquireAndLeave", lock, results);
    const other = start("acquireAndRelease", lock, results);
    await until(() => sleepers(lock) === 2);
    // Either it dies first, or it has the lock for a moment and leaves it abandoned.
    const dead = kill(doomed);
    lock.release();
    await dead;
    await joined(other);
    assertEquals(lock.acquireSync({ timeout: 20_000 }), true);
    lock.release();
  });

  test(`${Kind.name}: travels by handle and in items, until it is closed`, async () => {
    await checkTravel(new Kind(), (handle) => Kind.attach(handle), (lock) => lock.locked());
  });

  test(`${Kind.name}: closing ends the waits of this handle alone`, async () => {
    const lock = new Kind();
    using other = Kind.attach(lock.handle);
    const holder = await heldByAnother(lock);
    const waiting = lock.acquire();
    const patient = other.acquire();
    lock.close();
    await assertCode(() => waiting, "ISTHMUS_CLOSED");
    await assertCode(() => lock.acquire(), "ISTHMUS_CLOSED");
    await assertCode(() => lock.release(), "ISTHMUS_CLOSED");
    await assertCode(() => lock.abandoned, "ISTHMUS_CLOSED");
    await kill(holder);
    assertEquals(await patient, true);
    other.release();
  });

  test(`${Kind.name}: takes no arguments, and attach takes its own handles`, () => {
    assertThrows(() => new (Kind as unknown as new (value: number) => Lock)(1), TypeError, "1");
    using semaphore = new BoundedSemaphore();
    assertThrows(() => Kind.attach(semaphore.handle), TypeError, "BoundedSemaphore.attach");
  });
}

test("a Lock is not acquired twice, and its tasks get it in the order in which they asked", async () => {
  using lock = new Lock();
  lock.acquireSync();
  assertEquals(lock.acquireNowait(), false);
  assertEquals(lock.acquireSync({ timeout: 1 }), false);
  const order: number[] = [];
  const tasks = [0, 1, 2].map(async (task) => {
    using _held = await lock.hold();
    order.push(task);
    await turns();
    order.push(task);
  });
  lock.release();
  await Promise.all(tasks);
  assertEquals(order, [0, 0, 1, 1, 2, 2]);
});

test("any thread may release a Lock that is held, and nobody one that is free", async () => {
  using lock = new Lock();
  using results = new Queue<unknown>();
  lock.acquireSync();
  await joined(start("release", lock, results));
  assertEquals(await results.get(), undefined);
  assertEquals(lock.locked(), false);
  await assertCode(() => lock.release(), "ISTHMUS_NOT_LOCKED");
  await joined(start("release", lock, results));
  const error = await results.get();
  assert(IsthmusError.is(error));
  assertEquals((error as IsthmusError).code, "ISTHMUS_NOT_LOCKED");
  assertEquals(lock.acquireNowait(), true);
  lock.release();
});

test("an RLock is acquired again by its thread, in all forms, and is free after as many releases", async () => {
  using lock = new RLock();
  using results = new Queue<unknown>();
  assertEquals([lock.acquireSync(), lock.acquireNowait(), await lock.acquire()], [true, true, true]);
  const free: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    await joined(start("acquireNowait", lock, results));
    free.push(await results.get() as boolean);
    lock.release();
  }
  assertEquals(free, [false, false, false]);
  assertEquals(lock.locked(), false);
  await assertCode(() => lock.release(), "ISTHMUS_NOT_OWNER");
});

test("release of an RLock by another thread is an error, and changes nothing", async () => {
  using lock = new RLock();
  using results = new Queue<unknown>();
  lock.acquireSync();
  await joined(start("release", lock, results));
  assertEquals((await results.get() as IsthmusError).code, "ISTHMUS_NOT_OWNER");
  assertEquals(lock.locked(), true);
  lock.release();
  assertEquals(lock.locked(), false);
});
