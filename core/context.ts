/**
 * The threads context: what begins it, and all that is public in it.
 * @module
 */
import { type Load, type ProcessData, runProcess } from "./process_run.ts";
import { processRuntime } from "./program.ts";
import { runWarden } from "./warden.ts";
import { preparePrinting } from "./printing.ts";

preparePrinting();

/** Does what this thread was started for, if it was started by us. `load` imports a module. */
export function runThread(load: Load): void {
  const data = processRuntime().bootData();
  if (data?.role === "warden") runWarden(data);
  else if (data?.role === "process") void runProcess(data as unknown as ProcessData, load);
}

export type { Codec } from "./codec.ts";
export { JoinableQueue } from "./joinable_queue.ts";
export { Queue } from "./queue.ts";
export type { QueueHandle } from "./queue.ts";
export type { AttachOptions } from "./queue_opening.ts";
export type { QueueOptions } from "./queue_options.ts";
export { SimpleQueue } from "./simple_queue.ts";
export type { SimpleQueueHandle } from "./simple_queue.ts";
export { Acquirable } from "./acquirable.ts";
export { Barrier } from "./barrier.ts";
export type { BarrierOptions } from "./barrier.ts";
export { Condition } from "./condition.ts";
export { Event } from "./event.ts";
export type { Handle } from "./handles.ts";
export { Lock } from "./lock.ts";
export { RLock } from "./rlock.ts";
export { BoundedSemaphore, Semaphore } from "./semaphore.ts";
export { SharedObject } from "./shared_object.ts";
export { Connection } from "./connection.ts";
export type { Bytes, ConnectionHandle } from "./connection.ts";
export type { ElementKind, ElementOf, ElementTypes } from "./element_kinds.ts";
export type { SharedElements } from "./element_store.ts";
export type { Guard, SharedOptions } from "./guard.ts";
export { Pipe } from "./pipe.ts";
export type { PipeOptions } from "./pipe.ts";
export { SharedArray } from "./shared_array.ts";
export type { SharedArrayHandle } from "./shared_array.ts";
export { SharedValue } from "./shared_value.ts";
export type { SharedValueHandle } from "./shared_value.ts";
export { wait, waitSync } from "./wait.ts";
export type { Waitable } from "./waitable.ts";
export type { SyncOptions, WaitOptions } from "./deadline.ts";
export { activeChildren, Process } from "./process.ts";
export type { ProcessOptions } from "./process_options.ts";
export { cpuCount, currentProcess, parentProcess, provideProcesses, setWorkerEntry } from "./program.ts";
export { watch } from "./watch.ts";
