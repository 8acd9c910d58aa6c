/**
 * Whether to look again for a while before sleeping.
 *
 * A sleeping core takes 35–40 µs to wake, so a partner that answers within the budget is met an order of magnitude
 * sooner by looking than by sleeping. But where the partner needs this very core, looking only delays it. Two clock
 * readings far apart say that somebody else had the core in between; then, and after several misses in a row, waits go
 * straight to sleep, and the next trial comes after 16, 32 … 512 of them.
 * @module
 */
import { pause } from "./memory.ts";
import { now } from "./deadline.ts";

/** Longest look, in milliseconds. */
export const BUDGET = 0.1;
/** A gap between two readings of the clock that means that this core was taken, in milliseconds. */
export const TAKEN_CORE = 0.03;
const LOOKS_PER_READING = 16;
/** Misses in a row after which looking stops; fewer in a trial after a stop. */
const MISSES = 6;
const MISSES_OF_TRIAL = 2;
const FIRST_PAUSE = 16;
const LAST_PAUSE = 512;

/** The experience of one thread with looking before sleeping. */
export class SpinPolicy {
  readonly #worth: boolean;
  #misses = 0;
  #skip = 0;
  #pause: number = FIRST_PAUSE;
  #most: number = MISSES;

  /** @param parallelism how many threads can run at once; with one, looking is never worth it */
  constructor(parallelism: number) {
    this.#worth = parallelism > 1;
  }

  /** Whether the wait that begins now should look first. */
  begin(): boolean {
    if (!this.#worth) return false;
    if (this.#skip === 0) return true;
    this.#skip--;
    return false;
  }

  /** What was waited for came while looking. */
  hit(): void {
    this.#misses = 0;
    this.#pause = FIRST_PAUSE;
    this.#most = MISSES;
  }

  /** It did not come within the budget. */
  miss(): void {
    if (++this.#misses >= this.#most) this.giveUp();
  }

  /** Somebody else wants this core: sleep for a number of waits. */
  giveUp(): void {
    this.#misses = 0;
    this.#most = MISSES_OF_TRIAL;
    this.#skip = this.#pause;
    this.#pause = Math.min(this.#pause * 2, LAST_PAUSE);
  }

  /** Looks for at most the budget, and not beyond `until`. True as soon as `ready` is. First lets items come for `gathering` milliseconds. */
  spin(ready: () => boolean, until: number, gathering = 0): boolean {
    if (!this.begin()) return false;
    let last = now();
    const end = Math.min(last + BUDGET, until);
    if (gathering > 0) {
      const looking = Math.min(last + gathering, until);
      while (last < looking) last = now();
    }
    for (;;) {
      for (let look = 0; look < LOOKS_PER_READING; look++) {
        if (ready()) {
          this.hit();
          return true;
        }
        pause();
      }
      const reading = now();
      if (reading - last > TAKEN_CORE) {
        this.giveUp();
        return false;
      }
      if (reading >= end) {
        this.miss();
        return false;
      }
      last = reading;
    }
  }
}
