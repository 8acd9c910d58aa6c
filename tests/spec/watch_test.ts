import test from "node:test";
import { Worker } from "node:worker_threads";
import { assertRejects, assertThrows } from "@std/assert";
import { type Connection, ConnectionClosed, Queue, watch } from "../../mod.ts";

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

test("watch() takes workers that tell their end", () => {
  for (const bad of [undefined, null, {}, "worker"]) {
    assertThrows(() => watch(bad as never), TypeError, "node:worker_threads");
  }
});
