/**
 * The words of a Process: how it ended, seen from every thread, also from one that is blocked.
 *
 * ```text
 * +16  OUTCOME  bit 0: the exit code is written; bit 1: it has ended; bit 2: ERROR counts; bits 3…31: the exit code
 * +17  THREAD   the id of its thread in the arena, since that thread takes part; NO_PLACE if there was none for it
 * +18  PID      its number in the program
 * +19  TAKEN    1: somebody has taken what its arguments contain into his care
 * +20  ERROR    the first block of its error, encoded
 * +32  ENDED    the wait set of those who wait for its end
 * ```
 * Who writes the exit code first wins: the thread itself (returned, threw, process.exit), who terminates it, or who finds
 * it dead without a word. `ended` comes after what it held was freed.
 * @module
 */
import { add, compareExchange, load, or, store } from "./memory.ts";
import { freeChain, handOver, PUBLISHED } from "./arena.ts";
import { cellAt, generationOf, isLive } from "./cells.ts";
import { createObject } from "./handles.ts";
import { AT_PID, CELL_BODY, WAIT_SET_WORDS } from "./layout.ts";
import { PROCESS, registerKind } from "./kinds.ts";
import type { Condition } from "./parker.ts";
import type { Region } from "./region.ts";
import type { Thread } from "./thread.ts";
import { readErrorChain, writeErrorChain } from "./process_error.ts";
import { doom, slotOf, stateOf, VACANT } from "./threads.ts";
import { Memory } from "./views.ts";
import { recoverWaitSet, wakeAll } from "./wait_set.ts";

const OUTCOME = CELL_BODY;
const THREAD = CELL_BODY + 1;
const PID = CELL_BODY + 2;
const TAKEN = CELL_BODY + 3;
const ERROR = CELL_BODY + 4;
const ENDED: number = CELL_BODY + WAIT_SET_WORDS;

/** No thread's id: its generation would be negative. */
const NO_PLACE = -256;

const HAS_CODE = 1;
const HAS_ENDED = 2;
const HAS_ERROR = 4;
const CODE_SHIFT = 3;

/** The exit codes of Processes that `terminate()` and `kill()` ended. */
export const TERMINATED = -15;
export const KILLED = -9;

/** Where a Process lies; plain, so that it can be sent to other threads. */
export interface ProcessPlace {
  readonly cell: number;
  readonly generation: number;
}

/** A new number, unique in the program. 1 is the program's main thread. */
export function nextPid(memory: Memory): number {
  return add(memory.words, AT_PID, 1) + 2;
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
    const cell = createObject(thread, PROCESS, (words, at) => words[at + PID] = nextPid(thread.memory));
    return new ProcessCell(thread, { cell, generation: generationOf(thread.memory, cell) });
  }

  /** The words of a Process that another thread made; `undefined` if nobody holds it any more. */
  static open(thread: Thread, place: ProcessPlace): ProcessCell | undefined {
    return thread.enter(place.cell, place.generation) ? new ProcessCell(thread, place) : undefined;
  }

  /** Says that there is no place for its thread, which calls this; it can say nothing else, since only who takes part owns blocks. */
  static refuse(arena: Region, { cell, generation }: ProcessPlace): void {
    const memory = new Memory(arena);
    // Whoever attends to the Process holds its words until the thread has ended.
    if (isLive(memory, cell, generation)) store(memory.words, cellAt(cell) + THREAD, NO_PLACE);
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

  /** Whether its thread has come to take part. If not by the time the exit code stands, it never unpacks its arguments. */
  get hasThread(): boolean {
    return load(this.#words, this.#at + THREAD) > 0;
  }

  /** Whether its thread found no place among those that take part. */
  get foundNoPlace(): boolean {
    return load(this.#words, this.#at + THREAD) === NO_PLACE;
  }

  /** Whether its thread does not take part: not yet, or no longer. */
  get hasNoThread(): boolean {
    const id = load(this.#words, this.#at + THREAD);
    return id === 0 || stateOf(this.#thread.memory, id) === VACANT;
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

  /** Writes the exit code and keeps the error, unless there is an exit code. */
  conclude(code: number, error?: Error): boolean {
    if (this.hasCode) return false;
    const { memory, id } = this.#thread;
    const block = error === undefined ? 0 : writeErrorChain(memory, id, error);
    const errorAt = this.#at + ERROR;
    // The word before the hand-over, and the hand-over before the outcome: a death in between leaves a word that does not
    // count, and whose block is the dead one's own or, found by `recover`, nobody's.
    const kept = block !== 0 && compareExchange(this.#words, errorAt, 0, block) === 0;
    if (kept) handOver(memory, block, id, PUBLISHED);
    const outcome = (code << CODE_SHIFT) | HAS_CODE | (kept ? HAS_ERROR : 0);
    const first = compareExchange(this.#words, this.#at + OUTCOME, 0, outcome) === 0;
    if (block !== 0 && !(first && kept)) {
      if (kept) store(this.#words, errorAt, 0);
      freeChain(memory, block, kept ? PUBLISHED : id);
    }
    return first;
  }

  /** The error that was kept with the exit code. */
  readError(): Error | undefined {
    if ((load(this.#words, this.#at + OUTCOME) & HAS_ERROR) === 0) return undefined;
    return readErrorChain(this.#thread.memory, this.#words[this.#at + ERROR]);
  }

  /** Takes what the arguments contain into this thread's care. True once: then it must let go of it. */
  takeArguments(): boolean {
    return compareExchange(this.#words, this.#at + TAKEN, 0, 1) === 0;
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
  destroy(thread, cell) {
    const { memory } = thread;
    const at = cellAt(cell);
    if ((load(memory.words, at + OUTCOME) & HAS_ERROR) !== 0) freeChain(memory, memory.words[at + ERROR], PUBLISHED);
  },
  recover(thread, cell, id) {
    const { memory } = thread;
    const at = cellAt(cell);
    recoverWaitSet(memory, at + ENDED, slotOf(id));
    const block = load(memory.words, at + ERROR);
    if (load(memory.words, at + THREAD) !== id || block === 0) return;
    if ((load(memory.words, at + OUTCOME) & HAS_ERROR) !== 0) return;
    // It died before its error counted. A block not handed over yet is swept with the rest of what it owned.
    store(memory.words, at + ERROR, 0);
    freeChain(memory, block, PUBLISHED);
  },
});
