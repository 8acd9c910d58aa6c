/**
 * Round trips: an item to a worker and back, one at a time.
 * @module
 */

import { Queue } from "#isthmus";
import { handleFor } from "./contenders/isthmus.ts";
import { kindOf } from "./items.ts";
import { type Bench, check, type Contender, type Sample, type Workload } from "./measure.ts";
import { quantile } from "./stats.ts";
import type { Thread } from "./thread.ts";

const ISTHMUS = new URL("contenders/isthmus.ts", import.meta.url);
const POST = new URL("contenders/post_message.ts", import.meta.url);

/** Below this median of postMessage's, in µs, both threads run on one core. */
export const TOGETHER = 25;

const { make, sum } = kindOf("small");

function figures(times: Float64Array, from: number): Sample {
  return {
    value: quantile(times, 0.5) * 1000,
    ms: performance.now() - from,
    more: { p99: quantile(times, 0.99) * 1000 },
  };
}

function ours(name: string, thread: Thread, here: boolean, there: boolean): Contender {
  const forth = new Queue();
  const back = new Queue();
  return {
    name: `isthmus ${name}`,
    run: async (n) => {
      const times = new Float64Array(n);
      const from = performance.now();
      const echoed = thread.call("echo", {
        forth: handleFor(thread, forth),
        back: handleFor(thread, back),
        promises: there,
        n,
      });
      let total = 0;
      let expected = 0;
      for (let i = 0; i < n; i++) {
        const item = make(i);
        expected += sum(item);
        const start = performance.now();
        if (here) {
          await forth.put(item);
          total += sum(await back.get());
        } else {
          forth.putSync(item);
          total += sum(back.getSync());
        }
        times[i] = performance.now() - start;
      }
      await echoed;
      check(total, expected);
      return figures(times, from);
    },
    close: () => {
      forth.close();
      back.close();
    },
  };
}

/** Bare postMessage there and back. */
export function post(thread: Thread): Contender {
  return {
    name: "postMessage",
    run: async (n) => {
      const times = new Float64Array(n);
      const from = performance.now();
      const echoed = thread.call("postEcho", { n });
      let total = 0;
      let expected = 0;
      for (let i = 0; i < n; i++) {
        const item = make(i);
        expected += sum(item);
        const start = performance.now();
        total += sum(
          await new Promise((resolve) => {
            thread.listen(resolve);
            thread.post(item);
          }),
        );
        times[i] = performance.now() - start;
      }
      thread.listen(undefined);
      await echoed;
      check(total, expected);
      return figures(times, from);
    },
  };
}

export const roundTrip: Workload = {
  name: "round trip",
  unit: "µs",
  better: "less",
  start: 200,
  contenders: async (bench: Bench) => {
    const [thread] = await bench.threads(1, ISTHMUS);
    await thread.call("load", POST.href);
    return [
      post(thread),
      ours("Sync ↔ Sync", thread, false, false),
      ours("promises ↔ promises", thread, true, true),
      ours("promises (main) ↔ Sync (worker)", thread, true, false),
    ];
  },
};

/** Whether the machine runs two threads apart or together just now: the median round trip of postMessage, in µs. */
export async function probe(bench: Bench): Promise<number> {
  const [thread] = await bench.threads(1, POST);
  const contender = post(thread);
  await contender.run(100);
  return (await contender.run(200)).value;
}
