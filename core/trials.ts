/**
 * Whether another way of waiting pays, found out by trying.
 *
 * How many items a thread takes one way or the other (with naps before it looks, or with longer moments in which it leaves the
 * queue alone) depends on how far its core is from the others', on who else wants it, and on whether those who put go on
 * meanwhile or wait for what this thread answers. None of this can be known. So it waits as usual for some milliseconds, the other
 * way for as many, and keeps to what took clearly more for a while, before it tries again.
 * @module
 */

/** How long each way is tried, and how long the better one is kept, in milliseconds. */
const TRIAL = 5;
const KEPT = 250;
/** The other way must take so many times what the usual one takes: it makes what comes alone late. */
const GAIN = 1.05;
/** With fewer items a millisecond, a trial says nothing. */
const LEAST = 32;

const USUAL = 0;
const OTHER = 1;
const DECIDED = 2;

/** One thread's experience with two ways of waiting. Times are readings of one clock, in milliseconds. */
export class Trials {
  #phase = DECIDED;
  #other = false;
  #since = 0;
  #until = 0;
  #before = 0;
  /** Items a millisecond the usual way. */
  #usual = 0;

  /** A wait in a stream begins at `reading`; the thread has taken `taken` items until now. Whether it should be the other way. */
  next(reading: number, taken: number): boolean {
    if (reading < this.#until) return this.#other;
    const time = reading - this.#since;
    const rate = (taken - this.#before) / time;
    // A trial in which the stream paused, or which a busy machine made long, says nothing either.
    const valid = time < 2 * TRIAL && this.#phase !== DECIDED;
    this.#since = reading;
    this.#before = taken;
    if (!valid) this.#enter(USUAL, false, reading + TRIAL);
    else if (this.#phase === OTHER) this.#enter(DECIDED, rate > this.#usual * GAIN, reading + KEPT);
    else if (rate < LEAST) this.#enter(DECIDED, false, reading + KEPT);
    else {
      this.#usual = rate;
      this.#enter(OTHER, true, reading + TRIAL);
    }
    return this.#other;
  }

  #enter(phase: number, other: boolean, until: number): void {
    this.#phase = phase;
    this.#other = other;
    this.#until = until;
  }
}
