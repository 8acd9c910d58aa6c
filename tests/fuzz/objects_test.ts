/**
 * The words of locks, semaphores, conditions, events, barriers, pipes, shared values and Processes overwritten at random: see
 * shared_words_test.ts for queues. In a thread that is watched, for a call that never ends cannot say so itself.
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Orders, Report } from "./objects_worker.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
/** Longer than any call takes, and than the thread takes to come up, on a busy machine. Milliseconds. */
const LONG = 20_000;

test("objects whose words were overwritten give values or errors, before long", async (t) => {
  const progress = new Int32Array(new SharedArrayBuffer(12));
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
  const orders: Orders = { runs: RUNS, seed, progress };
  const worker = new Worker(new URL("./objects_worker.ts", import.meta.url), { workerData: orders });
  let watchdog: ReturnType<typeof setInterval> | undefined;
  const report = await new Promise<Report>((resolve, reject) => {
    worker.on("message", resolve);
    worker.on("error", reject);
    let seen = -1;
    watchdog = setInterval(() => {
      const [count, target, call] = progress;
      if (count === seen) reject(new Error(`call ${call} of object ${target} does not end; seed ${seed}`));
      seen = count;
    }, LONG);
  }).finally(() => {
    clearInterval(watchdog);
    return worker.terminate();
  });
  assertEquals(report.failure, undefined);
  const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, count) => sum + count, 0);
  assert(total(report.given) > 0 && total(report.errors) > 0);
  t.diagnostic?.(`${total(report.given)} values, ${total(report.errors)} errors`);
});
