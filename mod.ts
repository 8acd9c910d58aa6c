/**
 * Queues and processes in the manner of Python's `multiprocessing`, on threads: one program on Node, Deno and Bun.
 *
 * - Messages: {@linkcode Queue}, {@linkcode JoinableQueue}, {@linkcode SimpleQueue}; {@linkcode Pipe} and {@linkcode Connection};
 *   {@linkcode wait} for the first of several.
 * - Threads: {@linkcode Process}, {@linkcode isMainThread}, {@linkcode currentProcess}, {@linkcode activeChildren},
 *   {@linkcode cpuCount}; {@linkcode watch} for workers of your own.
 * - Locks and the like: {@linkcode Lock}, {@linkcode RLock}, {@linkcode Semaphore}, {@linkcode BoundedSemaphore},
 *   {@linkcode Condition}, {@linkcode Event}, {@linkcode Barrier}.
 * - Numbers in common: {@linkcode SharedValue}, {@linkcode SharedArray}.
 * - Errors: {@linkcode IsthmusError} above all, {@linkcode QueueEmpty}, {@linkcode QueueFull}, {@linkcode QueueShutDown},
 *   {@linkcode QueueClosed}, {@linkcode ConnectionClosed}, {@linkcode NotSerializable}, {@linkcode TimeoutError},
 *   {@linkcode ProcessError} and a few more.
 *
 * A waiting operation comes as `op()`, which gives a promise, as `opSync()`, which blocks this thread, and often as
 * `opNowait()`, which tries once. How long it may wait is said by {@linkcode WaitOptions}, in milliseconds.
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
 *   const module = import.meta.url;
 *   const worker = new Process({ module, target: greet, args: ["world"] });
 *   await worker.start().join();
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
