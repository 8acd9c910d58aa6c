/**
 * Several producers and consumers at one queue, all of them workers.
 * @module
 */

import { Queue } from "#isthmus";
import { handleFor } from "./contenders/isthmus.ts";
import { kindOf, sumOf } from "./items.ts";
import { type Bench, check, type Contender, endEach, rate, type Workload } from "./measure.ts";
import type { Thread } from "./thread.ts";

const ISTHMUS = new URL("contenders/isthmus.ts", import.meta.url);
const POST = new URL("contenders/post_message.ts", import.meta.url);
const KIND = "small";

interface Taken {
  sum: number;
  count: number;
}

/** The `index`-th of `parts` equal parts of `n` items. */
function part(index: number, parts: number, n: number): { kind: string; from: number; to: number } {
  return {
    kind: KIND,
    from: Math.floor(n * index / parts),
    to: Math.floor(n * (index + 1) / parts),
  };
}

function checkTaken(taken: Taken[], n: number): void {
  check(taken.reduce((all, { count }) => all + count, 0), n, "The number of items that arrived");
  check(taken.reduce((all, { sum }) => all + sum, 0), sumOf(kindOf(KIND), 0, n));
}

function ours(producers: Thread[], consumers: Thread[], maxsize: number, many: number): Contender {
  const queue = new Queue(maxsize);
  const limits = [
    maxsize > 0 ? `maxsize ${maxsize}` : "",
    many > 0 ? `many(${many})` : "",
  ].filter(Boolean).join(", ");
  return {
    name: `isthmus putSync → getSync${limits === "" ? "" : `, ${limits}`}`,
    run: async (n) => {
      let taken: Taken[] = [];
      let longest: number[] = [];
      const sample = await rate(n, async () => {
        const drained = consumers.map((thread) =>
          thread.call("drain", { handle: handleFor(thread, queue), kind: KIND, many })
        );
        longest = await Promise.all(
          producers.map((thread, i) =>
            thread.call("putTimed", {
              handle: handleFor(thread, queue),
              part: part(i, producers.length, n),
              many,
            }) as Promise<number>
          ),
        );
        await endEach(drained, () => queue.putSync(null));
        taken = await Promise.all(drained) as Taken[];
      });
      checkTaken(taken, n);
      const counts = taken.map(({ count }) => count);
      return {
        ...sample,
        more: {
          "longest put, ms": Math.max(...longest),
          "consumers min/max": Math.min(...counts) / Math.max(...counts),
        },
      };
    },
    close: () => queue.close(),
  };
}

/** Ports between each producer and each consumer, used in turn. */
async function post(producers: Thread[], consumers: Thread[]): Promise<Contender> {
  const ends = producers.map(() => consumers.map(() => new MessageChannel()));
  for (const [i, thread] of producers.entries()) {
    const own = ends[i].map(({ port1 }) => port1);
    await thread.call("postConnect", { own, kind: KIND }, own);
  }
  for (const [i, thread] of consumers.entries()) {
    const own = ends.map((row) => row[i].port2);
    await thread.call("postConnect", { own, kind: KIND }, own);
  }
  return {
    name: "postMessage",
    run: async (n) => {
      let taken: Taken[] = [];
      const sample = await rate(n, async () => {
        const received = consumers.map((thread) => thread.call("postFromPorts", undefined));
        for (const [i, thread] of producers.entries()) {
          void thread.call("postToPorts", part(i, producers.length, n));
        }
        taken = await Promise.all(received) as Taken[];
      });
      checkTaken(taken, n);
      return sample;
    },
  };
}

/** Milliseconds that a run should take: until many threads are awake, and have ended, 10 to 100 ms go by on few cores. */
const MS = 400;

/** The workload of `p` producers and `c` consumers. */
export function several(p: number, c: number, limits = true): Workload {
  return {
    name: `${p} producers, ${c} consumers`,
    unit: "items/s",
    better: "more",
    start: 2000 * p,
    ms: MS,
    contenders: async (bench: Bench) => {
      const threads = await bench.threads(p + c, ISTHMUS);
      for (const thread of threads) await thread.call("load", POST.href);
      const producers = threads.slice(0, p);
      const consumers = threads.slice(p);
      const contenders = [await post(producers, consumers), ours(producers, consumers, 0, 0)];
      if (limits) {
        contenders.push(ours(producers, consumers, 1024, 0), ours(producers, consumers, 0, 64));
      }
      return contenders;
    },
  };
}
