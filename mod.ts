/**
 * Queues and processes in the manner of Python's `multiprocessing`, on threads: one program on Node, Deno and Bun.
 *
 * @example
 * ```ts
 * import { isMainThread, Process } from "@isthmus/isthmus";
 *
 * export function greet(name: string) {
 *   console.log(`Hello ${name}`); // Hello world
 * }
 *
 * if (isMainThread) {
 *   const process = new Process({ module: import.meta.url, target: greet, args: ["world"] }).start();
 *   await process.join();
 * }
 * ```
 * @module
 */

// Does nothing here. On Deno a worker's file is downloaded by the main thread's loop: one that blocks at once must have it.
import "./adapters/boot.ts";
import { detect } from "./adapters/detect.ts";
import { provideProcesses } from "./core/context.ts";

/** Whether this is the program's first thread. For the guard `if (isMainThread) { … }` in a module that is also a Process's. */
export const isMainThread: boolean = provideProcesses(detect()).isMainThread;

export * from "./core/errors.ts";
export {
  Acquirable,
  activeChildren,
  type AttachOptions,
  Barrier,
  type BarrierOptions,
  BoundedSemaphore,
  type Bytes,
  type Codec,
  Condition,
  Connection,
  type ConnectionHandle,
  cpuCount,
  currentProcess,
  type ElementKind,
  type ElementOf,
  type ElementTypes,
  Event,
  type Guard,
  type Handle,
  JoinableQueue,
  Lock,
  parentProcess,
  Pipe,
  type PipeOptions,
  Process,
  type ProcessOptions,
  Queue,
  type QueueHandle,
  type QueueOptions,
  RLock,
  Semaphore,
  setWorkerEntry,
  SharedArray,
  type SharedArrayHandle,
  type SharedElements,
  SharedObject,
  type SharedOptions,
  SharedValue,
  type SharedValueHandle,
  SimpleQueue,
  type SimpleQueueHandle,
  type SyncOptions,
  wait,
  type Waitable,
  type WaitOptions,
  waitSync,
  watch,
} from "./core/context.ts";
export type { ResourceLimits, ThreadOptions } from "./core/runtime.ts";
