/**
 * piscina: a pool of workers that are called.
 * @module
 */

import { importExtra } from "../extras.ts";

interface Pool {
  run(task: unknown): Promise<unknown>;
  destroy(): Promise<void>;
}
interface Library {
  default: new (options: Record<string, unknown>) => Pool;
}

/** How many calls one worker may have at a time. */
const AT_ONCE = 64;

/** A pool of two workers that run task_call.ts. */
export async function pool(): Promise<Pool> {
  const { default: Piscina } = await importExtra<Library>("piscina");
  const filename = new URL("../task_call.ts", import.meta.url).href;
  return new Piscina({ filename, minThreads: 2, maxThreads: 2, concurrentTasksPerWorker: AT_ONCE });
}
