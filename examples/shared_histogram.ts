/**
 * A histogram that all workers fill at once. Single counts are atomic additions through the array's view; the summary,
 * which has to change as a whole, is changed under the array's lock.
 */
import { cpuCount, isMainThread, Process, SharedArray, SharedValue } from "../mod.ts";

const BINS = 10;
const SAMPLES = 100_000;

/** Throws two dice `SAMPLES` times, with numbers that begin at `seed`. */
export function sample(
  seed: number,
  bins: SharedArray<"uint32">,
  range: SharedArray<"float64">,
  done: SharedValue<"uint32">,
): void {
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  let least = 1;
  let most = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const value = (random() + random()) / 2;
    Atomics.add(bins.view, Math.floor(value * BINS), 1);
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  using _held = range.lock!.holdSync();
  range.set(0, Math.min(range.at(0)!, least));
  range.set(1, Math.max(range.at(1)!, most));
  done.add(1);
}

if (isMainThread) {
  const bins = new SharedArray("uint32", BINS);
  const range = new SharedArray("float64", [1, 0]);
  const done = new SharedValue("uint32");
  const workers = Array.from(
    { length: Math.max(2, cpuCount()) },
    (_, seed) => new Process({ module: import.meta.url, target: sample, args: [seed, bins, range, done] }).start(),
  );
  for (const worker of workers) await worker.join();

  const total = [...bins].reduce((sum, count) => sum + count, 0);
  const most = Math.max(...bins);
  for (const [bin, count] of [...bins].entries()) {
    console.log(`${(bin / BINS).toFixed(1)} ${"#".repeat(Math.round((count / most) * 40))}`);
  }
  console.log(`all counted: ${total === done.value * SAMPLES}`);
  console.log(`from ${range.at(0)!.toFixed(1)} to ${range.at(1)!.toFixed(1)}`);
}
