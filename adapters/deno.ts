import type { ProcessRuntime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { withStarting } from "./starting.ts";
import { threadRuntime, V8_ARENA } from "./threads.ts";

/** A global Worker has no number; numbers of `node:worker_threads` stay far below this one. */
const UNNUMBERED = 2 ** 30;

/** Deno, in the thread that calls this. Nothing of Node is asked for here: the first that is takes Deno 12 ms. */
export function deno(): ProcessRuntime {
  const isMainThread = !("DedicatedWorkerGlobalScope" in globalThis);
  let threadId: number | undefined;
  const runtime = threadRuntime({
    name: "deno",
    isMainThread,
    threadId: () => threadId ??= isMainThread ? 0 : numberOfWorker(),
    // Unlike os.availableParallelism() it needs no permission.
    parallelism: Math.max(1, navigator.hardwareConcurrency),
    ...V8_ARENA,
  });
  return withStarting(runtime, {
    // After terminate() the event comes at once, while JavaScript that was running runs on.
    exitIsEnd: false,
    // A thread started by another than the main thread takes half a second to come up.
    startsThreads: isMainThread,
    tellsIdle: false,
    relaysOutput: false,
    // All threads share those of the process; reading them takes a permission.
    copiesEnvironment: false,
    workerOptions: ({ options: { deno } }) =>
      deno?.resourceLimits === undefined ? {} : { resourceLimits: deno.resourceLimits },
  });
}

function numberOfWorker(): number {
  const threads = builtin("node:worker_threads");
  // In a global Worker `node:worker_threads` believes to be in the main thread.
  return threads.isMainThread ? UNNUMBERED + Math.floor(Math.random() * UNNUMBERED) : threads.threadId;
}
