/**
 * The few globals that all runtimes share, with types of our own, so that a user's type check needs no package of types.
 * Nothing here is looked up while a module loads.
 * @module
 */

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

/** What we use of `node:worker_threads`. */
export interface WorkerThreadsModule {
  readonly isMainThread: boolean;
  readonly threadId: number;
  getEnvironmentData(key: string): unknown;
  setEnvironmentData(key: string, value: unknown): void;
}

interface Builtins {
  "node:timers": TimersModule;
  "node:worker_threads": WorkerThreadsModule;
  "node:os": { availableParallelism(): number };
}

/** What we use of `process`. */
export interface ProcessGlobal {
  readonly versions: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?<Name extends keyof Builtins>(name: Name): Builtins[Name];
  on(event: "exit", listener: () => void): void;
}

/** The global `process`, which Node, Deno and Bun have in every thread. */
export function processGlobal(): ProcessGlobal {
  const { process } = globalThis as unknown as { process?: ProcessGlobal };
  if (typeof process?.getBuiltinModule !== "function") {
    throw new Error("Isthmus needs Node 20.16 or later, Deno 2 or Bun: process.getBuiltinModule does not exist here");
  }
  return process;
}

/** A `node:` module, got without an import: an import would have to be awaited or would fail where it does not exist. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return processGlobal().getBuiltinModule!(name);
}
