/**
 * Slots: which threads take part in an arena.
 *
 * ```text
 * +0   STATE      generation << 2 | FREE, ALIVE, DOOMED (told to end) or DEAD (really ended, being recovered)
 * +1   THREAD     the runtime's number for the thread, plus one
 * +2   RECOVERER  the id of the thread that recovers what this one, dead, has held
 * +16  BELL       counts rings; the thread sleeps on it
 * +17  MAIL       the wait set it was last rung for, 0 (none) or ALL
 * +32  REHEARSAL  a wait set of its own, woken once when it joins
 * ```
 * FREE → ALIVE by whoever joins, in a new generation; → DOOMED by `doom`; → DEAD and → FREE by whoever recovers.
 * @module
 */
import { add, compareExchange, load, notify, store } from "./memory.ts";
import type { Memory } from "./views.ts";
import type { Runtime } from "./runtime.ts";
import { ThreadTerminated, TooManyThreads } from "./errors.ts";
import { MAX_THREADS, SLOT_BELL, SLOT_BITS, SLOT_MAIL, SLOT_RECOVERER, SLOT_STATE, SLOT_THREAD } from "./layout.ts";
import { ALL, ring, slotAt } from "./wait_set.ts";

export const VACANT = 0;
export const ALIVE = 1;
export const DOOMED = 2;
export const DEAD = 3;

const GENERATIONS = 0x1fffff;

/** This thread's place in one arena. */
export class Seat {
  readonly memory: Memory;
  readonly runtime: Runtime;
  /** 0 … 255. */
  readonly slot: number;
  /** Generation << 8 | slot: names this thread in lock words and owner words; at least 256. */
  readonly id: number;
  /** Word index of the bell; the mail word follows it. */
  readonly bell: number;
  readonly #state: number;
  readonly #alive: number;

  constructor(memory: Memory, runtime: Runtime) {
    this.memory = memory;
    this.runtime = runtime;
    this.id = claimSlot(memory, runtime.threadId());
    this.slot = slotOf(this.id);
    this.#state = slotAt(this.slot) + SLOT_STATE;
    this.#alive = (this.id >> SLOT_BITS << 2) | ALIVE;
    this.bell = slotAt(this.slot) + SLOT_BELL;
  }

  /** Throws ThreadTerminated if this thread was told to end. A plain read: what matters is that it is seen before long. */
  check(): void {
    if (this.memory.words[this.#state] !== this.#alive) this.#refuse();
  }

  /** Whether this thread was told to end. */
  get doomed(): boolean {
    return this.memory.words[this.#state] !== this.#alive;
  }

  #refuse(): never {
    throw new ThreadTerminated(
      "This thread was told to end, so it can use shared objects no longer. Return from its target.",
    );
  }
}

/** The slot in a thread's id. */
export function slotOf(id: number): number {
  return id & (MAX_THREADS - 1);
}

function claimSlot(memory: Memory, threadId: number): number {
  const words = memory.words;
  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const at = slotAt(slot);
    const state = load(words, at);
    if ((state & 3) !== VACANT) continue;
    const generation = ((state >> 2) + 1) & GENERATIONS || 1;
    if (compareExchange(words, at, state, (generation << 2) | ALIVE) !== state) continue;
    words[at + SLOT_THREAD] = threadId + 1;
    words[at + SLOT_RECOVERER] = 0;
    store(words, at + SLOT_MAIL, 0);
    return (generation << SLOT_BITS) | slot;
  }
  throw tooManyThreads();
}

/** Whether there is a place for one more thread at this moment. */
export function hasPlace(memory: Memory): boolean {
  let taken = 0;
  eachThread(memory, () => taken++);
  return taken < MAX_THREADS;
}

/** The error of a thread for which there is no place. */
export function tooManyThreads(): TooManyThreads {
  return new TooManyThreads(
    `${MAX_THREADS} threads take part already, the most that one program can have. End some, or use fewer and larger ones.`,
  );
}

/** The state of the thread `id`: VACANT also if its slot has gone to another one since. */
export function stateOf(memory: Memory, id: number): number {
  const state = load(memory.words, slotAt(slotOf(id)));
  return state >> 2 === id >> SLOT_BITS ? state & 3 : VACANT;
}

/** Tells thread `id` to end: each of its operations throws from now on, and what it waits in wakes. False if it had ended, or had been told. */
export function doom(memory: Memory, id: number): boolean {
  const at = slotAt(slotOf(id));
  const generation = id >> SLOT_BITS << 2;
  if (compareExchange(memory.words, at, generation | ALIVE, generation | DOOMED) !== (generation | ALIVE)) return false;
  store(memory.words, at + SLOT_MAIL, ALL);
  add(memory.words, at + SLOT_BELL, 1);
  notify(memory.words, at + SLOT_BELL);
  return true;
}

/** The id of the thread to which the runtime gave the number `threadId`, until it is recovered; 0 if it takes no part, or has none (-1). */
export function findThread(memory: Memory, threadId: number): number {
  // Such as a thread that is just coming has no number yet, either.
  if (threadId < 0) return 0;
  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const state = load(memory.words, slotAt(slot));
    if ((state & 3) === VACANT || memory.words[slotAt(slot) + SLOT_THREAD] !== threadId + 1) continue;
    return (state >> 2 << SLOT_BITS) | slot;
  }
  return 0;
}

