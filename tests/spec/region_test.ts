/** The two buffers of a region are one memory, in every thread. What else is seen through them: views_test.ts. */
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assertEquals } from "@std/assert";
import { runtime } from "../../core/current.ts";
import { beginningOf, wholeOf } from "../../core/region.ts";
import { until } from "./queue_helper.ts";

const BYTES = 4 << 20;

const directions = { "the beginning": "the whole", "the whole": "the beginning" };
for (const [waits, wakes] of Object.entries(directions)) {
  test(`who waits through ${waits} is woken through ${wakes}`, async () => {
    const region = runtime().allocate(BYTES, 4 * BYTES);
    const buffers: Record<string, SharedArrayBuffer> = {
      "the beginning": beginningOf(region),
      "the whole": wholeOf(region)!,
    };
    const worker = new Worker(new URL("../fixtures/region_worker.ts", import.meta.url), {
      workerData: { buffer: buffers[waits] },
    });
    const told = once(worker, "message");
    const words = new Int32Array(buffers[wakes], 0, 2);
    await until(() => Atomics.notify(words, 0) === 1);
    await until(() => Atomics.notify(words, 1) === 1);
    assertEquals(await told, [["ok", "ok"]]);
    await worker.terminate();
  });
}
