/**
 * Whether a thread takes a stream of items that come about as fast as it takes them.
 *
 * Such a consumer finds the queue empty after each item or two, and its looking for the next one takes the producer's
 * cache line away again and again: both lose half their speed. It had better leave the queue alone for a moment, and take
 * what has gathered. Not so a thread that puts something between its gets: it may be answering, and somebody waits for that. (Who
 * answers by an Event, a lock or a shared number alone is not known to answer, and does so that moment later.)
 * @module
 */

/** After how many waits in a row with nothing put in between, none of them looked for in vain, they are a stream. */
const STREAM = 16;

/** What a thread's gets look like. */
export class Stream {
  /** How many puts the thread has made. */
  puts = 0;
  /** How many items it has taken. */
  takes = 0;
  #before = 0;
  #streak = 0;

  /** A wait for items begins. Whether it belongs to a stream. */
  next(): boolean {
    this.#streak = this.puts === this.#before ? this.#streak + 1 : 0;
    this.#before = this.puts;
    return this.#streak > STREAM;
  }

  /** In a wait for items it was looked in vain. */
  end(): void {
    this.#streak = 0;
  }
}
