/**
 * Starting other threads and ending this one, as all runtimes do it, through `node:` modules.
 * @module
 */

import { show } from "../core/deadline.ts";
import { ProcessError } from "../core/errors.ts";
import type { Line, ProcessRuntime, Runtime, StartedThread, ThreadEvents, ThreadStart } from "../core/runtime.ts";
import { builtin, type NodeWorker, processGlobal } from "./globals.ts";
import { siblingUrl } from "./sibling_url.ts";

/** What one runtime does in its own way. */
export interface StartingDifferences {
  readonly exitIsEnd: boolean;
  readonly startsThreads: boolean;
  readonly relaysOutput: boolean;
  /** Whether a thread that is not the main one emits `beforeExit` when it has nothing left to do. */
  readonly tellsIdle: boolean;
  /** Whether a new thread needs to be told the environment variables. */
  readonly copiesEnvironment: boolean;
  /** The runtime's own part of the options of a Worker. */
  workerOptions(start: ThreadStart): Record<string, unknown>;
}

/** Our data of a thread lie under this name in its `workerData`, so that no other worker's are taken for ours, nor a handle. */
const DATA = "isthmus.thread";

/** `runtime`, and what starting and ending threads needs. */
export function withStarting(runtime: Runtime, differences: StartingDifferences): ProcessRuntime {
  const { exitIsEnd, startsThreads, relaysOutput } = differences;
  return {
    ...runtime,
    exitIsEnd,
    startsThreads,
    relaysOutput,
    entry: () => siblingUrl("boot", import.meta.url),
    checkEntry,
    startThread: (start, transfer, events) => startThread(differences, start, transfer, events),
    openLine() {
      const { port1, port2 } = new (builtin("node:worker_threads").MessageChannel)();
      return [port1, port2];
    },
    bootData() {
      if (runtime.isMainThread) return undefined;
      const data = builtin("node:worker_threads").workerData as Record<string, unknown> | null | undefined;
      const own = data?.[DATA] as Record<string, unknown> | undefined;
      // Another copy of this module that the thread loads, such as one in a bundle, must not do the same again.
      if (own !== undefined) delete data![DATA];
      return own;
    },
    programArguments: () => processGlobal().argv.slice(2),
    environment: () => differences.copiesEnvironment ? { ...processGlobal().env } as Record<string, string> : undefined,
    exit: (code) => processGlobal().exit(code),
    exitCode: () => Number(processGlobal().exitCode ?? 0),
    onExitCode: (callback) => onExitCode(callback, differences.tellsIdle),
    onUncaught,
    onIdle(callback) {
      let called = false;
      // Work that begins here brings the event again when it is done.
      processGlobal().on("beforeExit", () => {
        if (!called) callback();
        called = true;
      });
    },
    flushOutput(callback) {
      const { stdout, stderr } = processGlobal();
      // One turn first: what other threads' streams have brought is written on by then.
      builtin("node:timers").setImmediate(() => stdout.write("", () => stderr.write("", callback)));
    },
    watchWorker,
  };
}

function checkEntry(entry: string): void {
  const url = new URL(entry);
  if (url.protocol !== "file:") return;
  // Of our own files the entry imports some of another folder. Where a bundler has moved this module, it imports none.
  const own = /\/adapters\/starting\.[a-z]+$/.test(import.meta.url) && entry === siblingUrl("boot", import.meta.url);
  const found = exists(url);
  if (own) exists(new URL(siblingUrl("../core/context", import.meta.url)));
  if (found) return;
  throw new ProcessError(
    `The file that runs in new threads does not lie at ${entry}. If a bundler has moved this module, build its entry ` +
      `"./boot" as a file of its own and say where it lies with setWorkerEntry(url).`,
    "ISTHMUS_PROCESS_ENTRY",
  );
}

function exists(file: URL): boolean {
  try {
    return builtin("node:fs").existsSync(file);
  } catch (error) {
    throw new ProcessError(
      `Deno gives no permission to read ${file.href}, which runs in new threads. Run the program with ` +
        "--allow-read; if that lists what may be read, it needs Isthmus and the modules of the targets.",
      "ISTHMUS_PROCESS_PERMISSION",
      { cause: error },
    );
  }
}

function startThread(
  differences: StartingDifferences,
  start: ThreadStart,
  transfer: Line[],
  events: ThreadEvents,
): StartedThread {
  const { Worker } = builtin("node:worker_threads");
  // Worker threads refuse https: (which is where JSR and CDNs serve modules), but not a data: URL that imports it.
  const remote = /^https?:/.test(start.entry);
  const url = remote
    ? `data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(start.entry)}`)}`
    : start.entry;
  const env = start.options.env ?? start.env;
  const worker = new Worker(new URL(url), {
    name: start.name,
    argv: [...start.argv],
    ...(env === undefined ? {} : { env }),
    workerData: { [DATA]: start.data },
    transferList: transfer,
    ...differences.workerOptions(start),
  });
  worker.on("error", (error) => events.failed(error));
  worker.on("exit", (code) => events.exited(code));
  worker.unref();
  return { threadId: worker.threadId, terminate: () => void worker.terminate() };
}

function onExitCode(
  callback: (code: number, why: "called" | "idle" | "ended") => void,
  tellsIdle: boolean,
): void {
  const process = processGlobal();
  const { exit } = process;
  let called = false;
  /** As it was asked for: some runtimes cut it to what a process can give. */
  let asked: number | undefined;
  let idle = !tellsIdle;
  process.on("beforeExit", () => idle = true);
  // An empty event loop and a call without a code look alike to the event.
  process.exit = (code) => {
    called = true;
    if (Number.isInteger(Number(code ?? NaN))) asked = Number(code);
    return exit.call(process, code);
  };
  process.on("exit", (code) => callback(asked ?? code, called ? "called" : idle && code === 0 ? "idle" : "ended"));
}

function onUncaught(callback: (error: unknown) => void): void {
  const process = processGlobal();
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      // The program's own handlers decide, if it has any.
      if (process.listenerCount(event) === 1) callback(error);
    });
  }
}

function watchWorker(worker: unknown, ended: () => void): number {
  const { threadId, on, addEventListener } = (worker ?? {}) as Partial<NodeWorker> & Partial<EventTarget>;
  if (typeof threadId === "number" && typeof on === "function") {
    on.call(worker as NodeWorker, "exit", ended);
    return threadId;
  }
  if (typeof threadId === "number" && typeof addEventListener === "function") {
    addEventListener.call(worker as EventTarget, "close", ended);
    return threadId;
  }
  throw new TypeError(
    `worker must be a Worker of node:worker_threads, or Bun's own: one that has a number and tells its end; not ${
      show(worker)
    }. Use Worker of node:worker_threads.`,
  );
}
