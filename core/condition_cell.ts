/**
 * The words of a Condition, and how it is notified.
 *
 * ```text
 * +16        LOCK        its lock: three words (lock_link.ts)
 * +19        LAST        the slot notified last; the next search begins after it
 * +32        WAITERS     wait set
 * +48…175    WAITING     16 bits a slot: how many tasks of that thread wait and have not been notified
 * +176…239   OWED        8 bits a slot: how many notifications that thread has not come back with; 255: that many or more
 * ```
 *
 * A notification goes to a slot, and its thread gives it to a task: the oldest that waited then. So a task that begins to
 * wait later cannot take it, and nobody has to acknowledge anything. WAITING is raised by the thread itself while it
 * holds the lock, before it releases it: whoever holds the lock next sees all who wait. It is lowered by compareExchange,
 * by a notifier or by a task that gives up, so one of both is first: a task either was notified or was not.
 *
 * The thread knows how many of its tasks wait (condition_wait.ts), so it needs WAITING alone to know how many were notified.
 * OWED is for the death of the thread: what it has not come back with, having the lock again, goes to others. It is raised
 * before WAITING is lowered, and lowered again if there was less to take by then. So who recovers the thread, and takes
 * its WAITING before he reads OWED, either finds the notification there, or the notifier finds nobody and goes on to the
 * next. In the other order it could go to the dead and be lost. At worst a death passes on one too many.
 * @module
 */
import { cellAt } from "./cells.ts";
import { dropLock } from "./lock_link.ts";
import { add, and, compareExchange, load, store } from "./memory.ts";
import type { Thread } from "./thread.ts";
import type { Memory } from "./views.ts";
import { recoverWaitSet, ring, withdraw } from "./wait_set.ts";

export const LOCK = 16;
const LAST = 19;
export const WAITERS = 32;
const WAITING = 48;
const OWED = 176;

const SLOTS = 256;
/** How many tasks of one thread can wait. */
export const MOST_TASKS = 0xffff;
const MANY = 0xff;

function shiftOf(slot: number): number {
  return (slot & 1) << 4;
}

/** How many tasks of `slot` wait and have not been notified. */
export function waitingIn(words: Int32Array, at: number, slot: number): number {
  return (load(words, at + WAITING + (slot >> 1)) >>> shiftOf(slot)) & MOST_TASKS;
}

/** One task more of this thread waits; there are fewer than `MOST_TASKS`. */
export function addWaiting(words: Int32Array, at: number, slot: number): void {
  add(words, at + WAITING + (slot >> 1), 1 << shiftOf(slot));
}

/** Takes at most `most` tasks of `slot` from those that wait, and gives how many. */
export function takeWaiting(words: Int32Array, at: number, slot: number, most: number): number {
  const word = at + WAITING + (slot >> 1);
  for (let before = load(words, word);;) {
    const taken = Math.min((before >>> shiftOf(slot)) & MOST_TASKS, most);
    const seen = compareExchange(words, word, before, before - (taken << shiftOf(slot)));
    if (seen === before) return taken;
    before = seen;
  }
}

/** Changes the byte of `slot` in OWED by `change` of what it was. */
function changeOwed(words: Int32Array, at: number, slot: number, change: (owed: number) => number): void {
  const word = at + OWED + (slot >> 2);
  const shift = (slot & 3) << 3;
  for (let before = load(words, word);;) {
    const after = (before & ~(MANY << shift)) | (change((before >>> shift) & MANY) << shift);
    const seen = compareExchange(words, word, before, after);
    if (seen === before) return;
    before = seen;
  }
}

function lowerOwed(words: Int32Array, at: number, slot: number, by: number): void {
  changeOwed(words, at, slot, (owed) => owed === MANY ? MANY : Math.max(owed - by, 0));
}

/** This thread has come back with one notification; `left` are still on the way. */
export function comeBack(words: Int32Array, at: number, slot: number, left: number): void {
  // Beyond what can be counted it stays "many" until none is left. Else it is not made 0 even then: a recovery, which
  // notifies without the lock, may have raised it for what is not to be seen in WAITING yet.
  if (left === 0) changeOwed(words, at, slot, (owed) => owed === MANY ? 0 : Math.max(owed - 1, 0));
  else lowerOwed(words, at, slot, 1);
}

/** Notifies at most `count` tasks, going round the slots from the one after that notified last. */
export function notifyTasks(memory: Memory, at: number, count: number): void {
  const { words } = memory;
  const last = load(words, at + LAST);
  for (let step = 1, left = count; step <= SLOTS && left > 0; step++) {
    const slot = (last + step) & (SLOTS - 1);
    // A plain look, which is four times as fast: the lock orders it after all who wait.
    if (words[at + WAITING + (slot >> 1)] === 0) {
      // Neither does the other slot of this word have any.
      step += 1 - (slot & 1);
      continue;
    }
    const wanted = Math.min(waitingIn(words, at, slot), left);
    if (wanted === 0) continue;
    changeOwed(words, at, slot, (owed) => Math.min(owed + wanted, MANY));
    const taken = takeWaiting(words, at, slot, wanted);
    if (taken < wanted) lowerOwed(words, at, slot, wanted - taken);
    if (taken === 0) continue;
    left -= taken;
    store(words, at + LAST, slot);
    // Rung once for all of its tasks, and only if it sleeps: else it looks again after it has enrolled.
    if (!withdraw(memory, at + WAITERS, slot)) ring(memory, slot, at + WAITERS);
  }
}

/** Lets the lock go. Nobody holds the Condition any more. */
export function destroyCondition(thread: Thread, cell: number): void {
  dropLock(thread, cellAt(cell) + LOCK);
}

/** The tasks of the dead thread `id` wait no longer; notifications that it has not come back with go to others. */
export function recoverCondition(thread: Thread, cell: number, id: number): void {
  const { memory } = thread;
  const { words } = memory;
  const at = cellAt(cell);
  const slot = id & 0xff;
  takeWaiting(words, at, slot, MOST_TASKS);
  recoverWaitSet(memory, at + WAITERS, slot);
  const word = at + OWED + (slot >> 2);
  const shift = (slot & 3) << 3;
  const owed = (load(words, word) >>> shift) & MANY;
  if (owed === 0) return;
  // Passed on before it is forgotten: twice, if the recoverer dies in between, but not never.
  notifyTasks(memory, at, owed === MANY ? Infinity : owed);
  and(words, word, ~(MANY << shift));
}
