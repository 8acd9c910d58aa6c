/**
 * What runs in a Process's thread: it imports the target's module, finds the target, runs it, and says how that ended.
 * @module
 */
import { threadIn } from "./current.ts";
import { ProcessError, ThreadTerminated, TooManyThreads } from "./errors.ts";
import { type Identity, setIdentity } from "./identity.ts";
import { type PackedArguments, unpackArguments } from "./process_arguments.ts";
import { ProcessCell, type ProcessPlace, TERMINATED } from "./process_cell.ts";
import { describe, toError } from "./process_error.ts";
import type { Target } from "./process_options.ts";
import { findTarget } from "./process_target.ts";
import { processRuntime } from "./program.ts";
import type { Region } from "./region.ts";
import type { Line, ProcessRuntime } from "./runtime.ts";
import type { Thread } from "./thread.ts";

/** What the thread of a Process is started with. */
export interface ProcessData {
  readonly role: "process";
  readonly arena: Region;
  readonly place: ProcessPlace;
  readonly args: PackedArguments;
  readonly module: string;
  readonly target: Target;
  readonly name: string;
  readonly parent: { readonly name: string; readonly pid: number };
  readonly daemon: boolean;
  readonly entry: string | undefined;
  /** To the warden. Added where the thread is started. */
  readonly line?: Line;
}

/** Imports a module, given its URL. */
export type Load = (url: string) => Promise<Record<string, unknown>>;

/** Runs the Process that `data` describes in this thread, and ends the thread. */
export async function runProcess(data: ProcessData, load: Load): Promise<void> {
  const running = new RunningProcess(data);
  if (!running.begin()) return;
  let code = 0;
  try {
    await running.run(load);
  } catch (error) {
    running.print(error);
    code = 1;
  }
  await running.finish(code);
}

class RunningProcess {
  readonly #data: ProcessData;
  readonly #runtime: ProcessRuntime;
  #thread: Thread | undefined;
  #cell: ProcessCell | undefined;
  #who!: Identity;
  #settled = false;
  /** Whether the target is in its first, synchronous part. */
  #calling = false;
  #error: Error | undefined;

  constructor(data: ProcessData) {
    this.#data = data;
    this.#runtime = processRuntime();
  }

  /** Takes part in the arena. False if the Process was told to end before it began. */
  begin(): boolean {
    const { name, parent, daemon, entry, line, arena, place } = this.#data;
    // Before this thread joins, which has it leave at its exit: the exit code comes first.
    this.#runtime.onExitCode((code, why) => this.#exits(code, why));
    this.#runtime.onUncaught((error) => this.#crash(error));
    try {
      this.#thread = threadIn(arena);
    } catch (error) {
      if (TooManyThreads.is(error)) ProcessCell.refuse(arena, place);
      throw error;
    }
    const cell = ProcessCell.open(this.#thread, place);
    if (cell === undefined) {
      this.#leave(1);
      return false;
    }
    this.#cell = cell;
    // A line is open as long as its thread lives; it holds no event loop open.
    line?.on("message", () => {});
    line?.unref();
    this.#who = setIdentity({ name, pid: cell.pid, parent, daemon, entry, warden: line });
    cell.enterThread();
    if (!cell.hasCode) return true;
    this.#settled = true;
    this.#leave(1);
    return false;
  }

  async run(load: Load): Promise<void> {
    const { module, target, args } = this.#data;
    const values = unpackArguments(this.#thread!, this.#cell!, args);
    const call = findTarget(await this.#import(module, load), target, module);
    this.#calling = true;
    const returned = call(...values);
    this.#calling = false;
    await returned;
  }

  async #import(module: string, load: Load): Promise<Record<string, unknown>> {
    this.#who.importing = true;
    try {
      return await load(module);
    } catch (error) {
      // It has started others: that error says it all.
      if (ProcessError.is(error)) throw error;
      throw new ProcessError(
        `The module ${module} could not be imported: ${toError(error).message}`,
        "ISTHMUS_PROCESS_MODULE",
        { cause: error },
      );
    } finally {
      this.#who.importing = false;
    }
  }

  /** Keeps what was thrown and prints it, unless that was only how the Process was told to end. */
  print(thrown: unknown): void {
    this.#settled = true;
    if (this.#cell?.hasCode && ThreadTerminated.is(thrown)) return;
    this.#error = toError(thrown);
    console.error(`Process ${this.#data.name}:\n${describe(this.#error)}`);
  }

  /** The target is done: waits for the Processes it has started, ends the daemons among them, and then this thread. */
  async finish(code: number): Promise<void> {
    this.#settled = true;
    const children = [...this.#who.children];
    for (const child of children) if (child.daemon) child.stop(TERMINATED);
    // A Process that was told to end waits for nobody.
    for (const child of children) if (!this.#cell!.hasCode) await child.join().catch(() => {});
    const asked = code === 0 ? this.#runtime.exitCode() : code;
    this.#cell!.conclude(asked, this.#error);
    this.#leave(asked);
  }

  #crash(thrown: unknown): void {
    this.print(thrown);
    this.#cell?.conclude(1, this.#error);
    this.#leave(1);
  }

  /**
   * Ends the thread. One that was terminated where that stops no JavaScript (Deno) ends by itself when it has nothing left to
   * run; asked to exit as well, it would spin for ever in the runtime's own loop.
   */
  #leave(code: number): void {
    if (this.#runtime.exitIsEnd || !this.#thread?.doomed) this.#runtime.exit(code);
  }

  #exits(code: number, why: "called" | "idle" | "ended"): void {
    if (this.#settled || why === "called") {
      this.#cell?.conclude(code, this.#error);
      return;
    }
    // Ended by the runtime, for want of memory perhaps, or for an error: who hears of that knows more.
    if (why === "ended" || this.#calling) return;
    this.print(
      new ProcessError(
        "The target's promise never settled, and nothing was left that could settle it. Look for an await on something " +
          "that nobody resolves.",
        "ISTHMUS_PROCESS_UNSETTLED",
      ),
    );
    this.#cell?.conclude(1, this.#error);
  }
}
