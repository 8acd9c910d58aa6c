/** Workers that are no Processes: what they had in their hands when they died is freed, once the watching loop turns. */
import test from "node:test";
import { Worker } from "node:worker_threads";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Connection, ConnectionClosed, Lock, Queue, watch } from "../../mod.ts";
import { thisThread } from "../../core/current.ts";
import { addedSince, census } from "../harness/census.ts";
import { hands, promised, wantedIn } from "./dying_helper.ts";
import { until } from "./queue_helper.ts";
import { joined, quiet, sleepers, start } from "./sync_helper.ts";

const file = new URL("../fixtures/watched_worker.ts", import.meta.url);

for (const how of ["exit", "terminate"]) {
  test(`what a watched worker held is freed when it ends by ${how}`, async () => {
    using queue = new Queue<Connection<unknown, unknown>>();
    const worker = new Worker(file, { workerData: { handle: queue.handle, how } });
    watch(worker);
    using end = await queue.get({ timeout: 20_000 });
    if (how === "terminate") await worker.terminate();
    await assertRejects(() => end.recv({ timeout: 10_000 }), ConnectionClosed);
  });
}

const dying = new URL("../fixtures/dying_worker.ts", import.meta.url);
const limited = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

/** Starts a watched worker that takes the things by their handles, and dies in that way. Its end comes with `ended`. */
function startDying(way: string, handles: object, ready: Queue<string>, set: number | undefined, blocking = false) {
  const worker = new Worker(dying, {
    workerData: { handles, ready: ready.handle, way, blocking, wanted: wantedIn(set) },
    ...(way === "memory" ? { resourceLimits: limited } : {}),
  });
  const ended = new Promise((resolve) => worker.on("exit", resolve));
  worker.on("error", () => {});
  watch(worker);
  return { worker, ended };
}

for (const way of ["terminate", "exit", "throw", "uncaught", "rejection", "memory"]) {
  const skip = way === "memory" && "Bun" in globalThis ? "Bun limits no thread's memory" : false;
  test(`${way}: a watched worker with everything in its hands`, { skip }, async () => {
    await quiet();
    const before = census(thisThread().memory);
    const ready = new Queue<string>();
    const taken = Object.entries(hands).map(([name, make]) => ({ name, ...make() }));
    const handles = Object.fromEntries(taken.map(({ name, thing }) => [name, thing.handle]));
    const { worker, ended } = startDying(way, handles, ready, taken[0].set);
    assertEquals(await ready.get({ timeout: 30_000 }), "ready");
    for (const { waited = () => true } of taken) await until(waited);
    for (const { parted } of taken) parted?.();
    if (way === "terminate") await worker.terminate();
    await Promise.all(taken.map((each) => each.check(promised, () => ended)));
    for (const each of taken) each.close();
    ready.close();
    await quiet();
    await until(() => addedSince(before, thisThread().memory).length === 0);
  });
}

test("another thread that is blocked gets the lock of a watched worker", async () => {
  await quiet();
  using lock = new Lock();
  using ready = new Queue<string>();
  using results = new Queue<unknown>();
  const { worker } = startDying("terminate", { lock: lock.handle }, ready, undefined, true);
  assertEquals(await ready.get({ timeout: 30_000 }), "ready");
  const other = start("acquireAndRelease", lock, results);
  await until(() => sleepers(lock) === 1);
  await worker.terminate();
  await joined(other);
  assertEquals([await results.get(), lock.locked(), lock.abandoned], [true, false, false]);
});

test("watch() takes workers that tell their end", () => {
  for (const bad of [undefined, null, {}, "worker"]) {
    assertThrows(() => watch(bad as never), TypeError, "node:worker_threads");
  }
});
