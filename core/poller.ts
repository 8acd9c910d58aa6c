/**
 * How promise forms look before they sleep: once in each turn of the event loop, as long as that pays (see spin.ts).
 *
 * In a stream (see stream.ts) the thread may nap before it looks. Looking turn by turn keeps a core busy, which on few cores is
 * taken from those who make the items: with 5 µs tasks on two workers and two cores, a quarter of all work. To sleep until
 * somebody rings costs that one a system call for each item. A nap costs neither. It is bounded, taken only where the event loop
 * has little else to do, and only while it pays (see trials.ts).
 * @module
 */
import type { Group } from "./group.ts";
import { nap } from "./nap.ts";
import { now } from "./deadline.ts";
import type { Condition } from "./parker.ts";
import { BUDGET, SpinPolicy, TAKEN_CORE } from "./spin.ts";
import type { Stream } from "./stream.ts";
import type { Seat } from "./threads.ts";
import { Trials } from "./trials.ts";

/** A turn of the event loop that took longer, in milliseconds, had other work. */
const IDLE_TURN = 0.01;

/** The looking of one thread's promise forms. */
export class Poller {
  readonly #seat: Seat;
  readonly #stream: Stream;
  /** Lets the waiters of a group try; whether any was served. */
  readonly #attempt: (group: Group) => boolean;
  /** Lets groups sleep. */
  readonly #sleep: (groups: Group[]) => void;
  readonly #policy: SpinPolicy;
  readonly #naps: Trials = new Trials();
  /** Groups that are looked at in each turn, and are not enrolled meanwhile. */
  readonly #polled: Set<Group> = new Set();
  /** Whether to nap before the next look; and whether this row of looks began with that, not because looking pays. */
  #nap = false;
  #napped = false;
  #scheduled = false;
  #end = 0;
  #last = 0;
  readonly #poll: () => void = () => this.#pollOnce();

  constructor(
    seat: Seat,
    stream: Stream,
    attempt: (group: Group) => boolean,
    sleep: (groups: Group[]) => void,
  ) {
    this.#seat = seat;
    this.#stream = stream;
    this.#attempt = attempt;
    this.#sleep = sleep;
    this.#policy = new SpinPolicy(seat.runtime.parallelism);
  }

  /** Looks at `groups` from now on, for `condition`. False if looking does not pay. */
  begin(groups: Group[], condition: Condition): boolean {
    const stream = condition.gathers === true && this.#stream.next();
    // If it is looked for something else besides, that would be found late.
    this.#nap = false;
    if (this.#polled.size === 0) {
      const reading = now();
      this.#napped = stream && this.#seat.runtime.mayBlock && this.#naps.next(reading, this.#stream.takes);
      if (!this.#napped && !this.#policy.begin()) return false;
      this.#nap = this.#napped;
      this.#last = reading;
      this.#end = reading + BUDGET;
      this.#soon();
    }
    for (const group of groups) this.#polled.add(group);
    return true;
  }

  /** Whether `group` is looked at. */
  has(group: Group): boolean {
    return this.#polled.has(group);
  }

  /** Looks at `group` no longer. Whether it did. */
  delete(group: Group): boolean {
    return this.#polled.delete(group);
  }

  /** Looks at nothing any more: all groups go to sleep. */
  end(): void {
    if (this.#polled.size === 0) return;
    const groups = [...this.#polled];
    this.#polled.clear();
    this.#sleep(groups);
  }

  #soon(): void {
    if (this.#scheduled) return;
    // In this order: were it thrown out between the two, nobody would ever be looked at again.
    this.#seat.runtime.soon(this.#poll);
    this.#scheduled = true;
  }

  #pollOnce(): void {
    this.#scheduled = false;
    if (this.#nap) this.#takeNap();
    let hit = false;
    for (const group of this.#polled) {
      hit = this.#attempt(group) || hit;
      if (group.waiters.size === 0) this.#polled.delete(group);
    }
    if (hit && !this.#napped) this.#policy.hit();
    if (this.#polled.size === 0) return;
    const reading = now();
    const taken = reading - this.#last > TAKEN_CORE && !hit;
    if (hit) this.#end = reading + BUDGET;
    this.#last = reading;
    if (!taken && reading < this.#end) {
      this.#soon();
      return;
    }
    if (!this.#napped) {
      if (taken) this.#policy.giveUp();
      else this.#policy.miss();
    }
    this.#stream.end();
    this.end();
  }

  #takeNap(): void {
    this.#nap = false;
    if (this.#polled.size === 0 || now() - this.#last > IDLE_TURN) return;
    nap(this.#seat);
    this.#last = now();
    this.#end = this.#last + BUDGET;
  }
}
