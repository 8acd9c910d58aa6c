/** The two buffers of a region are one memory, in every thread. What else is seen through them: views_test.ts. */
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assertEquals } from "@std/assert";
import { beginningOf, growableBuffer, wholeOf, windowedBuffer } from "../../core/region.ts";

const BYTES = 4 << 20;
/** As the adapters do: Node 26 cannot send the buffers of a window. */
const allocate = process.versions.bun === undefined ? growableBuffer : windowedBuffer;

/** Wakes whoever waits on word `index`, once somebody does. */
async function wake(words: Int32Array, index: number): Promise<void> {
  while (Atomics.notify(words, index) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 1));
}

const directions = { "the beginning": "the whole", "the whole": "the beginning" };
for (const [waits, wakes] of Object.entries(directions)) {
  test(`who waits through ${waits} is woken through ${wakes}`, async () => {
    const region = allocate(BYTES, 4 * BYTES);
    const buffers: Record<string, SharedArrayBuffer> = {
      "the beginning": beginningOf(region),
      "the whole": wholeOf(region)!,
    };
    const worker = new Worker(new URL("../fixtures/region_worker.ts", import.meta.url), {
      workerData: { buffer: buffers[waits] },
    });
    const told = once(worker, "message");
    const words = new Int32Array(buffers[wakes], 0, 2);
    await wake(words, 0);
    await wake(words, 1);
    assertEquals(await told, [["ok", "ok"]]);
    await worker.terminate();
  });
}
