/**
 * The words of a Barrier, and its transitions.
 *
 * ```text
 * +16      LOCK     the internal lock (mutex.ts): every change of the words below but DEAD and GONE is made under it
 * +17      STATE    cycle << 2 | phase: FILLING, ACTING (the last party runs the action) or BROKEN
 * +18      PARTIES  how many parties a cycle has
 * +20      DEAD     not 0: look at GONE
 * +24…31   BROKE    one bit a slot: the last cycle in which that thread waited ended broken
 * +32…47   and +48…63, used by cycles in turn:
 *    +0    COUNT    how many have arrived in the cycle
 *    +8    BITS     one bit a slot: that thread waits in the cycle, with one task or several
 * +64      WAITERS  wait set of those who have arrived
 * +80      ENTRIES  wait set of those who have to let an action end before they arrive
 * +96…103  GONE     one bit a slot: that thread is dead; if it waits here, the cycle is to be broken
 * ```
 *
 * One store of STATE ends a cycle, well or broken, and begins the next. What it refers to is written before it: BROKE says
 * for each thread that waits how it will have ended, and the words of the next cycle are zero. So whoever waits looks at STATE alone
 * until that has moved, however many cycles have gone by then, and at its bit of BROKE afterwards: the bit changes no
 * more until that thread arrives again.
 *
 * An arrival writes its bit before the count. A death between leaves a bit without a count, and a death with a bit breaks
 * the cycle. One in front of the store of STATE leaves bits in BROKE that nobody has looked at, which are taken out again.
 * @module
 */
import { cellAt } from "./cells.ts";
import { and, compareExchange, exchange, load, notify, or, store } from "./memory.ts";
import { CONTENDED, lockSlow, OWN, recoverLock } from "./mutex.ts";
import type { Thread } from "./thread.ts";
import { recoverWaitSet, wakeAll } from "./wait_set.ts";

const LOCK = 16;
const STATE = 17;
const PARTIES = 18;
const DEAD = 20;
const BROKE = 24;
const BANKS = 32;
const BANK_WORDS = 16;
const BITS = 8;
export const WAITERS = 64;
export const ENTRIES = 80;
const GONE = 96;

const FILLING = 0;
const ACTING = 1;
export const BROKEN = 2;
const CYCLES = 0x3fffffff;

/** Not now: the last party of this cycle runs the action. */
export const LATER = -1;
/** The barrier is broken. */
export const REFUSED = -2;

/** Writes a new barrier into the zeroed cell at word `at`. */
export function initBarrier(words: Int32Array, at: number, parties: number): void {
  words[at + PARTIES] = parties;
}

/** A Barrier as this thread sees it. */
export class BarrierCell {
  readonly thread: Thread;
  readonly at: number;
  readonly parties: number;

  constructor(thread: Thread, at: number) {
    this.thread = thread;
    this.at = at;
    this.parties = thread.memory.words[at + PARTIES];
  }

  /** The number of the cycle that is under way. */
  get cycle(): number {
    return load(this.thread.memory.words, this.at + STATE) >>> 2;
  }

  get phase(): number {
    return load(this.thread.memory.words, this.at + STATE) & 3;
  }

  get acting(): boolean {
    return this.phase === ACTING;
  }

