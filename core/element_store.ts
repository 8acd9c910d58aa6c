/**
 * The cell of a shared value or array, and what both have in common.
 *
 * ```text
 * +16 ELEMENT  the code of the kind of its elements  +17 LENGTH  how many there are
 * +18 BLOCK    the first of the adjoining blocks in which they lie; 0: they lie in the cell
 * +19 LOCK     its lock, if it has one: three words (lock_link.ts)
 * +32 …        the elements, if they lie in the cell
 * ```
 * @module
 */
import { claimExactRun, freeChain, handOver, PUBLISHED } from "./arena.ts";
import { cellAt } from "./cells.ts";
import { thisThread } from "./current.ts";
import { elementKindCoded, type Kind } from "./element_kinds.ts";
import { Elements } from "./elements.ts";
import { SHARED } from "./encode/encode.ts";
import { type Guard, guardOf, openGuard } from "./guard.ts";
import { createObject } from "./handles.ts";
import { BLOCK_BYTES, BLOCK_WORDS, CELL_WORDS } from "./layout.ts";
import { dropLock, keepLock, writeLockLink } from "./lock_link.ts";
import { Place, SharedObject } from "./shared_object.ts";
import type { Thread } from "./thread.ts";

const ELEMENT = 16;
const LENGTH = 17;
const BLOCK = 18;
const LOCK = 19;
const DATA = 32;
const DATA_BYTES: number = (CELL_WORDS - DATA) * 4;

/** A new object with its lock, as the constructor takes it. */
export interface Made {
  readonly place: Place;
  readonly guard: Guard | null;
  /** Whether the lock was made for it. */
  readonly own: boolean;
}

/** Makes the cell of a `name`, an object of kind number `number`, with `length` elements that are 0. Throws OutOfSharedMemory. */
export function createElements(number: number, name: string, kind: Kind, length: number, options: unknown): Made {
  const { guard, own } = guardOf(options, name);
  // In the memory of its lock, whose words it names.
  const thread = guard === null ? thisThread() : guard[SHARED].thread;
  let block = 0;
  try {
    block = claimElements(thread, length * kind.bytes);
    const cell = createObject(thread, number, (words, at) => {
      words[at + ELEMENT] = kind.code;
      words[at + LENGTH] = length;
      words[at + BLOCK] = block;
      if (guard === null) return;
      const lease = guard[SHARED];
      writeLockLink(words, at + LOCK, lease.cell, lease.generation, own);
    });
    keepLock(thread, cellAt(cell) + LOCK);
    // After a death before this the blocks are still the dead one's own, and swept with the rest.
    if (block !== 0) handOver(thread.memory, block, thread.id, PUBLISHED);
    return { place: new Place(thread, cell), guard, own };
  } catch (error) {
    if (block !== 0) freeChain(thread.memory, block, thread.id);
    if (own) guard?.close();
    throw error;
  }
}

/** Claims adjoining blocks for that many bytes, which are 0, and gives the first; 0 if they fit into the cell. */
function claimElements(thread: Thread, bytes: number): number {
  if (bytes <= DATA_BYTES) return 0;
  const { memory } = thread;
  const blocks = Math.ceil(bytes / BLOCK_BYTES);
  const block = claimExactRun(memory, thread.id, blocks);
  memory.cover((block + blocks) * BLOCK_WORDS - 1);
  memory.bytes.fill(0, block * BLOCK_BYTES, block * BLOCK_BYTES + bytes);
  return block;
}

/** Takes the cell apart when nobody holds it. */
export function destroyElements(thread: Thread, cell: number): void {
  const { memory } = thread;
  const at = cellAt(cell);
  dropLock(thread, at + LOCK);
  const block = memory.words[at + BLOCK];
  // Ours first, then forgotten, then free: a repetition after a death finds blocks that are not published, and leaves them to the sweep.
  if (block === 0 || !handOver(memory, block, PUBLISHED, thread.id)) return;
  memory.words[at + BLOCK] = 0;
  freeChain(memory, block, thread.id);
}

/** What {@linkcode SharedValue} and {@linkcode SharedArray} have in common, besides what every {@linkcode SharedObject} has. */
export abstract class SharedElements extends SharedObject {
  readonly #elements: Elements;
  #guard: Guard | null | undefined;
  readonly #ownGuard: boolean;

  /** @ignore Opens an object, a new one or that at a place. `name` is its class, for messages. */
  constructor(from: Made | Place, name: string) {
    const place = from instanceof Place ? from : from.place;
    super(place, name);
    const { thread: { memory }, at } = place;
    const { words } = memory;
    const block = words[at + BLOCK];
    const offset = block === 0 ? (at + DATA) * 4 : block * BLOCK_BYTES;
    const kind = elementKindCoded(words[at + ELEMENT]);
    const length = words[at + LENGTH] >>> 0;
    // They may lie in memory that another thread has added, or beyond the window.
    memory.cover(Math.ceil((offset + length * kind.bytes) / 4) - 1);
    this.#elements = new Elements(kind, memory.words.buffer as SharedArrayBuffer, offset, length, () => this.check());
    if (words[at + LOCK] === 0) this.#guard = null;
    else if (!(from instanceof Place)) this.#guard = from.guard;
    this.#ownGuard = from instanceof Place || from.own;
  }

  /**
   * The elements.
   * @ignore
   */
  protected get elements(): Elements {
    return this.#elements;
  }

  /** The lock to hold around changes of several steps; `null` if it was made with `lock: false`. */
  get lock(): Guard | null {
    this.check();
    if (this.#guard !== undefined) return this.#guard;
    return this.#guard = openGuard(this.thread, this.base + LOCK);
  }

  /** Closes this thread's handle, and its lock unless that was given to the constructor. May be repeated. */
  override close(): void {
    super.close();
    if (this.#ownGuard) this.#guard?.close();
  }
}
