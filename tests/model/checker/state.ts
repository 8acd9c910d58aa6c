/**
 * Where a simulated program is at one moment: its memory, its threads, who sleeps, who is dead, and which sequential
 * explanations of its calls are left. It can be put back to an earlier moment.
 * @module
 */
import { History } from "./history.ts";
import { Linearizer } from "./linear.ts";
import { mixHigh, mixLow, ModelMemory } from "./memory.ts";
import { newSeat } from "./seat.ts";
import type { Seat, Waiter } from "./seat.ts";

export interface Moment {
  readonly mark: number;
  readonly seats: readonly Seat[];
  readonly waiters: readonly Waiter[];
  readonly explained: number;
  readonly deaths: readonly number[];
}

export class State {
  readonly memory: ModelMemory;
  seats: Seat[];
  /** Who sleeps on which word, in the order in which they came. */
  waiters: readonly Waiter[] = [];
  /** The number of the set of explanations. */
  explained: number = Linearizer.START;
  /** Who was killed, in that order. */
  deaths: readonly number[] = [];

  constructor(bytes: number, threads: number) {
    this.memory = new ModelMemory(bytes);
    this.seats = Array.from({ length: threads }, () => newSeat(new History()));
  }

  /** The thread's seat, to be changed: earlier moments keep the seat as it was. */
  touch(actor: number): Seat {
    return this.seats[actor] = { ...this.seats[actor] };
  }

  /** A number for the state, equal for equal states; 53 bits, so that different ones hardly ever share it. */
  key(extra: number): number {
    let low = this.memory.low ^ extra;
    let high = this.memory.high;
    for (const seat of this.seats) {
      const rest = seat.status | (seat.calls.length << 3) | (seat.deaths << 6);
      low = mixLow(low, seat.history.id) ^ mixLow(rest, seat.paused) ^ mixLow(seat.clock, seat.tokens);
      high = mixHigh(high, seat.history.id) + mixHigh(rest, 2);
      for (const token of seat.events) low = mixLow(low, token);
    }
    for (const waiter of this.waiters) {
      low = mixLow(low, waiter.actor * 64 + waiter.token);
      high = mixHigh(high, waiter.at);
    }
    for (const actor of this.deaths) high = mixHigh(high, actor + 100);
    low = mixLow(low, this.explained);
    return (high & 0x1fffff) * 4294967296 + (low >>> 0);
  }

  save(): Moment {
    const { seats, waiters, explained, deaths } = this;
    return { mark: this.memory.mark(), seats: seats.slice(), waiters, explained, deaths };
  }

  restore(moment: Moment): void {
    this.memory.undo(moment.mark);
    this.seats = moment.seats.slice();
    this.waiters = moment.waiters;
    this.explained = moment.explained;
    this.deaths = moment.deaths;
  }
}
