/**
 * Workers that were started by other means than `Process`.
 * @module
 */
import { thisThread } from "./current.ts";
import { processRuntime } from "./program.ts";
import { recover } from "./recovery.ts";
import { doom, findThread } from "./threads.ts";

/** Where an exit is no end: how long a thread told to end may need to leave the operation it is in. */
const GRACE = 500;

/**
 * Watches a worker that was started by other means than {@linkcode Process}: when it ends, whatever the cause, what it held
 * is freed and nobody waits for it any longer. It is known when the event loop of the thread that watches turns: not while
 * that thread is blocked. (A Process is watched in any case, also then.)
 *
 * On Deno a worker that was terminated may run on in a loop that computes; half a second after its `exit` it is taken for ended.
 *
 * @param worker a Worker of `node:worker_threads`, on every runtime, or Bun's own global Worker. Call this before it ends
 * @throws {TypeError} if it is something else, such as Deno's global Worker, whose end Deno does not tell
 *
 * @example
 * ```ts ignore
 * import { Worker } from "node:worker_threads";
 * import { Queue, watch } from "@isthmus/isthmus";
 *
 * const queue = new Queue<string>();
 * const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: queue.handle });
 * watch(worker); // in worker.js: const queue = Queue.attach(workerData)
 * ```
 */
export function watch(worker: object): void {
  const runtime = processRuntime();
  const thread = thisThread();
  const threadId = runtime.watchWorker(worker, () => {
    for (let id = findThread(thread.memory, threadId); id !== 0; id = findThread(thread.memory, threadId)) {
      const ended = id;
      if (runtime.exitIsEnd) {
        if (!recover(thread, ended)) return;
        continue;
      }
      // One that has left by itself is not found; this one was terminated, and may be in the middle of something.
      doom(thread.memory, ended);
      setTimeout(() => recover(thread, ended), GRACE);
      return;
    }
  });
}
