/**
 * The lock of another object (a Condition, a shared value or array), and how it stays as long as that object does: three
 * words of the object's cell.
 *
 * ```text
 * +0 CELL  +1 GENERATION   where the lock lies; 0: there is none
 * +2 KEPT                  how it is kept: OWN, by a bit of its own; COUNTED, as an item on its way; 0, not yet or no longer
 * ```
 *
 * A lock that was made for one object alone is kept by a bit, since setting and clearing it twice is harmless. The bit comes
 * after the object: a death before that leaves it unset, and the lock ends with its maker's hold on it. A lock that was
 * given may belong to several objects, so these are counted, and a death between the count and the word that says so leaves
 * a lock that never ends: 1 KiB, which is better than one that ends too early.
 * @module
 */
import { disown, enterTransit, kindOf, own } from "./cells.ts";
import { IsthmusError } from "./errors.ts";
import { LOCK, RLOCK } from "./kinds.ts";
import { exchange, store } from "./memory.ts";
import type { Thread } from "./thread.ts";

const GENERATION = 1;
const KEPT = 2;

const OWN = 1;
const COUNTED = 2;

/** Names the lock in an object that is being made; `alone`: it was made for this object. */
export function writeLockLink(words: Int32Array, at: number, cell: number, generation: number, alone: boolean): void {
  words[at] = cell;
  words[at + GENERATION] = generation;
  words[at + KEPT] = alone ? OWN : 0;
}

/** Keeps the lock, for the object that is made now and that nobody else knows yet. The caller has the lock open. */
export function keepLock({ memory }: Thread, at: number): void {
  const { words } = memory;
  const cell = words[at];
  if (cell === 0) return;
  if (words[at + KEPT] === OWN) return own(memory, cell);
  enterTransit(memory, cell);
  store(words, at + KEPT, COUNTED);
}

/** Lets go of the lock, when the object ends. May be done twice. */
export function dropLock(thread: Thread, at: number): void {
  const { words } = thread.memory;
  const cell = words[at];
  if (cell === 0) return;
  if (words[at + KEPT] === OWN) {
    // Held meanwhile, or known to have ended: never the words of another object that came to live there.
    if (!thread.enter(cell, words[at + GENERATION])) return;
    disown(thread.memory, cell);
    thread.leave(cell);
  } else if (exchange(words, at + KEPT, 0) === COUNTED) {
    thread.endTransit(cell);
  }
}

/** Opens the lock, which is there as long as the object is, and gives its cell. */
export function enterLock(thread: Thread, at: number): number {
  const { words } = thread.memory;
  const cell = words[at];
  if (thread.enter(cell, words[at + GENERATION])) {
    const kind = kindOf(thread.memory, cell);
    if (kind === LOCK || kind === RLOCK) return cell;
    thread.leave(cell);
  }
  throw new IsthmusError("The lock of a shared object is gone: its memory was overwritten.", "ISTHMUS_CORRUPT");
}
