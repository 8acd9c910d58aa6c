/**
 * A Process that was started, as the thread that started it sees it.
 * @module
 */
import { thisThread } from "./current.ts";
import { ProcessError } from "./errors.ts";
import type { Child } from "./identity.ts";
import { dropArguments, packArguments } from "./process_arguments.ts";
import { ProcessCell } from "./process_cell.ts";
import { toError } from "./process_error.ts";
import type { Plan } from "./process_options.ts";
import type { ProcessData } from "./process_run.ts";
import { identity, processRuntime } from "./program.ts";
import { launch, type Launched } from "./starter.ts";
import type { Thread } from "./thread.ts";
import { tooManyThreads } from "./threads.ts";
import type { Watched } from "./waitable.ts";
import { type Operation, runAsync, runSync } from "./waiter.ts";

/** How a Process ended. */
export interface End {
  readonly exitCode: number;
  readonly error: Error | null;
}

/** A Process from its start on. */
export class StartedProcess implements Child {
  readonly process: object;
  readonly name: string;
  readonly daemon: boolean;
  readonly pid: number;
  readonly thread: Thread;
  readonly #cell: ProcessCell;
  /** The shared objects that travel to its thread. */
  #refs: readonly number[] = [];
  #launched: Launched | undefined;
  /** What this thread has heard by itself, for an end without a word. */
  #failure: unknown;
  #end: End | undefined;
  /** How many waits of this thread use the words, which are given back when the end is known and no wait is left. */
  #waits = 0;

  /** Starts what `plan` says. Throws NotSerializable if an argument cannot travel, ProcessError if there is nothing to run. */
  constructor(process: object, plan: Plan, name: string, daemon: boolean) {
    const thread = thisThread();
    thread.check();
    this.process = process;
    this.name = name;
    this.daemon = daemon;
    this.thread = thread;
    this.#cell = ProcessCell.create(thread);
    this.pid = this.#cell.pid;
    try {
      const args = packArguments(thread, plan.args, this.#cell.place);
      this.#refs = args.refs;
      this.#launch(plan, args);
    } catch (error) {
      dropArguments(thread, this.#cell, this.#refs);
      this.#cell.close();
      throw error;
    }
    identity().children.add(this);
    // Holds the event loop open until the end, and then gives the words back.
    if (!daemon) void this.join().then(() => this.end, () => {});
  }

  /** How it ended, once it has. The first to see that reads all there is to know. */
  get end(): End | undefined {
    const cell = this.#cell;
    if (this.#end !== undefined || !cell.hasEnded) return this.#end;
    const { exitCode } = cell;
    this.#end = { exitCode, error: cell.readError() ?? (exitCode === 1 ? this.#unspoken() : null) };
    this.#launched = undefined;
    identity().children.delete(this);
    if (this.#waits === 0) cell.close();
    return this.#end;
  }

  /** For `wait([...])`. */
  get watched(): Watched {
    const { thread } = this;
    if (this.end !== undefined) return { thread, sets: [], ready: () => true };
    const { sets } = this.#cell.ended;
    return {
      thread,
      sets,
      ready: () => this.#end !== undefined || this.#cell.hasEnded,
      keep: () => this.#keep(),
      release: () => this.#release(),
    };
  }

  /** Keeps the words for one more wait, which is enrolled in their wait set, even if the end becomes known meanwhile. */
  #keep(): void {
    this.#waits++;
  }

  #release(): void {
    if (--this.#waits === 0 && this.#end !== undefined) this.#cell.close();
  }

  /** Waits until it has ended or the moment `until` has come. */
  join(until = Infinity, signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.end !== undefined) return Promise.resolve(true);
    return runAsync(this.thread.parker, this.#ending(), until, signal, this);
  }

  /** The same, blocking. */
  joinSync(until: number): boolean {
    return this.end !== undefined || runSync(this.thread.parker, this.#ending(), until);
  }

  isAlive(): boolean {
    return this.end === undefined;
  }

  /** Tells it to end with exit code `code`. */
  stop(code: number): void {
    if (this.end !== undefined) return;
    this.#cell.conclude(code);
    this.#cell.doom();
    this.#launched?.terminate();
    // Where a terminated thread may run on, nobody can wait for it: it takes no part any more, and that is its end.
    if (processRuntime().exitIsEnd) return;
    // Nor does anybody hear of one that never came up.
    if (!this.#cell.hasThread) dropArguments(this.thread, this.#cell, this.#refs);
    this.#cell.end();
  }

  lose(error: unknown): void {
    if (this.end !== undefined) return;
    const lost = new ProcessError(
      `${this.name} was lost, since the thread that attends to all Processes could not run.`,
      "ISTHMUS_PROCESS_LOST",
      error === undefined ? undefined : { cause: error },
    );
    this.#cell.conclude(1, lost);
    // Who comes up after all finds the exit code, and leaves.
    if (!this.#cell.hasThread) dropArguments(this.thread, this.#cell, this.#refs);
    this.#cell.end();
  }

  #launch(plan: Plan, args: ReturnType<typeof packArguments>): void {
    const who = identity();
    const runtime = processRuntime();
    const { module, target, options } = plan;
    const { name, daemon } = this;
    const data: ProcessData = {
      role: "process",
      arena: this.thread.memory.region,
      place: this.#cell.place,
      args,
      module,
      target,
      name,
      parent: { name: who.name, pid: who.pid },
      daemon,
      entry: who.entry,
    };
    const start = {
      entry: who.entry ?? runtime.entry(),
      name,
      argv: runtime.programArguments(),
      env: runtime.environment(),
      options,
      data: { ...data },
    };
    this.#launched = launch(this.#cell, args.refs, start, (error) => this.#failure = error);
  }

  /** What `join` waits for. */
  #ending(): Operation<boolean> {
    const { sets, ready, attempt } = this.#cell.ended;
    let kept = false;
    const over = () => {
      if (kept) this.#release();
    };
    return {
      sets,
      ready,
      attempt,
      parked: () => {
        kept = true;
        this.#keep();
      },
      result: () => {
        over();
        return true;
      },
      late: () => {
        over();
        return false;
      },
      aborted(reason) {
        over();
        throw reason;
      },
    };
  }

  #unspoken(): Error {
    if (this.#cell.foundNoPlace) return tooManyThreads();
    if (this.#failure !== undefined) return toError(this.#failure);
    return new ProcessError(
      `The thread of ${this.name} ended without a word. Its memory was spent, most likely: give it more, or less to do at once.`,
      "ISTHMUS_PROCESS_DIED",
    );
  }
}
