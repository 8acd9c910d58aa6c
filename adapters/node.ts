import type { Runtime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { threadRuntime } from "./threads.ts";

/** Node, in the thread that calls this. */
export function node(): Runtime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  return threadRuntime({
    name: "node",
    isMainThread,
    threadId,
    parallelism: Math.max(1, builtin("node:os").availableParallelism()),
  });
}
