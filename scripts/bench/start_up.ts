/**
 * What it costs to begin: importing the library, the first queue, and a process beside a bare worker.
 * @module
 */

import { Process, Queue } from "../../mod.ts";
import type { Contender, Workload } from "./measure.ts";
import { Thread } from "./thread.ts";

/** What the measured processes do. */
export function nothing(): void {}

function once(name: string, act: () => unknown): Contender {
  return {
    name,
    run: async () => {
      const start = performance.now();
      await act();
      const ms = performance.now() - start;
      return { value: ms, ms };
    },
  };
}

async function process(): Promise<void> {
  await new Process({ module: import.meta.url, target: nothing }).start()
    .join();
}

/** The first of each is the calibration's; these are the ones after it. */
export const startUp: Workload = {
  name: "start-up",
  unit: "ms",
  better: "less",
  start: 1,
  fixed: true,
  contenders: () => {
    const from = performance.now();
    const queue = new Queue();
    const first = performance.now() - from;
    queue.close();
    return [
      {
        name: "first queue",
        run: () => Promise.resolve({ value: first, ms: first }),
      },
      once("a queue", () => new Queue().close()),
      once(
        "bare worker, started and answering",
        async () => (await Thread.start(new URL("task_roles.ts", import.meta.url))).end(),
      ),
      once("process, started and joined", process),
      once("ten processes at once", () => Promise.all(Array.from({ length: 10 }, process))),
    ];
  },
};
