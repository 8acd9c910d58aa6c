/**
 * Queues and processes in the manner of Python's `multiprocessing`, on threads: one program on Node, Deno and Bun.
 *
 * @example
 * ```ts
 * import { isMainThread, Process } from "@isthmus/isthmus";
 *
 * export function greet(name: string) {
 *   console.log(`Hello ${name}`);
 * }
 *
 * if (isMainThread) {
 *   const process = new Process({ module: import.meta.url, target: greet, args: ["world"] }).start();
 *   await process.join();
 * }
 * ```
 * @module
 */

import { detect } from "./adapters/detect.ts";
import { provideProcesses } from "./core/context.ts";

/** Whether this is the program's first thread. For the guard `if (isMainThread) { … }` in a module that is also a Process's. */
export const isMainThread: boolean = provideProcesses(detect()).isMainThread;

export * from "./core/errors.ts";
export {
  activeChildren,
  type AttachOptions,
  type Codec,
  cpuCount,
  currentProcess,
  JoinableQueue,
  parentProcess,
  Process,
  type ProcessOptions,
  Queue,
  type QueueHandle,
  type QueueOptions,
  setWorkerEntry,
  SimpleQueue,
  type SimpleQueueHandle,
  type SyncOptions,
  type WaitOptions,
  watch,
} from "./core/context.ts";
export type { ResourceLimits, ThreadOptions } from "./core/runtime.ts";
