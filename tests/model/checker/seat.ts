/**
 * A simulated thread at one moment, apart from its history: what it waits for, and what it left open.
 * @module
 */
import type { History, Op } from "./history.ts";
import type { Segment } from "./races.ts";

export const RUNNING = 0;
export const SLEEPING = 1;
export const DEAD = 2;

export interface Timer {
  readonly token: number;
  readonly due: number;
  /** The next turn of the loop, not a time. */
  readonly soon: boolean;
}

/** Copied before each change, so that an earlier moment can be put back. */
export interface Seat {
  history: History;
  status: number;
  clock: number;
  /** Calls to be recorded as begun with the thread's next visible step: a call begins as late as it can. */
  calls: readonly Op[];
  /** Calls begun and not returned. */
  open: number;
  tokens: number;
  /** Tokens of asynchronous waits that were notified, oldest first. */
  events: readonly number[];
  timers: readonly Timer[];
  segment: Segment | null;
  /** The plain writes since the last atomic operation and what stood there before: a death may come between any two. */
  writes: readonly { at: number; before: Uint8Array }[];
  /** The memory's hash when it paused last. */
  paused: number;
  /** How many deaths it has been told. */
  deaths: number;
}

export function newSeat(history: History): Seat {
  return {
    history,
    status: RUNNING,
    clock: 0,
    calls: [],
    open: 0,
    tokens: 1,
    events: [],
    timers: [],
    segment: null,
    writes: [],
    paused: 0,
    deaths: 0,
  };
}

/** A sleeper on a word; token 0 for a blocked thread, else the asynchronous wait's. */
export interface Waiter {
  readonly actor: number;
  readonly at: number;
  readonly token: number;
}
