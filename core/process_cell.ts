/**
 * The words of a Process: how it ended, seen from every thread, also from one that is blocked.
 *
 * ```text
 * +16  OUTCOME  bit 0: the exit code is written; bit 1: it has ended; bits 2…31: the exit code
 * +17  THREAD   the id of its thread in the arena, since that thread takes part
 * +18  PID      its number in the program
 * +32  ENDED    the wait set of those who wait for its end
 * ```
 * Who writes the exit code first wins: the thread itself (returned, threw, process.exit), who terminates it, or who finds
 * it dead without a word. `ended` comes after what it held was freed.
 * @module
 */
import { add, compareExchange, load, or, store } from "./memory.ts";
import { cellAt, claimCell, publishCell } from "./cells.ts";
import { AT_PID, CELL_BODY, WAIT_SET_WORDS } from "./layout.ts";
import { PROCESS, registerKind } from "./kinds.ts";
import type { Condition } from "./parker.ts";
import type { Thread } from "./thread.ts";
import { doom } from "./threads.ts";
import { recoverWaitSet, wakeAll } from "./wait_set.ts";

const OUTCOME = CELL_BODY;
const THREAD = CELL_BODY + 1;
const PID = CELL_BODY + 2;
const ENDED: number = CELL_BODY + WAIT_SET_WORDS;

const HAS_CODE = 1;
const HAS_ENDED = 2;
const CODE_SHIFT = 2;

/** Where a Process lies; plain, so that it can be sent to other threads. */
export interface ProcessPlace {
  readonly cell: number;
  readonly generation: number;
}

/** One thread's handle of a Process's words. */
export class ProcessCell {
  readonly place: ProcessPlace;
  readonly #thread: Thread;
  readonly #at: number;

  private constructor(thread: Thread, place: ProcessPlace) {
    this.#thread = thread;
    this.place = place;
    this.#at = cellAt(place.cell);
  }

  /** The words of a new Process. */
  static create(thread: Thread): ProcessCell {
    const { memory } = thread;
    const cell = claimCell(memory, thread.id, thread.recentCell);
    // 1 is the program itself.
    memory.words[cellAt(cell) + PID] = add(memory.words, AT_PID, 1) + 2;
    const generation = publishCell(memory, cell, PROCESS);
    thread.enter(cell, generation);
    return new ProcessCell(thread, { cell, generation });
  }

  /** The words of a Process that another thread made; `undefined` if nobody holds it any more. */
  static open(thread: Thread, place: ProcessPlace): ProcessCell | undefined {
    return thread.enter(place.cell, place.generation) ? new ProcessCell(thread, place) : undefined;
  }

  /** Its number in the program. */
  get pid(): number {
    return this.#words[this.#at + PID];
  }

  /** Whether its exit code stands, though it may still be ending. */
  get hasCode(): boolean {
    return (load(this.#words, this.#at + OUTCOME) & HAS_CODE) !== 0;
  }

  /** Whether it has ended. */
  get hasEnded(): boolean {
    return (load(this.#words, this.#at + OUTCOME) & HAS_ENDED) !== 0;
  }

  /** The exit code, once written. */
  get exitCode(): number {
    return load(this.#words, this.#at + OUTCOME) >> CODE_SHIFT;
  }

  get #words(): Int32Array {
    return this.#thread.memory.words;
  }

  /** Says which thread it runs in. Look at `hasCode` afterwards: whoever terminated it before saw no thread to tell. */
  enterThread(): void {
    store(this.#words, this.#at + THREAD, this.#thread.id);
  }

  /** Writes the exit code, unless there is one. */
  writeCode(code: number): boolean {
    return compareExchange(this.#words, this.#at + OUTCOME, 0, (code << CODE_SHIFT) | HAS_CODE) === 0;
  }

  /** Tells its thread to use shared objects no longer. The exit code before: see `enterThread`. */
  doom(): void {
    const id = load(this.#words, this.#at + THREAD);
    if (id !== 0) doom(this.#thread.memory, id);
  }

  /** It has ended: wakes all who wait for that. The exit code must stand. */
  end(): void {
    or(this.#words, this.#at + OUTCOME, HAS_ENDED);
    wakeAll(this.#thread.memory, this.#at + ENDED);
  }

  /** What `join` and `wait` wait for. */
  get ended(): Condition {
    const ready = () => this.hasEnded;
    return { sets: [this.#at + ENDED], ready, attempt: ready };
  }

  /** This thread needs the words no longer. */
  close(): void {
    this.#thread.leave(this.place.cell);
  }
}

registerKind(PROCESS, {
  name: "Process",
  open() {
    throw new TypeError("A Process stays with the thread that made it.");
  },
  destroy() {},
  recover(thread, cell, id) {
    recoverWaitSet(thread.memory, cellAt(cell) + ENDED, id & 0xff);
  },
});
