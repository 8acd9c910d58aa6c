/** Semaphore and BoundedSemaphore. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { BoundedSemaphore, Queue, Semaphore, TimeoutError } from "../../mod.ts";
import { pending, rejected, turns, until } from "./queue_helper.ts";
import { assertCode, checkOptions, checkTravel, joined, kill, quiet, sleepers, start } from "./sync_helper.ts";

const LARGEST = 2 ** 31 - 1;
const kinds = [Semaphore, BoundedSemaphore] as const;

for (const Kind of kinds) {
  test(`${Kind.name}: all forms take a permit as long as there is one`, async () => {
    using semaphore = new Kind(3);
    assertEquals([semaphore.getValue(), semaphore.locked()], [3, false]);
    assertEquals([semaphore.acquireSync(), await semaphore.acquire(), semaphore.acquireNowait()], [true, true, true]);
    assertEquals([semaphore.getValue(), semaphore.locked()], [0, true]);
    assertEquals(semaphore.acquireNowait(), false);
    assertEquals(semaphore.acquireSync({ timeout: 3 }), false);
    assertEquals(await semaphore.acquire({ timeout: 3 }), false);
    assertThrows(() => semaphore.holdSync({ timeout: 1 }), TimeoutError);
    assertInstanceOf(await rejected(semaphore.hold({ timeout: 1 })), TimeoutError);
    semaphore.release(2);
    assertEquals(semaphore.getValue(), 2);
    {
      using _held = semaphore.holdSync();
      await using _other = await semaphore.hold();
      assertEquals(semaphore.getValue(), 0);
    }
    assertEquals(semaphore.getValue(), 2);
  });

  test(`${Kind.name}: the start value is 1, or an integer from 0 to 2³¹ − 1`, () => {
    assertEquals(new Kind().getValue(), 1);
    assertEquals(new Kind(0).getValue(), 0);
    assertEquals(new Kind(LARGEST).getValue(), LARGEST);
    for (const value of [-1, 0.5, NaN, LARGEST + 1]) assertThrows(() => new Kind(value), RangeError, String(value));
    assertThrows(() => new Kind("1" as unknown as number), TypeError, '"1"');
  });

  test(`${Kind.name}: options are checked, and an abort takes nothing`, async () => {
    using semaphore = new Kind(1);
    await checkOptions({
      async: (options) => semaphore.acquire(options),
      sync: (options) => semaphore.acquireSync(options),
    });
    assertEquals(semaphore.getValue(), 1);
    semaphore.acquireSync();
    const abort = new AbortController();
    const waiting = semaphore.acquire({ signal: abort.signal });
    await turns();
    abort.abort("enough");
    assertEquals(await rejected(waiting), "enough");
    semaphore.release();
    assertEquals([semaphore.getValue(), pending()], [1, 0]);
  });

  test(`${Kind.name}: a release is a positive integer`, () => {
    using semaphore = new Kind(5);
    semaphore.acquireSync();
    for (const n of [0, -1, 0.5, NaN, Infinity]) assertThrows(() => semaphore.release(n), RangeError, String(n));
    assertThrows(() => semaphore.release("1" as unknown as number), TypeError, '"1"');
    assertEquals(semaphore.getValue(), 4);
  });

  test(`${Kind.name}: travels by handle and in items, until it is closed`, async () => {
    await checkTravel(new Kind(7), (handle) => Kind.attach(handle), (semaphore) => semaphore.getValue());
  });

  test(`${Kind.name}: release(n) wakes n, threads and tasks`, async () => {
    using semaphore = new Kind(4);
    using results = new Queue<unknown>();
    while (semaphore.acquireNowait());
    const processes = [0, 1].map(() => start("acquireAndLeave", semaphore, results));
    await until(() => sleepers(semaphore) === 2);
    let tasks = 0;
    const waits = [0, 1].map(() => semaphore.acquire().then(() => tasks++));
    semaphore.release(4);
    await Promise.all(waits);
    await joined(...processes);
    assertEquals([results.getSync(), results.getSync(), tasks], [true, true, 2]);
    // Permits have no owner: they do not come back from threads that have ended.
    assertEquals(semaphore.getValue(), 0);
  });
}

test("a Semaphore does not wrap: one permit beyond 2³¹ − 1 is a RangeError, and changes nothing", () => {
  using semaphore = new Semaphore(LARGEST - 1);
  semaphore.release();
  assertThrows(() => semaphore.release(), RangeError, String(LARGEST));
  assertThrows(() => semaphore.release(LARGEST), RangeError);
  assertEquals(semaphore.getValue(), LARGEST);
});

test("a BoundedSemaphore is not released above its start value", async () => {
  using semaphore = new BoundedSemaphore(2);
  await assertCode(() => semaphore.release(), "ISTHMUS_RELEASED_TOO_OFTEN");
  semaphore.acquireSync();
  await assertCode(() => semaphore.release(2), "ISTHMUS_RELEASED_TOO_OFTEN");
  assertEquals(semaphore.getValue(), 1);
  using attached = BoundedSemaphore.attach(semaphore.handle);
  attached.release();
  await assertCode(() => attached.release(), "ISTHMUS_RELEASED_TOO_OFTEN");
  assert(attached instanceof Semaphore);
});

test("any thread may release a permit, and one that waits gets it", async () => {
  using semaphore = new Semaphore(0);
  using results = new Queue<unknown>();
  const process = start("release", semaphore, results);
  assertEquals(semaphore.acquireSync({ timeout: 20_000 }), true);
  await joined(process);
});

test("no more than as many as there are permits are in at once", async () => {
  using semaphore = new Semaphore(1);
  const words = new Int32Array(new SharedArrayBuffer(4));
  await joined(start("count", semaphore, words, 1000), start("countAsync", semaphore, words, 1000));
  assertEquals([words[0], semaphore.getValue()], [2000, 1]);
});

test("a waiter that dies takes no permit that others wait for", async () => {
  await quiet();
  using semaphore = new Semaphore(0);
  using results = new Queue<unknown>();
  const doomed = start("acquireAndStay", semaphore, results);
  await until(() => sleepers(semaphore) === 1);
  await kill(doomed);
  const waiting = semaphore.acquire({ timeout: 20_000 });
  semaphore.release();
  assertEquals([await waiting, semaphore.getValue(), results.empty()], [true, 0, true]);
});
