import type { Runtime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { threadRuntime } from "./threads.ts";

/** A global Worker has no number; numbers of `node:worker_threads` stay far below this one. */
const UNNUMBERED = 2 ** 30;

/** Deno, in the thread that calls this. */
export function deno(): Runtime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  // In a global Worker `node:worker_threads` believes to be in the main thread; only the scope's class tells.
  const isGlobalWorker = isMainThread && "DedicatedWorkerGlobalScope" in globalThis;
  return threadRuntime({
    name: "deno",
    isMainThread: isMainThread && !isGlobalWorker,
    threadId: isGlobalWorker ? UNNUMBERED + Math.floor(Math.random() * UNNUMBERED) : threadId,
    // Unlike os.availableParallelism() it needs no permission.
    parallelism: Math.max(1, navigator.hardwareConcurrency),
  });
}
