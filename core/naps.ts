/**
 * Whether naps pay, found out by trying.
 *
 * How many items a thread takes when it naps before it looks depends on who else wants its core, and on whether those who put
 * go on meanwhile or wait for what this thread answers. Neither can be known. So it looks for some milliseconds, naps for as
 * many, and keeps to what took clearly more for a while, before it tries again.
 * @module
 */

/** How long each way is tried, and how long the better one is kept, in milliseconds. */
const TRIAL = 5;
const KEPT = 250;
/** Napping must take so many times what looking takes: a nap makes what comes alone late. */
const GAIN = 1.05;
/** With fewer items a millisecond, a trial says nothing. */
const LEAST = 32;

const LOOKING = 0;
const NAPPING = 1;
const DECIDED = 2;

/** One thread's experience with naps. Times are readings of one clock, in milliseconds. */
export class Naps {
  #phase = DECIDED;
  #nap = false;
  #since = 0;
  #until = 0;
  #before = 0;
  /** Items a millisecond without naps. */
  #looking = 0;

  /** A wait in a stream begins at `reading`; the thread has taken `taken` items until now. Whether it should nap. */
  next(reading: number, taken: number): boolean {
    if (reading < this.#until) return this.#nap;
    const time = reading - this.#since;
    const rate = (taken - this.#before) / time;
    // A trial in which the stream paused, or which a busy machine made long, says nothing either.
    const valid = time < 2 * TRIAL && this.#phase !== DECIDED;
    this.#since = reading;
    this.#before = taken;
    if (!valid) this.#enter(LOOKING, false, reading + TRIAL);
    else if (this.#phase === NAPPING) this.#enter(DECIDED, rate > this.#looking * GAIN, reading + KEPT);
    else if (rate < LEAST) this.#enter(DECIDED, false, reading + KEPT);
    else {
      this.#looking = rate;
      this.#enter(NAPPING, true, reading + TRIAL);
    }
    return this.#nap;
  }

  #enter(phase: number, nap: boolean, until: number): void {
    this.#phase = phase;
    this.#nap = nap;
    this.#until = until;
  }
}
