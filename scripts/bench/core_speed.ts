/**
 * How fast the cores are just now. Where a virtual core is one half of a real one and another machine's program runs on the other
 * half, it does half as many instructions, and this machine looks idle all the same. What computes is hit more by that than what waits,
 * so even ratios change.
 * @module
 */

import type { Bench } from "./measure.ts";
import { median } from "./stats.ts";
import type { Role } from "./thread.ts";

/** How many additions, each of which waits for the one before, are counted as a step's time; and how often. */
const ADDITIONS = 1_000_000;
const BURSTS = 7;
/** A core that takes so many times as long as at best is slowed down. */
const SLOWED = 1.3;

/** Kept, so that no compiler leaves the additions out. */
let total = 0;

function add(): void {
  let sum = total;
  for (let i = 0; i < ADDITIONS; i++) sum = (sum + i) | 0;
  total = sum;
}

/** Milliseconds for the additions, which is nanoseconds for one. */
function step(): number {
  const times: number[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    const start = performance.now();
    add();
    times.push(performance.now() - start);
  }
  return median(times);
}

export const roles: Record<string, Role> = { step };

/** The least that a step has taken: here, and as `know` says. */
export let least = Infinity;

/** Takes note of what a step took in another process. */
export function know(time: number): void {
  least = Math.min(least, time);
}

/** Whether a step of this time is one at full speed, by what is known now. A neighbour that was there all the time is not found out. */
export function isFull(time: number): boolean {
  return time < SLOWED * least;
}

/** The time of a step on the slower of two cores, of which this thread and another one run at the same time. Takes some 3 ms. */
export async function slowerStep(bench: Bench): Promise<number> {
  const [thread] = await bench.threads(1, new URL(import.meta.url));
  const other = thread.call("step", undefined) as Promise<number>;
  const times = [step(), await other];
  know(Math.min(...times));
  return Math.max(...times);
}
