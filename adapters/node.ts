import type { ProcessRuntime } from "../core/runtime.ts";
import { builtin } from "./globals.ts";
import { withStarting } from "./starting.ts";
import { threadRuntime, V8_ARENA } from "./threads.ts";

/** Node, in the thread that calls this. */
export function node(): ProcessRuntime {
  const { isMainThread, threadId } = builtin("node:worker_threads");
  const parallelism = Math.max(1, builtin("node:os").availableParallelism());
  return withStarting(
    threadRuntime({ name: "node", isMainThread, threadId: () => threadId, parallelism, ...V8_ARENA }),
    {
      exitIsEnd: true,
      startsThreads: false,
      tellsIdle: true,
      relaysOutput: true,
      copiesEnvironment: true,
      workerOptions: ({ options: { node } }) => ({
        ...(node?.resourceLimits === undefined ? {} : { resourceLimits: node.resourceLimits }),
        ...(node?.execArgv === undefined ? {} : { execArgv: node.execArgv }),
      }),
    },
  );
}
