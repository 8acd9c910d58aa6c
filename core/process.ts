/**
 * Processes: functions that run in threads of their own.
 * @module
 */
import { thisThread } from "./current.ts";
import { deadline, deadlineOf, type SyncOptions, type WaitOptions } from "./deadline.ts";
import { ProcessError } from "./errors.ts";
import type { Child } from "./identity.ts";
import type { Condition } from "./parker.ts";
import { dropArguments, packArguments } from "./process_arguments.ts";
import { ProcessCell } from "./process_cell.ts";
import { toError } from "./process_error.ts";
import { type Plan, planOf, type ProcessOptions } from "./process_options.ts";
import type { ProcessData } from "./process_run.ts";
import { identity, processRuntime } from "./program.ts";
import { type Launched, launch } from "./starter.ts";
import type { Thread } from "./thread.ts";
import { type Operation, runAsync, runSync } from "./waiter.ts";

/** Exit codes of a Process that was told to end. */
const TERMINATED = -15;
const KILLED = -9;

/** What is known of a Process once it has been started. */
interface Running {
  readonly thread: Thread;
  readonly cell: ProcessCell;
  readonly pid: number;
  launched?: Launched;
  /** What this thread has heard by itself, for an end without a word. */
  failure?: unknown;
  /** How it ended, read from its words, which are given back then. */
  end?: { readonly exitCode: number; readonly error: Error | null };
}

/**
 * A function that runs in a thread of its own, as Python's `multiprocessing.Process` runs one in a process.
 *
 * The function is an export of a module, found by its name in the new thread, which imports that module. A module that is
 * both the program and a Process's runs its top level in both: guard the program's part with `if (isMainThread)`.
 *
 * It ends when what the function returned has settled; timers that are left are dropped. What it throws is printed and
 * kept in `error`. The program does not end before its Processes have, except daemons.
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
 *   const process = new Process({ module: import.meta.url, target: greet, args: ["world"] });
 *   process.start();
 *   await process.join();
 *   console.log(process.exitCode); // 0
 * }
 * ```
 */
export class Process<Args extends unknown[] = unknown[]> {
  readonly #plan: Plan;
  readonly #name: string;
  readonly #daemon: boolean;
  #running: Running | undefined;
  readonly #asChild: Child;
  #closed = false;

