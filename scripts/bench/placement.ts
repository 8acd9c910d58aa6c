/**
 * Where two threads run. Virtual cores may be two halves of one real core, two cores that share a cache, or two that do not, and
 * are moved from one to the other within seconds; figures of two threads differ by half and more between these, whatever they use.
 * @module
 */

import { availableParallelism } from "node:os";
import type { Bench } from "./measure.ts";
import type { Role } from "./thread.ts";
import { median } from "./stats.ts";

const END = -1;
const TRIALS = 12;
/** The first of them warm up. */
const WARM = 5;
/** How long a trial takes, in milliseconds. */
const MS = 3;

/** Nanoseconds of a hop, there and back, from which on two cores share no cache. */
const FAR = 300;
/** Threads that take so many times as long beside each other as alone share a core. */
const SHARING = 1.5;
/** How much is copied at a time, which fits the caches of one core, and how often. */
const COPIED = 256 * 1024;
const COPIES = 60;

export const roles: Record<string, Role> = {
  /** Answers each odd number in the word with the next one, until it is told to end. */
  answerHops: (word: Int32Array) => {
    for (;;) {
      const seen = Atomics.load(word, 0);
      if (seen === END) return;
      if (seen & 1) Atomics.store(word, 0, seen + 1);
    }
  },
  /** Copies memory about until it is told to end. */
  copyAlong: (word: Int32Array) => {
    const [target, source] = [new Uint8Array(COPIED), new Uint8Array(COPIED)];
    Atomics.store(word, 1, 1);
    while (Atomics.load(word, 0) !== END) target.set(source);
  },
};

let target: Uint8Array | undefined;
let source: Uint8Array | undefined;

/** Milliseconds for copying. */
function copying(): number {
  target ??= new Uint8Array(COPIED);
  source ??= new Uint8Array(COPIED).fill(1);
  const start = performance.now();
  for (let i = 0; i < COPIES; i++) target.set(source);
  return performance.now() - start;
}

/** How many times as long this thread takes for copying while another one does the same. */
async function slowdown(bench: Bench): Promise<number> {
  const [thread] = await bench.threads(1, new URL(import.meta.url));
  const alone = Math.min(copying(), copying());
  const word = new Int32Array(new SharedArrayBuffer(64));
  const ended = thread.call("copyAlong", word);
  while (Atomics.load(word, 1) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const beside = Math.min(copying(), copying());
  Atomics.store(word, 0, END);
  await ended;
  return beside / alone;
}

/** Two cores that share a cache, two that share none, or one core. */
export type Placement = "near" | "far" | "shared";

/** Where two threads run now. `undefined` where there is one core. Takes some 10 ms. */
export async function placement(bench: Bench): Promise<Placement | undefined> {
  if (availableParallelism() < 2) return undefined;
  // Asked first: a hop is long, too, if both threads are on one core.
  if (await slowdown(bench) >= SHARING) return "shared";
  return await hop(bench, 3, 1) < FAR ? "near" : "far";
}

/** Nanoseconds for one hop there and back: the median of `trials` without the first ones, which warm up. */
export async function hop(bench: Bench, trials: number = TRIALS, warm: number = WARM): Promise<number> {
  const [thread] = await bench.threads(1, new URL(import.meta.url));
  const word = new Int32Array(new SharedArrayBuffer(64));
  const answered = thread.call("answerHops", word);
  const times: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
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
    times.push((now - start) * 1e6 / hops);
  }
  Atomics.store(word, 0, END);
  await answered;
  return median(times.slice(warm));
}
