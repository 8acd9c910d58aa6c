/**
 * The warden: hears of the end of every Process's thread, frees what it held, and writes its end into shared words. It
 * never blocks, so all this happens also while every other thread does.
 * @module
 */
import { threadIn } from "./current.ts";
import { dropArguments } from "./process_arguments.ts";
import { ProcessCell, type ProcessPlace } from "./process_cell.ts";
import { toError } from "./process_error.ts";
import { processRuntime } from "./program.ts";
import { recover, sayDamaged } from "./recovery.ts";
import type { Region } from "./region.ts";
import type { Line, ProcessRuntime, StartedThread, ThreadStart } from "./runtime.ts";
import type { Request } from "./starter.ts";
import type { Thread } from "./thread.ts";
import { findThread } from "./threads.ts";

/** A Process that the warden attends to. */
interface Charge {
  readonly cell: ProcessCell;
  /** The runtime's number for its thread. */
  threadId: number;
  /** If it was started here. */
  thread?: StartedThread;
  /** What the runtime says of a thread that did not speak for itself. */
  error?: Error;
  /** The shared objects that travel to its thread. */
  readonly refs: readonly number[];
}

/** Makes this thread the warden. `data` is what it was started with. */
export function runWarden(data: Record<string, unknown>): void {
  const warden = new Warden(threadIn(data.arena as Region), processRuntime());
  warden.listen(data.line as Line);
}

/** Milliseconds between two looks whether a thread that was told to end has left. */
const LOOK_AGAIN = 100;

class Warden {
  readonly #thread: Thread;
  readonly #runtime: ProcessRuntime;
  readonly #charges: Map<number, Charge> = new Map();

  constructor(thread: Thread, runtime: ProcessRuntime) {
    this.#thread = thread;
    this.#runtime = runtime;
  }

  /** Does what is asked on `line`. */
  listen(line: Line): void {
    line.on("message", (message) => this.#serve(message as Request));
  }

  #serve(request: Request): void {
    switch (request.op) {
      case "start":
        return this.#start(request.place, request.start, request.refs);
      case "adopt": {
        const charge = this.#charge(request.place, request.threadId, request.refs);
        if (charge !== undefined) this.#attend(charge, request.line);
        return;
      }
      case "kill":
        return this.#kill(this.#charges.get(request.place.cell));
      case "flush":
        return this.#runtime.flushOutput(() => request.line.postMessage(null));
    }
  }

  #charge(place: ProcessPlace, threadId: number, refs: readonly number[]): Charge | undefined {
    const cell = ProcessCell.open(this.#thread, place);
    // Gone if it was told to end and that was its end (see `StartedProcess.stop`): nobody waits for it any more.
    if (cell === undefined) return undefined;
    const charge = { cell, threadId, refs };
    this.#charges.set(place.cell, charge);
    return charge;
  }

  /** The thread has the other end of `line`: asks by it for Processes of its own, and it closes with the thread's end. */
  #attend(charge: Charge, line: Line): void {
    this.listen(line);
    if (!this.#runtime.exitIsEnd) line.on("close", () => this.#end(charge, 1));
  }

  #start(place: ProcessPlace, start: ThreadStart, refs: readonly number[]): void {
    const charge = this.#charge(place, -1, refs);
    if (charge === undefined) return;
    const [line, theirs] = this.#runtime.openLine();
    this.#attend(charge, line);
    const failed = (error: unknown) => void (charge.error ??= toError(error));
    try {
      charge.thread = this.#runtime.startThread({ ...start, data: { ...start.data, line: theirs } }, [theirs], {
        failed,
        exited: (code) => {
          if (this.#runtime.exitIsEnd) this.#end(charge, code);
        },
      });
      charge.threadId = charge.thread.threadId;
    } catch (error) {
      failed(error);
      this.#end(charge, 1);
    }
  }

  #kill(charge: Charge | undefined): void {
    charge?.thread?.terminate();
    if (charge !== undefined && !this.#runtime.exitIsEnd) this.#follow(charge);
  }

  /**
   * Where only its line tells a thread's end, nothing tells that of one that was terminated before it came up (if it comes up
   * after all, it finds its exit code, and leaves), nor always that of one that left because it was told to.
   */
  #follow(charge: Charge): void {
    const { cell } = charge;
    if (this.#charges.get(cell.place.cell) !== charge) return;
    if (cell.hasNoThread) this.#end(charge, 1);
    else setTimeout(() => this.#follow(charge), LOOK_AGAIN);
  }

  #end(charge: Charge, code: number): void {
    const { cell, threadId, refs } = charge;
    // A line may say twice that it is closed, and by then the cell may be another Process's.
    if (this.#charges.get(cell.place.cell) !== charge) return;
    this.#charges.delete(cell.place.cell);
    // More than one if copies of this module were in the thread. First freed, then known: who has joined finds all free.
    for (let id = findThread(this.#thread.memory, threadId); id !== 0; id = findThread(this.#thread.memory, threadId)) {
      if (!recover(this.#thread, id)) break;
    }
    try {
      dropArguments(this.#thread, cell, refs);
    } catch (error) {
      sayDamaged(error);
    }
    // A thread that ends in order says so itself, so 0 from the runtime is no success.
    cell.conclude(code === 0 ? 1 : code, charge.error);
    cell.end();
    cell.close();
  }
}
