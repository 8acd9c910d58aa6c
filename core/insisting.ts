/**
 * Turns at a ring. Who comes first takes first, since that is fastest; but a thread that looks again and again can beat
 * one that has to wake up first, for ever. So who was woken in vain a few times insists: until it was served or gives up,
 * those who can wait let it go first.
 * @module
 */
import { compareExchange, exchange, load, notify, store } from "./memory.ts";
import { CONTENDED, lockSlow } from "./mutex.ts";
import { C_INSISTS, C_LOCK, GETTERS, P_INSISTS, P_LOCK, PUTTERS } from "./ring.ts";
import { slotOf } from "./threads.ts";
import type { Seat } from "./threads.ts";
import { ring, wakeAll } from "./wait_set.ts";

/** The words of one side of a ring that concern turns. */
export interface Side {
  readonly lock: number;
  readonly insists: number;
  readonly waiting: number;
}

export const PRODUCERS: Side = { lock: P_LOCK, insists: P_INSISTS, waiting: PUTTERS };
export const CONSUMERS: Side = { lock: C_LOCK, insists: C_INSISTS, waiting: GETTERS };

/** Runs `act`, which neither calls user code nor throws nor allocates much, under the lock at word `lock`. */
export function locked(seat: Seat, lock: number, act: () => void): void {
  const { words } = seat.memory;
  if (compareExchange(words, lock, 0, seat.id) !== 0) lockSlow(words, lock, seat.id, Infinity);
  try {
    act();
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
}

/** Has this thread go first at one side of the ring at word `at`, unless another one insists already. */
export function insist(seat: Seat, at: number, side: Side): void {
  const { words } = seat.memory;
  locked(seat, at + side.lock, () => {
    if (words[at + side.insists] === 0) store(words, at + side.insists, seat.id);
  });
}

/**
 * Rings the thread that insists, as one that was held back by it: the ring that had this one try may have been the only
 * one for what came, and the other would sleep on beside it.
 */
export function giveWay(seat: Seat, at: number, side: Side): void {
  const id = load(seat.memory.words, at + side.insists);
  if (id !== 0) ring(seat.memory, slotOf(id), at + side.waiting);
}

/** Ends the insisting of thread `id`, if it does, and wakes those whom it held back. */
export function endInsisting(seat: Seat, at: number, side: Side, id: number): void {
  const { words } = seat.memory;
  let ended = false;
  locked(seat, at + side.lock, () => {
    ended = words[at + side.insists] === id;
    if (ended) store(words, at + side.insists, 0);
  });
  if (ended) wakeAll(seat.memory, at + side.waiting);
}

/**
 * Ends the insisting of the dead thread `id`, if it did. Without the lock: another thread that is dead, and not yet known
 * to be, may hold it, and who recovers must not wait for what only he can release. Who reads the word a moment too late is
 * rung at the end of the recovery.
 */
export function recoverInsisting(seat: Seat, at: number, side: Side, id: number): void {
  if (compareExchange(seat.memory.words, at + side.insists, id, 0) === id) wakeAll(seat.memory, at + side.waiting);
}
