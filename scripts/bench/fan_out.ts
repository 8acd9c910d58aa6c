/**
 * Tasks of 5 µs for two workers, and their results.
 * @module
 */

import { Queue } from "#isthmus";
import { handleFor } from "./contenders/isthmus.ts";
import { pool } from "./contenders/piscina.ts";
import { type Bench, check, type Contender, endEach, rate, type Workload } from "./measure.ts";
import { compute, turnsFor } from "./task.ts";
import type { Thread } from "./thread.ts";

const ISTHMUS = new URL("contenders/isthmus.ts", import.meta.url);
const POST = new URL("contenders/post_message.ts", import.meta.url);
const MICROSECONDS = 5;

/** Makes sure that each task was done once, and right. */
class Results {
  readonly #turns: number;
  readonly #seen: Uint8Array;
  count = 0;

  constructor(n: number, turns: number) {
    this.#turns = turns;
    this.#seen = new Uint8Array(n);
  }

  add(result: unknown): void {
    const [id, value] = result as [number, number];
    if (this.#seen[id]++ !== 0) throw new Error(`Task ${id} was done twice.`);
    // Computing it again is as much work as the task itself, so not each one is.
    if ((id & 63) === 0) {
      check(value, compute(id, this.#turns), `The result of task ${id}`);
    }
    this.count++;
  }
}

async function results(queue: Queue, all: Results, n: number, many: number): Promise<void> {
  while (all.count < n) {
    if (many === 0) all.add(await queue.get());
    else for (const result of await queue.getMany(many)) all.add(result);
  }
}

function ours(workers: Thread[], turns: number, many: number): Contender {
  const tasks = new Queue();
  const done = new Queue();
  return {
    name: many === 0 ? "isthmus one by one" : `isthmus putMany(${8 * many}), getMany(${many})`,
    run: async (n) => {
      const all = new Results(n, turns);
      return await rate(n, async () => {
        const ended = workers.map((thread) =>
          thread.call("work", {
            tasks: handleFor(thread, tasks),
            results: handleFor(thread, done),
            many,
          })
        );
        if (many === 0) {
          for (let id = 0; id < n; id++) tasks.putSync([id, turns]);
        } else {
          for (let id = 0; id < n; id += 8 * many) {
            tasks.putManySync(Array.from({ length: Math.min(8 * many, n - id) }, (_, i) => [id + i, turns]));
          }
        }
        await results(done, all, n, many);
        await endEach(ended, () => tasks.putSync(null));
      });
    },
    close: () => {
      tasks.close();
      done.close();
    },
  };
}

function post(workers: Thread[], turns: number): Contender {
  return {
    name: "postMessage",
    run: async (n) => {
      const all = new Results(n, turns);
      return await rate(n, async () => {
        const ended = workers.map((thread) => thread.call("postWork", undefined));
        await new Promise<void>((resolve, reject) => {
          for (const thread of workers) {
            thread.listen((message) => {
              try {
                all.add(message);
                if (all.count === n) resolve();
              } catch (error) {
                reject(error);
              }
            });
          }
          for (let id = 0; id < n; id++) {
            workers[id % workers.length].post([id, turns]);
          }
        });
        for (const thread of workers) {
          thread.listen(undefined);
          thread.post(null);
        }
        await Promise.all(ended);
      });
    },
  };
}

/** Calls of a pool, 500 at a time. */
async function pooled(turns: number): Promise<Contender> {
  const piscina = await pool();
  return {
    name: "piscina",
    run: async (n) => {
      const all = new Results(n, turns);
      return await rate(n, async () => {
        let next = 0;
        const lane = async () => {
          while (next < n) all.add(await piscina.run([next++, turns]));
        };
        await Promise.all(Array.from({ length: 500 }, lane));
      });
    },
    close: () => void piscina.destroy(),
  };
}

function alone(turns: number): Contender {
  return {
    name: "a loop, no threads",
    run: (n) => {
      const all = new Results(n, turns);
      return rate(n, () => {
        for (let id = 0; id < n; id++) all.add([id, compute(id, turns)]);
        return Promise.resolve();
      });
    },
  };
}

export const fanOut: Workload = {
  name: "fan-out of 5 µs tasks",
  unit: "tasks/s",
  better: "more",
  start: 2000,
  most: 40000,
  contenders: async (bench: Bench) => {
    const workers = await bench.threads(2, ISTHMUS);
    for (const worker of workers) await worker.call("load", POST.href);
    const turns = turnsFor(MICROSECONDS);
    const contenders = [post(workers, turns), ours(workers, turns, 0), ours(workers, turns, 16), alone(turns)];
    return bench.peers ? [...contenders, await pooled(turns)] : contenders;
  },
};