/** Calls `visit` with the id and the state of every slot that is not vacant. */
export function eachThread(memory: Memory, visit: (id: number, state: number) => void): void {
  for (let slot = 0; slot < MAX_THREADS; slot++) {
    const state = load(memory.words, slotAt(slot));
    if ((state & 3) !== VACANT) visit((state >> 2 << SLOT_BITS) | slot, state & 3);
  }
}

/**
 * Rings every thread, for all that it waits for. After a death, when all objects are repaired: one that died between clearing a
 * thread's bit in a wait set and ringing its bell has left a sleeper whom no set knows any more.
 */
export function ringAll(memory: Memory): void {
  eachThread(memory, (id) => ring(memory, slotOf(id), ALL));
}

/** Claims the recovery of thread `id` for thread `by`. False if it is not there to recover, or another one is at it. */
export function claimRecovery(memory: Memory, id: number, by: number): boolean {
  const at = slotAt(slotOf(id));
  const generation = id >> SLOT_BITS << 2;
  for (const state of [ALIVE, DOOMED]) {
    compareExchange(memory.words, at, generation | state, generation | DEAD);
  }
  if (load(memory.words, at) !== (generation | DEAD)) return false;
  if (compareExchange(memory.words, at + SLOT_RECOVERER, 0, by) === 0) return true;
  // One that ended by itself recovers itself as its last act, and may have been killed in the middle of that.
  return by !== id && compareExchange(memory.words, at + SLOT_RECOVERER, id, by) === id;
}

/** The id of a dead thread whose recovery was claimed by thread `by`; 0 if there is none. */
export function recoveredBy(memory: Memory, by: number): number {
  let found = 0;
  eachThread(memory, (id, state) => {
    if (state === DEAD && load(memory.words, slotAt(slotOf(id)) + SLOT_RECOVERER) === by) found = id;
  });
  return found;
}

/** Hands the recovery of the dead thread `id` from a recoverer who died to another. */
export function inheritRecovery(memory: Memory, id: number, from: number, to: number): boolean {
  return compareExchange(memory.words, slotAt(slotOf(id)) + SLOT_RECOVERER, from, to) === from;
}

/** The slot of the dead thread `id` is free for another one. The last step of its recovery. */
export function vacate(memory: Memory, id: number): void {
  const at = slotAt(slotOf(id));
  store(memory.words, at + SLOT_RECOVERER, 0);
  // The next thread writes its number after it has claimed the slot: in between, one that looks for the old number must not
  // find it here and take the newcomer for dead.
  store(memory.words, at + SLOT_THREAD, 0);
  store(memory.words, at, (id >> SLOT_BITS << 2) | VACANT);
}
