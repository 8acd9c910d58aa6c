import type { ProcessRuntime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { withStarting } from "./starting.ts";
import { threadRuntime } from "./threads.ts";

/** Bun, in the thread that calls this. Its global Workers and those of `node:worker_threads` are numbered together. */
export function bun(): ProcessRuntime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  const parallelism = Math.max(1, navigator.hardwareConcurrency);
  return withStarting(threadRuntime({ name: "bun", isMainThread, threadId: () => threadId, parallelism }), {
    exitIsEnd: true,
    startsThreads: false,
    tellsIdle: true,
    relaysOutput: false,
    copiesEnvironment: true,
    workerOptions: ({ options: { bun } }) => (bun?.smol === undefined ? {} : { smol: bun.smol }),
  });
}