  /**
   * Checks the options; nothing is started and nothing imported yet.
   *
   * @throws {TypeError} if an option has the wrong type, is unknown, or if `target` is an anonymous or bound function
   */
  constructor(options: ProcessOptions<Args>) {
    this.#plan = planOf(options);
    const who = identity();
    const number = ++who.made;
    this.#name = this.#plan.name ?? (who.parent === null ? `Process-${number}` : `${who.name}:${number}`);
    this.#daemon = this.#plan.daemon ?? who.daemon;
    this.#asChild = {
      process: this,
      daemon: this.#daemon,
      join: () => this.#wait(Infinity, undefined),
      terminate: () => this.terminate(),
      isAlive: () => this.#ended(this.#running) === undefined,
      lose: (error) => this.#lose(error),
    };
  }

  /** Its name, for messages. */
  get name(): string {
    return this.#name;
  }

  /** Whether the program may end without waiting for it. */
  get daemon(): boolean {
    return this.#daemon;
  }

  /** Its number, unique in the program (not the system's); `null` before the start. */
  get pid(): number | null {
    return this.#use()?.pid ?? null;
  }

  /** How it ended: 0 returned, 1 threw, n `process.exit(n)`, −15 `terminate()`, −9 `kill()`. `null` before it has ended. */
  get exitCode(): number | null {
    return this.#ended(this.#use())?.exitCode ?? null;
  }

  /** What its function threw, or why it could not run, with message, name, cause and stack; `null` if nothing, or not yet. */
  get error(): Error | null {
    return this.#ended(this.#use())?.error ?? null;
  }

  /**
   * Starts it. The arguments are copied now; the thread takes some 10 to 40 ms to come up, and this does not wait for it.
   *
   * @throws {ProcessError} if it was started before, or closed, or if this thread still imports its own target's module
   * @throws {NotSerializable} if an argument cannot travel
   */
  start(): this {
    this.#check();
    if (this.#running !== undefined) {
      throw new ProcessError(
        `${this.#name} was started already: a Process runs once. Make another one.`,
        "ISTHMUS_PROCESS_STARTED",
      );
    }
    const who = identity();
    if (who.importing) throw whileImporting(this.#name, who.name);
    for (const child of who.children) child.isAlive();
    this.#running = this.#launch();
    who.children.add(this.#asChild);
    // Holds the event loop open until the end, and then gives the words back.
    if (!this.#daemon) void this.#wait(Infinity, undefined).then(() => this.#ended(this.#running), () => {});
    return this;
  }

  /**
   * Waits until it has ended. What it held is free then, and nothing it did comes later.
   *
   * @returns `true`, or `false` on timeout
   * @throws {ProcessError} if it was not started, or is closed
   */
  async join(options?: WaitOptions): Promise<boolean> {
    const until = deadline(options, "async");
    this.#started("join()");
    return await this.#wait(until, options?.signal);
  }

  /** The same, blocking this thread. */
  joinSync(options?: SyncOptions): boolean {
    const until = deadline(options, "sync");
    const running = this.#started("joinSync()");
    if (running.end !== undefined) return true;
    return runSync(running.thread.parker, endOf(running.cell), until);
  }

  /** Ends it, wherever it is, with exit code −15 unless it has one. Its own Processes go on. Does nothing if it has ended. */
  terminate(): void {
    this.#stop(TERMINATED, "terminate()");
  }

  /** The same with exit code −9. */
  kill(): void {
    this.#stop(KILLED, "kill()");
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    const running = this.#use();
    return running !== undefined && this.#ended(running) === undefined;
  }

  /**
   * Gives up this object; every other use of it throws then. The second time it does nothing.
   *
   * @throws {ProcessError} if the Process is alive
   */
  close(): void {
    if (this.#closed) return;
    if (this.isAlive()) {
      throw new ProcessError(
        `${this.#name} is alive, so it cannot be closed. Wait for it with join(), or end it with terminate() first.`,
        "ISTHMUS_PROCESS_ALIVE",
      );
    }
    this.#closed = true;
  }

  /** Waits for its end, if it was started, and closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    if (this.#running !== undefined) await this.join();
    this.close();
  }

  /** For `wait([...])`: what its end changes, and the thread that can wait for that. `undefined` once it is known to have ended. */
  get ending(): { readonly thread: Thread; readonly condition: Condition } | undefined {
    const running = this.#started("wait()");
    return this.#ended(running) === undefined ? { thread: running.thread, condition: running.cell.ended } : undefined;
  }

  #launch(): Running {
    const thread = thisThread();
    thread.check();
    const who = identity();
    const runtime = processRuntime();
    const { module, target, args, options } = this.#plan;
    const packed = packArguments(thread, args);
    const cell = ProcessCell.create(thread);
    const running: Running = { thread, cell, pid: cell.pid };
    const entry = who.entry ?? runtime.entry();
    const data: ProcessData = {
      role: "process",
      arena: thread.memory.buffer,
      place: cell.place,
      args: packed,
      module,
      target,
      name: this.#name,
      parent: { name: who.name, pid: who.pid },
      daemon: this.#daemon,
      entry: who.entry,
    };
    const start = {
      entry,
      name: this.#name,
      argv: runtime.programArguments(),
      env: runtime.environment(),
      options,
      data: { ...data },
    };
    try {
      running.launched = launch(cell, packed.refs, start, (error) => running.failure = error);
    } catch (error) {
      dropArguments(thread, cell, packed.refs);
      cell.close();
      throw error;
    }
    return running;
  }

  #stop(code: number, what: string): void {
    const running = this.#started(what);
    if (running.end !== undefined) return;
    const { cell, launched } = running;
    cell.conclude(code);
    cell.doom();
    launched?.terminate();
    // Where a terminated thread may run on, nobody can wait for it: it takes no part any more, and that is its end.
    if (!processRuntime().exitIsEnd) cell.end();
  }

  /** Nobody attends to its thread any more. */
  #lose(error: unknown): void {
    const running = this.#running;
    if (running === undefined || this.#ended(running) !== undefined) return;
    const cause = error === undefined ? undefined : { cause: error };
    running.cell.conclude(1, new ProcessError(
      `${this.#name} was lost, since the thread that attends to all Processes could not run.`,
      "ISTHMUS_PROCESS_LOST",
      cause,
    ));
    running.cell.end();
  }

  #wait(until: number, signal: AbortSignal | undefined): Promise<boolean> {
    const { thread, cell, end } = this.#running!;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return end === undefined ? runAsync(thread.parker, endOf(cell), until, signal, this) : Promise.resolve(true);
  }

  /** Its end, if it has ended; the first to see that reads all there is to know and gives the words back. */
  #ended(running: Running | undefined): Running["end"] {
    if (running === undefined || running.end !== undefined || !running.cell.hasEnded) return running?.end;
    const { cell } = running;
    const { exitCode } = cell;
    let error = cell.readError() ?? null;
    if (error === null && exitCode === 1) error = this.#unspoken(running.failure);
    running.end = { exitCode, error };
    running.launched = undefined;
    identity().children.delete(this.#asChild);
    cell.close();
    return running.end;
  }

  #unspoken(failure: unknown): Error {
    if (failure !== undefined) return toError(failure);
    return new ProcessError(
      `The thread of ${this.#name} ended without a word: out of memory, most likely.`,
      "ISTHMUS_PROCESS_DIED",
    );
  }

  #check(): void {
    if (!this.#closed) return;
    throw new ProcessError(
      `${this.#name} was closed, so it can be used no longer. Read what you need before close().`,
      "ISTHMUS_PROCESS_CLOSED",
    );
  }

  #use(): Running | undefined {
    this.#check();
    return this.#running;
  }

  #started(what: string): Running {
    const running = this.#use();
    if (running !== undefined) return running;
    throw new ProcessError(
      `${what} of ${this.#name}, which was not started. Call start() first.`,
      "ISTHMUS_PROCESS_NOT_STARTED",
    );
  }
}

/** The Processes that this thread has started and that are alive. */
export function activeChildren(): Process[] {
  const alive = [...identity().children].filter((child) => child.isAlive());
  return alive.map((child) => child.process as Process);
}

function endOf(cell: ProcessCell): Operation<boolean> {
  const { sets, ready, attempt } = cell.ended;
  return {
    sets,
    ready,
    attempt,
    result: () => true,
    late: () => false,
    aborted(reason) {
      throw reason;
    },
  };
}

function whileImporting(name: string, importer: string): ProcessError {
  return new ProcessError(
    `${name} was to be started while ${importer} still imports its target's module: then every new thread would start ` +
      `more of them. A module that is both the program and a Process's runs its top level in both, so guard the program's ` +
      `part:\n\n  import { isMainThread } from "@isthmus/isthmus";\n\n  if (isMainThread) {\n    // start Processes here\n  }\n`,
    "ISTHMUS_PROCESS_WHILE_IMPORTING",
  );
}
