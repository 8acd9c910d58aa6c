/** At most 256 threads take part at once; one more is told, and what it was to do is not lost. */
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { thisThread } from "../../core/current.ts";
import { MAX_THREADS } from "../../core/layout.ts";
import { claimRecovery, Seat, vacate } from "../../core/threads.ts";
import { type Process, Queue, TooManyThreads } from "../../mod.ts";
import { FakeRuntime } from "../core/stage_helper.ts";
import { seats, start, until } from "./queue_helper.ts";

/** Takes all places but `free`, as threads that do nothing. Gives them back. */
function takeSeats(free: number): () => void {
  const { memory } = thisThread();
  const taken: Seat[] = [];
  while (seats() < MAX_THREADS - free) taken.push(new Seat(memory, new FakeRuntime()));
  return () => {
    for (const { id } of taken) {
      claimRecovery(memory, id, thisThread().id);
      vacate(memory, id);
    }
  };
}

/** What comes of a Process for which there is no place: a throw, if it needs a warden first, which has none either; else its error. */
function refusal(act: () => Process): unknown {
  try {
    const process = act();
    assert(process.joinSync({ timeout: 20_000 }), "it hangs");
    return process.error;
  } catch (error) {
    return error;
  }
}

test("one thread more than 256 gets TooManyThreads, and takes part when there is a place again", async () => {
  const queue = new Queue<unknown>();
  const results = new Queue<unknown>();
  const unwatched = takeSeats(0);
  try {
    assertInstanceOf(refusal(() => start("echo", queue, results)), TooManyThreads);
  } finally {
    unwatched();
  }
  // A first Process starts the thread that attends to all of them, which needs a place too.
  const first = start("echo", queue, results);
  queue.putSync(null);
  assert(await first.join({ timeout: 20_000 }));
  await until(() => seats() <= 2);
  const giveBack = takeSeats(0);
  try {
    assertEquals(seats(), MAX_THREADS);
    const process = start("echo", queue, results);
    assert(process.joinSync({ timeout: 20_000 }), "it hangs");
    assertEquals(process.exitCode, 1);
    assertInstanceOf(process.error, TooManyThreads);
    assert(process.error.message.includes("256"), process.error.message);
    const worker = new Worker(new URL("../fixtures/plain_worker.ts", import.meta.url));
    worker.postMessage(queue.handle);
    assertEquals(await new Promise((resolve) => worker.once("message", resolve)), "ISTHMUS_TOO_MANY_THREADS");
    await worker.terminate();
  } finally {
    giveBack();
  }
  // Nothing was taken from the queue, or kept.
  queue.putManySync([1, null]);
  const again: Process = start("echo", queue, results);
  assertEquals([await results.get({ timeout: 20_000 }), await again.join({ timeout: 20_000 })], [1, true]);
});
