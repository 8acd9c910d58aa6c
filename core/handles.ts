/**
 * What every shared object has in common: a cell, a handle that can be sent, and an end.
 * @module
 */
import { cellAt, claimCell, generationOf, isLive, kindOf, publishCell } from "./cells.ts";
import { thisThread, threadIn } from "./current.ts";
import { show } from "./deadline.ts";
import { isArena } from "./arena.ts";
import { SHARED } from "./encode/encode.ts";
import type { SharedObjects } from "./encode/encode.ts";
import { IsthmusError } from "./errors.ts";
import { kindNumbered } from "./kinds.ts";
import { CELL_HOLDERS } from "./layout.ts";
import { ShapeTable } from "./shape_table.ts";
import { reserveStack } from "./stack.ts";
import type { Thread } from "./thread.ts";

/** What `postMessage` carries of a shared object. Treat it as opaque; `attach` of the object's class takes it. */
export interface Handle {
  /** The public name of the object's class. */
  readonly isthmus: string;
  /** The memory in which the object lives. */
  readonly arena: object;
  /** Where it lies in that memory. */
  readonly cell: number;
  /** Which of the objects that lay there one after the other it is. */
  readonly generation: number;
}

/** One opening of an object by this thread. Closed by its owner, or when its owner was collected. */
export class Lease {
  readonly thread: Thread;
  readonly cell: number;
  readonly generation: number;
  #open = true;
  /** Until it is registered. */
  #owner: object | undefined;

  /** Opens the object in `cell`, of which `thread` must have become a holder by `enter`. */
  constructor(thread: Thread, cell: number, owner: object) {
    this.thread = thread;
    this.cell = cell;
    this.generation = generationOf(thread.memory, cell);
    this.#owner = owner;
    fresh.add(this);
    if (fresh.size > MOST_FRESH) watchFresh();
    if (turning) return;
    thread.runtime.soon(() => {
      turning = false;
      watchFresh();
    });
    turning = true;
  }

  /** From now on it closes itself when its owner is collected. */
  watch(): void {
    collected.register(this.#owner!, this, this);
    this.#owner = undefined;
  }

  /** Whether it is not closed yet. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Closes it: from now on it counts as closed; then those of this thread who wait on `owner` are told `reason`, which is given
   * what they would have put, and then it is let go of. Does nothing the second time.
   */
  close(owner?: object, reason?: (item: unknown) => Error): void {
    if (!this.#open) return;
    reserveStack();
    this.#open = false;
    if (!fresh.delete(this)) collected.unregister(this);
    this.#owner = undefined;
    if (owner !== undefined) {
      // The last first: the end of one lets those behind it try, and these have nothing to try any more.
      for (const waiter of this.thread.parker.waitersOf(owner).reverse()) waiter.abort(reason!(waiter.condition.item));
    }
    this.thread.leave(this.cell);
  }
}

const collected: FinalizationRegistry<Lease> = new FinalizationRegistry((lease) => lease.close());

/**
 * Leases that were opened in this turn of the event loop. Nothing is finalized before the next one, and most of them are
 * closed by then: those are never registered, which costs more than all else in an opening and makes the heap grow.
 */
const fresh: Set<Lease> = new Set();
/** A thread that does not return to its event loop shall not keep its owners for ever. */
const MOST_FRESH = 256;
let turning = false;

function watchFresh(): void {
  for (const lease of fresh) lease.watch();
  fresh.clear();
}

/** A class of shared objects, as `attach` and the codec need it. */
export interface Sharable {
  /** Its lease on its object. */
  readonly [SHARED]: Lease;
}

/** Makes a new object of kind `kind`, whose words `init` writes into a zeroed cell, and gives that cell; `thread` holds it. */
export function createObject(thread: Thread, kind: number, init: (words: Int32Array, at: number) => void): number {
  thread.check();
  reserveStack();
  const cell = claimCell(thread.memory, thread.id, thread.recentCell);
  thread.recentCell = 0;
  const at = cellAt(cell);
  init(thread.memory.words, at);
  // Held before it is published: an object that nobody held yet would outlive a death in between.
  thread.memory.words[at + CELL_HOLDERS + (thread.slot >> 5)] = 1 << (thread.slot & 31);
  const generation = publishCell(thread.memory, cell, kind);
  thread.enter(cell, generation);
  return cell;
}

/** The handle of the object that `lease` keeps open. */
export function handleOf(lease: Lease): Handle {
  const { thread, cell, generation } = lease;
  const isthmus = kindNumbered(kindOf(thread.memory, cell)).name;
  return { isthmus, arena: thread.memory.region, cell, generation };
}

/** Becomes a holder of the object that `handle` names, of the kind `kind`, and gives the thread in its arena. */
export function enterHandle(handle: Handle, kind: number, name: string): Thread {
  if (typeof handle !== "object" || handle === null || typeof handle.isthmus !== "string") {
    throw new TypeError(
      `${name}.attach takes the handle of a ${name}, not ${show(handle)}. Send queue.handle, and attach that.`,
    );
  }
  if (!isArena(handle.arena)) {
    throw new TypeError(
      `This handle of a ${
        show(handle.isthmus)
      } is from another version of Isthmus, or incomplete. Use one version in all threads.`,
    );
  }
  if (handle.isthmus !== name) {
    throw new TypeError(`${name}.attach was given the handle of a ${handle.isthmus}. Call ${handle.isthmus}.attach.`);
  }
  const thread = threadIn(handle.arena);
  thread.check();
  const { cell, generation } = handle;
  if (
    !isLive(thread.memory, cell, generation) || kindOf(thread.memory, cell) !== kind || !thread.enter(cell, generation)
  ) {
    throw new IsthmusError(
      `The ${name} of this handle is gone: all who had it open have closed it or ended. Keep it open until the receiver has attached.`,
      "ISTHMUS_GONE",
    );
  }
  return thread;
}

/** How the codec sees the shared objects of the arena of `thread`. */
export function sharedObjects(thread: Thread): SharedObjects {
  let objects = views.get(thread);
  if (objects === undefined) views.set(thread, objects = objectsOf(thread));
  return objects;
}

const views: WeakMap<Thread, SharedObjects> = new WeakMap();

function objectsOf(thread: Thread): SharedObjects {
  return {
    shapes: new ShapeTable(thread),
    refOf(value) {
      const lease: unknown = (value as Partial<Sharable>)[SHARED];
      // One of ours that does not travel says why.
      if (typeof lease === "string") throw lease;
      if (!(lease instanceof Lease)) return undefined;
      if (!lease.open) throw "is closed, so it cannot be sent. Send it before closing it";
      if (lease.thread !== thread) {
        throw "lives in another memory than this queue: one of them was made before its thread was handed the program's. Send its handle by postMessage";
      }
      return lease;
    },
    open(cell, generation) {
      if (!thread.enter(cell, generation)) {
        throw new IsthmusError(`A shared object in the item (cell ${cell}) is gone.`, "ISTHMUS_CORRUPT_ITEM");
      }
      return kindNumbered(kindOf(thread.memory, cell)).open(thread, cell);
    },
  };
}

/** This thread in the program's arena. */
export { thisThread };
