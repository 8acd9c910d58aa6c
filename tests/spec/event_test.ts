/** Event. */
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Event, Queue } from "../../mod.ts";
import { pending, rejected, turns, until } from "./queue_helper.ts";
import { assertCode, checkOptions, checkTravel, joined, sleepers, start } from "./sync_helper.ts";

test("an event is set and cleared, as often as one likes", () => {
  using event = new Event();
  assertEquals(event.isSet(), false);
  event.clear();
  for (let i = 0; i < 3; i++) {
    event.set();
    event.set();
    assertEquals(event.isSet(), true);
    event.clear();
    event.clear();
    assertEquals(event.isSet(), false);
  }
  assertThrows(() => new (Event as unknown as new (value: boolean) => Event)(true), TypeError, "true");
});

test("waits for a set event are over at once, for a clear one at their timeout", async () => {
  using event = new Event();
  for (const timeout of [0, -1, 5]) {
    const begun = performance.now();
    assertEquals(event.waitSync({ timeout }), false);
    assertEquals(await event.wait({ timeout }), false);
    assert(performance.now() - begun >= 2 * timeout - 1);
  }
  event.set();
  assertEquals([event.waitSync(), event.waitSync({ timeout: 0 }), await event.wait()], [true, true, true]);
  assertEquals(event.isSet(), true);
});

test("options are checked, and an abort ends the wait", async () => {
  using event = new Event();
  event.set();
  await checkOptions({ async: (options) => event.wait(options), sync: (options) => event.waitSync(options) });
  event.clear();
  const abort = new AbortController();
  const waiting = event.wait({ signal: abort.signal });
  await turns();
  abort.abort("enough");
  assertEquals(await rejected(waiting), "enough");
  assertEquals(pending(), 0);
});

test("set wakes all who wait, threads and tasks", async () => {
  using event = new Event();
  using results = new Queue<unknown>();
  const processes = [0, 1].map(() => start("waitEvent", event, results));
  await until(() => sleepers(event) === 2);
  const tasks = [event.wait(), event.wait({ timeout: 20_000 })];
  event.set();
  assertEquals(await Promise.all(tasks), [true, true]);
  await joined(...processes);
  assertEquals([results.getSync(), results.getSync()], [true, true]);
});

test("who waits before set() is told so, though clear() follows at once", async () => {
  using event = new Event();
  using results = new Queue<unknown>();
  const process = start("waitEvent", event, results);
  await until(() => sleepers(event) === 1);
  const task = event.wait();
  event.set();
  event.clear();
  assertEquals(await task, true);
  await joined(process);
  assertEquals(results.getSync(), true);
  assertEquals(await event.wait({ timeout: 2 }), false);
});

test("set goes on when a waiter has died", async () => {
  using event = new Event();
  using results = new Queue<unknown>();
  const doomed = start("waitEvent", event, results);
  const other = start("waitEvent", event, results);
  await until(() => sleepers(event) === 2);
  doomed.kill();
  event.set();
  assert(await doomed.join({ timeout: 30_000 }));
  await joined(other);
});

test("an event travels by handle and in items, until it is closed", async () => {
  const event = new Event();
  event.set();
  await checkTravel(event, (handle) => Event.attach(handle), (event) => event.isSet());
});

test("closing ends the waits of this handle alone", async () => {
  const event = new Event();
  using other = Event.attach(event.handle);
  const waiting = event.wait();
  const patient = other.wait();
  event.close();
  await assertCode(() => waiting, "ISTHMUS_CLOSED");
  for (const use of [() => event.set(), () => event.clear(), () => event.isSet(), () => event.wait()]) {
    await assertCode(use, "ISTHMUS_CLOSED");
  }
  other.set();
  assertEquals(await patient, true);
});