  /** How many wait for the cycle to be full; 0 when it is full or broken. */
  get count(): number {
    const { words } = this.thread.memory;
    const state = load(words, this.at + STATE);
    return (state & 3) === FILLING ? load(words, this.#bank(state >>> 2)) : 0;
  }

  /**
   * Arrives, and gives this party's number in its cycle, LATER or REFUSED. The last one ends the cycle, unless it `acts`
   * first: then it ends it by `complete`.
   *
   * @param join is told the number of the cycle, under the lock
   */
  arrive(acts: boolean, join: (cycle: number) => void): number {
    let full = false;
    const index = this.#exclusive(() => {
      const { words } = this.thread.memory;
      const state = words[this.at + STATE];
      if ((state & 3) !== FILLING) return (state & 3) === ACTING ? LATER : REFUSED;
      const cycle = state >>> 2;
      join(cycle);
      const bank = this.#bank(cycle);
      const { slot } = this.thread;
      or(words, bank + BITS + (slot >> 5), 1 << (slot & 31));
      const index = words[bank];
      full = index + 1 === this.parties;
      if (!full) store(words, bank, index + 1);
      else if (acts) store(words, this.at + STATE, (cycle << 2) | ACTING);
      else this.#endCycle(false, FILLING);
      return index;
    });
    if (full && !acts) this.#wake();
    return index;
  }

  /** Whether the cycle `cycle`, which has ended and in which this thread waited, ended broken; and forgets it with `forget`. */
  broke(forget: boolean): boolean {
    const { slot, memory } = this.thread;
    const word = this.at + BROKE + (slot >> 5);
    const bit = 1 << (slot & 31);
    return ((forget ? and(memory.words, word, ~bit) : load(memory.words, word)) & bit) !== 0;
  }

  /** Ends the cycle well after its action. False if it was broken meanwhile. */
  complete(cycle: number): boolean {
    return this.#end(false, FILLING, (state) => state === ((cycle << 2) | ACTING));
  }

  /** Breaks the barrier, if the cycle `cycle` is still under way. */
  breakCycle(cycle: number): void {
    this.#end(true, BROKEN, (state) => state >>> 2 === cycle && (state & 3) !== BROKEN);
  }

  /** Breaks the barrier. */
  abort(): void {
    this.#end(true, BROKEN, (state) => (state & 3) !== BROKEN);
  }

  /** Begins a new cycle; those who wait find theirs broken. */
  reset(): void {
    this.#end(true, FILLING, () => true);
  }

  #end(broken: boolean, phase: number, when: (state: number) => boolean): boolean {
    const ended = this.#exclusive(() => {
      const due = when(this.thread.memory.words[this.at + STATE] | 0);
      if (due) this.#endCycle(broken, phase);
      return due;
    });
    if (ended) this.#wake();
    return ended;
  }

  #wake(): void {
    wakeAll(this.thread.memory, this.at + WAITERS);
    wakeAll(this.thread.memory, this.at + ENTRIES);
  }

  #bank(cycle: number): number {
    return this.at + BANKS + (cycle & 1) * BANK_WORDS;
  }

  /** Ends the cycle and begins the next in `phase`. Under the lock. */
  #endCycle(broken: boolean, phase: number): void {
    const { words } = this.thread.memory;
    const cycle = words[this.at + STATE] >>> 2;
    const bank = this.#bank(cycle);
    const next = this.#bank(cycle + 1);
    for (let group = 0; group < 8; group++) {
      if (broken) or(words, this.at + BROKE + group, load(words, bank + BITS + group));
      store(words, next + BITS + group, 0);
    }
    store(words, next, 0);
    store(words, this.at + STATE, (((cycle + 1) & CYCLES) << 2) | phase);
  }

  /** Runs `change`, which is ours and does not throw, under the lock. */
  #exclusive<T>(change: () => T): T {
    const { memory: { words }, id } = this.thread;
    const lock = this.at + LOCK;
    let broke = false;
    let outcome: T;
    if (compareExchange(words, lock, 0, id) !== 0 && lockSlow(words, lock, id, Infinity) === OWN) this.#repair();
    try {
      // A thread that gets the slot of a dead one must not be taken for it.
      broke = load(words, this.at + DEAD) !== 0 && this.#breakForDead();
      outcome = change();
    } finally {
      let held = 0;
      try {
        held = exchange(words, lock, 0);
      } catch (error) {
        // No stack for one call more: see mutex.ts.
        words[lock] = 0;
        // deno-lint-ignore no-unsafe-finally -- what unwound is the same overflow
        throw error;
      }
      if ((held & CONTENDED) !== 0) notify(words, lock, 1);
    }
    if (broke) this.#wake();
    // Somebody who found the lock held may have left a dead thread to its holder, who looks after the release.
    this.#attend();
    return outcome;
  }

  /** Breaks the barrier if a dead thread waits at it, unless the lock is held: then its holder will. */
  #attend(): void {
    const { memory: { words }, id } = this.thread;
    const lock = this.at + LOCK;
    while (load(words, this.at + DEAD) !== 0 && compareExchange(words, lock, 0, id) === 0) {
      let broke = false;
      try {
        broke = this.#breakForDead();
      } finally {
        let held = 0;
        try {
          held = exchange(words, lock, 0);
        } catch (error) {
          // No stack for one call more: see mutex.ts.
          words[lock] = 0;
          // deno-lint-ignore no-unsafe-finally -- what unwound is the same overflow
          throw error;
        }
        if ((held & CONTENDED) !== 0) notify(words, lock, 1);
      }
      if (broke) this.#wake();
    }
  }

  /** Under the lock. Whether it broke the barrier. */
  #breakForDead(): boolean {
    const { words } = this.thread.memory;
    // Who sets a bit of GONE sets DEAD afterwards: a bit that comes after this store is announced anew.
    store(words, this.at + DEAD, 0);
    const bank = this.#bank(words[this.at + STATE] >>> 2);
    let broke = false;
    for (let group = 0; group < 8; group++) {
      const gone = load(words, this.at + GONE + group);
      if (gone === 0) continue;
      if (!broke && (gone & load(words, bank + BITS + group)) !== 0) {
        this.#endCycle(true, BROKEN);
        broke = true;
      }
      and(words, this.at + GONE + group, ~gone);
    }
    return broke;
  }

  /** After a death under the lock, which the caller has: takes back what was about to be said of those who wait. */
  #repair(): void {
    const { words } = this.thread.memory;
    const bank = this.#bank(words[this.at + STATE] >>> 2);
    for (let group = 0; group < 8; group++) and(words, this.at + BROKE + group, ~load(words, bank + BITS + group));
    store(words, this.at + DEAD, 1);
  }

  /** Breaks the cycle in which the dead thread `id` waited. Waits for nobody: the lock may be held by another dead one. */
  recover(id: number): void {
    const { memory } = this.thread;
    const { words } = memory;
    const slot = id & 0xff;
    or(words, this.at + GONE + (slot >> 5), 1 << (slot & 31));
    store(words, this.at + DEAD, 1);
    if ((load(words, this.at + LOCK) & ~CONTENDED) === id) this.#repair();
    recoverLock(words, this.at + LOCK, id);
    this.#attend();
    recoverWaitSet(memory, this.at + WAITERS, slot);
    recoverWaitSet(memory, this.at + ENTRIES, slot);
  }
}

/** Repairs the barrier in `cell` after the death of thread `id`. */
export function recoverBarrier(thread: Thread, cell: number, id: number): void {
  new BarrierCell(thread, cellAt(cell)).recover(id);
}
