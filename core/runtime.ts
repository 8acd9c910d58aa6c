/**
 * The port: what the core needs of a runtime, as types only. An adapter fills it in; the core never looks for one.
 * @module
 */

import type { Region } from "./region.ts";

/** What a thread can ask of the runtime it runs on. Every member is called from the thread that the adapter runs in. */
export interface Runtime {
  /** The runtime's name, for messages. */
  readonly name: "node" | "deno" | "bun";
  /** Whether this is the program's first thread. */
  readonly isMainThread: boolean;
  /** The runtime's own number for this thread, unique among the living ones of the program; 0 for main. */
  threadId(): number;
  /** How many threads can run at once. At least 1. */
  readonly parallelism: number;
  /** Whether this thread may block in a wait. */
  readonly mayBlock: boolean;
  /** Holds this thread's event loop open (`true`) or no longer (`false`). Called only on changes, often; must cost well under 100 ns. */
  keepAlive(on: boolean): void;
  /** Calls back in the next turn of the event loop, after pending I/O was looked at. Holds the loop open until then. */
  soon(callback: () => void): void;
  /**
   * How many bytes an arena that this thread makes begins with: a power of two, from 4 MiB to 4 GiB. It grows when they are spent.
   * An engine that counts shared memory as part of each thread's heap wants few.
   */
  readonly arenaBytes: number;
  /** Gives shared memory of so many bytes, which can become `most`. Throws where there is no address space for that. */
  allocate(bytes: number, most: number): Region;
  /** What the thread that started this one handed down, if anything. */
  inheritedArena(): unknown;
  /** Hands the arena down to every thread that this one starts from now on. */
  bequeathArena(region: Region): void;
  /** Calls back when this thread ends by itself (returns, `process.exit`), as its last act. Not called when it is killed. */
  onExit(callback: () => void): void;
}

/** One end of a channel between two threads: what a MessagePort of `node:worker_threads` has on every runtime. */
export interface Line {
  postMessage(message: unknown, transfer?: Line[]): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  unref(): void;
  close(): void;
}

/** What a new thread is given, each runtime reading its own part. */
export interface ThreadOptions {
  /** The thread's environment variables. Default: a copy of those of the thread that starts it (on Deno: the same ones). */
  env?: Record<string, string> | undefined;
  /** For Node. */
  node?: { resourceLimits?: ResourceLimits | undefined; execArgv?: string[] | undefined } | undefined;
  /** For Deno. */
  deno?: { resourceLimits?: ResourceLimits | undefined } | undefined;
  /** For Bun. `smol`: less memory, more often collected. */
  bun?: { smol?: boolean | undefined } | undefined;
}

/** How much memory a thread may take before it is ended with exit code 1. Bun has no such limits. */
export interface ResourceLimits {
  /** The heap of what lives on, in MiB. */
  maxOldGenerationSizeMb?: number | undefined;
  /** The heap of what is new, in MiB. */
  maxYoungGenerationSizeMb?: number | undefined;
  /** The memory for compiled code, in MiB. */
  codeRangeSizeMb?: number | undefined;
  /** The stack, in MiB. */
  stackSizeMb?: number | undefined;
}

/** A thread to start. It can be handed from thread to thread. */
export interface ThreadStart {
  /** The URL of the file it runs, which is {@linkcode ProcessRuntime.entry} unless the user has set another. */
  readonly entry: string;
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Record<string, string> | undefined;
  readonly options: ThreadOptions;
  /** What it finds in {@linkcode ProcessRuntime.bootData}. */
  readonly data: Record<string, unknown>;
}

/** What the starter hears of a thread when its event loop turns. */
export interface ThreadEvents {
  /** It could not be started, or its memory is spent, or an error in it was not caught. */
  failed(error: unknown): void;
  /** It has exited. Not on every runtime has it stopped by then: see {@linkcode ProcessRuntime.exitIsEnd}. */
  exited(code: number): void;
}

/** A thread that was started here. */
export interface StartedThread {
  /** Its number, as {@linkcode Runtime.threadId} in it. */
  readonly threadId: number;
  /** Ends it as soon as the runtime can. */
  terminate(): void;
}

/** What starting and ending threads needs beyond {@linkcode Runtime}. */
export interface ProcessRuntime extends Runtime {
  /** Whether a thread is dead when its `exited` is called. Where not (Deno), only the close of a line it held says so. */
  readonly exitIsEnd: boolean;
  /** Whether this thread starts others itself, because one started by the warden would be slow to come up. */
  readonly startsThreads: boolean;
  /** The URL of the file that a new thread runs, in the form in which this package lies here. */
  entry(): string;
  /** Throws, saying what is wrong, if `entry` cannot be the file of a new thread. */
  checkEntry(entry: string): void;
  /** Starts a thread, which holds no event loop open. `transfer` are the lines in its data. */
  startThread(start: ThreadStart, transfer: Line[], events: ThreadEvents): StartedThread;
  /** A new channel. */
  openLine(): [Line, Line];
  /** The data with which `startThread` made this thread, if it did; to the first who asks. */
  bootData(): Record<string, unknown> | undefined;
  /** The arguments of the program, without the runtime and the script. */
  programArguments(): string[];
  /** The environment variables of this thread, if a new one would not have them by itself. */
  environment(): Record<string, string> | undefined;
  /** Ends this thread at once. */
  exit(code: number): void;
  /** The exit code that the program's code has asked for without exiting; 0 by default. */
  exitCode(): number;
  /** Calls back when this thread ends by itself: it called `process.exit`, or had nothing left to do, or the runtime ends it. */
  onExitCode(callback: (code: number, why: "called" | "idle" | "ended") => void): void;
  /** Calls back with each error that nobody caught, in place of the runtime's own ending of the thread. */
  onUncaught(callback: (error: unknown) => void): void;
  /** Calls back once, when this thread has nothing left to do. What is waited for then keeps it. */
  onIdle(callback: () => void): void;
  /** Whether what a thread prints goes through the thread that started it. */
  readonly relaysOutput: boolean;
  /** Calls back when all that was printed here or came from threads started here is with the thread that started this one. */
  flushOutput(callback: () => void): void;
  /** Calls `ended` when a worker that was started by other means exits; gives its number. Throws TypeError if it is not a worker. */
  watchWorker(worker: unknown, ended: () => void): number;
}
