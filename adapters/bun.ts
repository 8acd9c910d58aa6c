import type { ProcessRuntime } from "../core/runtime.ts";
import { windowedBuffer } from "../core/region.ts";
import { builtin } from "./globals.ts";
import { withStarting } from "./starting.ts";
import { threadRuntime } from "./threads.ts";

/**
 * JavaScriptCore takes what a thread first sees of the arena for part of its heap, and collects when as much again has been allocated:
 * with 64 MiB every object and text that arrives lies in memory that has left the caches, or was given back to the system meanwhile.
 * 8 MiB hold a backlog of 4 MiB, which streams keep to, and what else there is.
 */
const ARENA = { arenaBytes: 8 << 20, allocate: windowedBuffer };

/** Bun, in the thread that calls this. Its global Workers and those of `node:worker_threads` are numbered together. */
export function bun(): ProcessRuntime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  const parallelism = Math.max(1, navigator.hardwareConcurrency);
  return withStarting(
    threadRuntime({ name: "bun", isMainThread, threadId: () => threadId, parallelism, ...ARENA }),
    {
      exitIsEnd: true,
      startsThreads: false,
      tellsIdle: true,
      relaysOutput: false,
      copiesEnvironment: true,
      workerOptions: ({ options: { bun } }) => (bun?.smol === undefined ? {} : { smol: bun.smol }),
    },
  );
}
