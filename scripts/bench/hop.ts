/**
 * How far two threads are from each other: how long a word takes from one core's cache to the other's and back. Virtual cores
 * may share a cache or not, and be moved; figures of two threads differ by half between the two, whatever they use.
 * @module
 */

import type { Bench } from "./measure.ts";
import type { Role } from "./thread.ts";
import { median } from "./stats.ts";

const END = -1;
const TRIALS = 12;
/** The first of them warm up. */
const WARM = 5;
/** How long a trial takes, in milliseconds. */
const MS = 3;

export const roles: Record<string, Role> = {
  /** Answers each odd number in the word with the next one, until it is told to end. */
  answerHops: (word: Int32Array) => {
    for (;;) {
      const seen = Atomics.load(word, 0);
      if (seen === END) return;
      if (seen & 1) Atomics.store(word, 0, seen + 1);
    }
  },
};

/** Nanoseconds for one hop there and back; the median of a few trials. */
export async function hop(bench: Bench): Promise<number> {
  const [thread] = await bench.threads(1, new URL(import.meta.url));
  const word = new Int32Array(new SharedArrayBuffer(64));
  const answered = thread.call("answerHops", word);
  const trials: number[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const start = performance.now();
    let now = start;
    let hops = 0;
    for (; now < start + MS; hops++) {
      const next = Atomics.load(word, 0) + 1;
      Atomics.store(word, 0, next);
      // On one core the other one answers only when this thread has lost it.
      for (let look = 1; Atomics.load(word, 0) === next; look++) if ((look & 4095) === 0) now = performance.now();
      if ((hops & 63) === 0) now = performance.now();
    }
    trials.push((now - start) * 1e6 / hops);
  }
  Atomics.store(word, 0, END);
  await answered;
  return median(trials.slice(WARM));
}
