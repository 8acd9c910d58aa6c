/**
 * This thread as a member of an arena: its seat, how it waits, and which objects it has open.
 * @module
 */
import { Inbox, Outbox } from "./encode/scratch.ts";
import { cellAt, claimEnd, freeCell, generationOf, hold, isLive, kindOf, leaveTransit, letGo } from "./cells.ts";
import { kindNumbered } from "./kinds.ts";
import { CELL_WORDS } from "./layout.ts";
import { Parker } from "./parker.ts";
import type { Region } from "./region.ts";
import type { Runtime } from "./runtime.ts";
import { Seat } from "./threads.ts";
import { Memory } from "./views.ts";
import { rehearseWakes } from "./wait_set.ts";

/** This thread in one arena. There is one of these for each arena that the thread has to do with, normally one in all. */
export class Thread extends Seat {
  readonly parker: Parker;
  /** The cell that this thread freed last: the next to use. */
  recentCell = 0;
  /** Open handles of this thread, by cell. The thread is a holder while the count is above zero. */
  readonly #open: Map<number, number> = new Map();
  /** Objects that this thread is taking apart: the first one now. */
  readonly #ending: number[] = [];
  readonly #outboxes: Outbox[] = [];
  /** The first to be taken, and the others. */
  #inbox: Inbox | undefined = undefined;
  readonly #inboxes: Inbox[] = [];

  constructor(region: Region, runtime: Runtime) {
    super(new Memory(region), runtime);
    this.parker = new Parker(this);
    rehearseWakes(this.memory, this.slot);
  }

  /** How many shared objects this thread has open. */
  get openObjects(): number {
    return this.#open.size;
  }

  /** Opens the object in `cell` once more. False if it is gone. */
  enter(cell: number, generation: number): boolean {
    const count = this.#open.get(cell) ?? 0;
    if (count === 0) {
      // Before anything is done to its words: this may be no cell at all.
      if (!isLive(this.memory, cell, generation)) return false;
      if (hold(this.memory, cell, generation, this.slot)) {
        this.#open.set(cell, 1);
        return true;
      }
      letGo(this.memory, cell, this.slot);
      // Its last holder may have seen our bit in its way, and left the end to us.
      this.endIfUnused(cell);
      return false;
    }
    if (generationOf(this.memory, cell) !== generation) return false;
    this.#open.set(cell, count + 1);
    return true;
  }

  /** Whether this thread has the object of that generation in `cell` open. */
  holds(cell: number, generation: number): boolean {
    return this.#open.has(cell) && generationOf(this.memory, cell) === generation;
  }

  /** Closes the object in `cell` once; the last of all holders ends it. */
  leave(cell: number): void {
    const count = this.#open.get(cell) ?? 0;
    if (count > 1) {
      this.#open.set(cell, count - 1);
      return;
    }
    this.#open.delete(cell);
    letGo(this.memory, cell, this.slot);
    this.endIfUnused(cell);
  }

  /** An item that contained the object in `cell` is gone. */
  endTransit(cell: number): void {
    // It may lie in memory that was added since, and never have been open here.
    this.memory.cover(cellAt(cell) + CELL_WORDS - 1);
    leaveTransit(this.memory, cell);
    this.endIfUnused(cell);
  }

  /** Ends the object in `cell` if nobody holds it and no item contains it. */
  endIfUnused(cell: number): void {
    if (claimEnd(this.memory, cell, this.id)) this.finishEnd(cell);
  }

  /**
   * Takes apart the object in `cell`, which this thread has claimed. Objects that end with it, since its items held the
   * last of them, are taken apart after it and not within: their row may be longer than the stack is deep.
   */
  finishEnd(cell: number): void {
    this.#ending.push(cell);
    if (this.#ending.length > 1) return;
    let failure: { error: unknown } | undefined;
    for (let i = 0; i < this.#ending.length; i++) {
      try {
        this.#takeApart(this.#ending[i]);
      } catch (error) {
        // Its words were overwritten: it stays as it is, and the others end.
        failure ??= { error };
      }
    }
    this.#ending.length = 0;
    if (failure !== undefined) throw failure.error;
  }

  #takeApart(cell: number): void {
    const kind = kindOf(this.memory, cell);
    if (kind !== 0) kindNumbered(kind).destroy(this, cell);
    freeCell(this.memory, cell);
    this.recentCell = cell;
  }

  /** A scratch to encode into. Each call in a nest of calls (a getter may put) gets another; give it back with `giveOutbox`. */
  takeOutbox(): Outbox {
    return this.#outboxes.pop() ?? new Outbox();
  }

  giveOutbox(outbox: Outbox): void {
    outbox.clear();
    this.#outboxes.push(outbox);
  }

  /** A scratch to decode from, likewise. */
  takeInbox(): Inbox {
    const inbox = this.#inbox;
    if (inbox === undefined) return this.#inboxes.pop() ?? new Inbox();
    this.#inbox = undefined;
    return inbox;
  }

  giveInbox(inbox: Inbox): void {
    inbox.readBulk = undefined;
    inbox.bulkLength = 0;
    if (this.#inbox === undefined) this.#inbox = inbox;
    else this.#inboxes.push(inbox);
  }
}
