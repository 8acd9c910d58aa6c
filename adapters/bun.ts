import type { Runtime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { threadRuntime } from "./threads.ts";

/** Bun, in the thread that calls this. Its global Workers and those of `node:worker_threads` are numbered together. */
export function bun(): Runtime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  return threadRuntime({
    name: "bun",
    isMainThread,
    threadId,
    parallelism: Math.max(1, navigator.hardwareConcurrency),
  });
}
