/**
 * The few globals that all runtimes share, with types of our own, so that a user's type check needs no package of types.
 * Nothing here is looked up while a module loads.
 * @module
 */

import type { Line } from "../core/runtime.ts";

/** A timer of `node:timers`. */
export interface Timer {
  ref(): void;
  unref(): void;
}

/** What we use of `node:timers`. */
export interface TimersModule {
  setInterval(callback: () => void, milliseconds: number): Timer;
  setImmediate(callback: () => void): unknown;
}

/** What we use of a Worker of `node:worker_threads`. */
export interface NodeWorker {
  readonly threadId: number;
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
  unref(): void;
  terminate(): unknown;
}

/** What we use of `node:worker_threads`. */
export interface WorkerThreadsModule {
  readonly isMainThread: boolean;
  readonly threadId: number;
  readonly workerData: unknown;
  readonly Worker: new (url: URL, options: Record<string, unknown>) => NodeWorker;
  readonly MessageChannel: new () => { port1: Line; port2: Line };
  getEnvironmentData(key: string): unknown;
  setEnvironmentData(key: string, value: unknown): void;
}

/** What we use of the methods of `node:buffer`'s Buffer: text to bytes and back, and copying. They work on any Uint8Array. */
export interface BufferMethods {
  copy(target: Uint8Array, at: number, start: number, end: number): number;
  latin1Write(text: string, at: number, length: number): number;
  ucs2Write(text: string, at: number, length: number): number;
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
}

/** What we use of Buffer itself. */
export interface BufferClass {
  readonly prototype: BufferMethods;
  byteLength(text: string): number;
  /** In a buffer of its own, which is not filled with zeros. */
  allocUnsafeSlow(length: number): { readonly buffer: ArrayBuffer };
}

interface Builtins {
  "node:buffer": { Buffer: BufferClass };
  "node:timers": TimersModule;
  "node:worker_threads": WorkerThreadsModule;
  "node:os": { availableParallelism(): number };
  "node:fs": { existsSync(path: URL): boolean };
  /** Not in every Bun. */
  "bun:jsc": { estimateShallowMemoryUsageOf?(value: string): number } | undefined;
}

/** What we use of a stream such as `process.stdout`. */
export interface OutputStream {
  write(text: string, written: () => void): unknown;
}

/** What we use of `process`. */
export interface ProcessGlobal {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly argv: string[];
  readonly arch: string;
  readonly env: Record<string, string | undefined>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  exitCode?: number | string | null | undefined;
  exit(code?: number | string | null): never;
  getBuiltinModule?<Name extends keyof Builtins>(name: Name): Builtins[Name];
  on(event: "exit", listener: (code: number) => void): void;
  on(event: "beforeExit", listener: () => void): void;
  on(event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void): void;
  listenerCount(event: string): number;
}

let found: ProcessGlobal | undefined;
let readProcess: (() => unknown) | undefined;

/**
 * Makes sure that `process` is found when it is needed, though the program may delete or replace it after the import. Deno
 * loads it when it is first read, so here it is not.
 */
export function holdProcess(): void {
  readProcess = Object.getOwnPropertyDescriptor(globalThis, "process")?.get;
}

/** The global `process`, which Node, Deno and Bun have in every thread. */
export function processGlobal(): ProcessGlobal {
  if (found !== undefined) return found;
  const process =
    (readProcess === undefined ? (globalThis as { process?: unknown }).process : readProcess.call(globalThis)) as
      | ProcessGlobal
      | undefined;
  if (typeof process?.getBuiltinModule !== "function") {
    throw new Error("Isthmus needs Node 20.16 or later, Deno 2 or Bun: process.getBuiltinModule does not exist here");
  }
  return found = process;
}

/** A `node:` module, got without an import: an import would have to be awaited or would fail where it does not exist. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return processGlobal().getBuiltinModule!(name);
}
