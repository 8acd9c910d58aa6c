/**
 * Processes: functions that run in threads of their own.
 * @module
 */
import { thisThread } from "./current.ts";
import { deadline, type SyncOptions, type WaitOptions } from "./deadline.ts";
import { SHARED } from "./encode/shared_objects.ts";
import { ProcessError } from "./errors.ts";
import { KILLED, TERMINATED } from "./process_cell.ts";
import { type Plan, planOf, type ProcessOptions } from "./process_options.ts";
import { StartedProcess } from "./process_started.ts";
import { identity } from "./program.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";

/**
 * A function that runs in a thread of its own, as Python's `multiprocessing.Process` runs one in a process.
 *
 * The function is an export of a module, found by its name in the new thread, which imports that module. A module that is
 * both the program and a Process's runs its top level in both: guard the program's part with `if (isMainThread)`.
 *
 * It ends when what the function returned has settled; timers that are left are dropped. What it throws is printed and
 * kept in `error`. The program does not end before its Processes have, except daemons.
 *
 * This object stays with the thread that made it: it cannot be an argument or an item.
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
 *   const worker = new Process({ module, target: greet, args: ["world"] }).start();
 *   await worker.join();
 *   console.log(worker.exitCode); // 0
 * }
 * ```
 */
export class Process<Args extends unknown[] = unknown[]> implements Waitable {
  readonly #plan: Plan;
  readonly #name: string;
  readonly #daemon: boolean;
  #running: StartedProcess | undefined;
  #closed = false;
  /** Whether `start` runs, and with it getters among the arguments. */
  #starting = false;

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
    return this.#use()?.end?.exitCode ?? null;
  }

  /** What its function threw, or why it could not run, with message, name, cause and stack; `null` if nothing, or not yet. */
  get error(): Error | null {
    return this.#use()?.end?.error ?? null;
  }

  /**
   * Starts it. The arguments are copied now; the thread takes some 10 to 40 ms to come up, and this does not wait for it.
   *
   * @throws {ProcessError} if it was started before, or closed, or if this thread still imports its own target's module
   * @throws {NotSerializable} if an argument cannot travel
   */
  start(): this {
    this.#check();
    if (this.#running !== undefined || this.#starting) {
      throw new ProcessError(
        `${this.#name} was started already: a Process runs once. Make another one.`,
        "ISTHMUS_PROCESS_STARTED",
      );
    }
    const who = identity();
    if (who.importing) throw whileImporting(this.#name, who.name);
    for (const child of who.children) child.isAlive();
    this.#starting = true;
    try {
      this.#running = new StartedProcess(this, this.#plan, this.#name, this.#daemon);
    } finally {
      this.#starting = false;
    }
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
    return await this.#started("join()").join(until, options?.signal);
  }

  /** {@linkcode Process.join}, blocking this thread while it waits. */
  joinSync(options?: SyncOptions): boolean {
    const until = deadline(options, "sync");
    return this.#started("joinSync()").joinSync(until);
  }

  /** Ends it, wherever it is, with exit code −15 unless it has one. Its own Processes go on. Does nothing if it has ended. */
  terminate(): void {
    this.#started("terminate()").stop(TERMINATED);
  }

  /** {@linkcode Process.terminate}, with exit code −9. */
  kill(): void {
    this.#started("kill()").stop(KILLED);
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#use()?.isAlive() ?? false;
  }

  /**
   * Gives up this object; every other use of it throws then. The second time it does nothing.
   *
   * @throws {ProcessError} if the Process is alive
   */
  close(): void {
    if (this.#closed) return;
    if (this.#starting || this.isAlive()) {
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

  /**
   * For `wait([...])`. It must have been started.
   * @ignore
   */
  [WAITABLE](): Watched {
    if (this.#closed) return { thread: thisThread(), sets: [], ready: () => true };
    return this.#started("wait()").watched;
  }

  /** @ignore Asked by the codec, which would take it for a plain object: why it cannot travel. */
  get [SHARED](): string {
    return "is a Process, which stays with the thread that made it. Send what it works with, such as a Queue";
  }

  #check(): void {
    if (!this.#closed) return;
    throw new ProcessError(
      `${this.#name} was closed, so it can be used no longer. Read what you need before close().`,
      "ISTHMUS_PROCESS_CLOSED",
    );
  }

  #use(): StartedProcess | undefined {
    this.#check();
    return this.#running;
  }

  #started(what: string): StartedProcess {
    const running = this.#use();
    if (running !== undefined) return running;
    throw new ProcessError(
      `${what} of ${this.#name}, which was not started. Call start() first.`,
      "ISTHMUS_PROCESS_NOT_STARTED",
    );
  }
}

/**
 * The Processes that this thread has started and that are alive.
 *
 * @example
 * ```ts
 * import { activeChildren } from "@isthmus/isthmus";
 *
 * for (const child of activeChildren()) child.terminate();
 * console.log(activeChildren().length); // 0
 * ```
 */
export function activeChildren(): Process[] {
  const alive = [...identity().children].filter((child) => child.isAlive());
  return alive.map((child) => child.process as Process);
}

function whileImporting(name: string, importer: string): ProcessError {
  return new ProcessError(
    `${name} was to be started while ${importer} still imports its target's module: then every new thread would start ` +
      `more of them. A module that is both the program and a Process's runs its top level in both, so guard the program's ` +
      `part:\n\n  import { isMainThread } from "@isthmus/isthmus";\n\n  if (isMainThread) {\n    // start Processes here\n  }\n`,
    "ISTHMUS_PROCESS_WHILE_IMPORTING",
  );
}
