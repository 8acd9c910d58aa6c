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
import { processRuntime, provideProcesses } from "./core/program.ts";

provideProcesses(detect());

/** Whether this is the program's first thread. For the guard `if (isMainThread) { … }` in a module that is also a Process's. */
export const isMainThread: boolean = processRuntime().isMainThread;

export * from "./core/errors.ts";
export type { SyncOptions, WaitOptions } from "./core/deadline.ts";
export { activeChildren, Process } from "./core/process.ts";
export type { ProcessOptions } from "./core/process_options.ts";
export { cpuCount, currentProcess, parentProcess, setWorkerEntry } from "./core/program.ts";
export type { ResourceLimits, ThreadOptions } from "./core/runtime.ts";
export { watch } from "./core/watch.ts";
