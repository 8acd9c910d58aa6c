/**
 * What the calls themselves cost: puts and then gets of a few items in one thread, the least of many short runs. It says the
 * same on a busy machine, so it is what changes of the code are judged by.
 * @module
 */

import { Queue } from "#isthmus";
import { type Form, put, take } from "./contenders/isthmus.ts";
import { bytesOf, kindOf, sumOf } from "./items.ts";
import { check, type Contender, type Workload } from "./measure.ts";

const SYNC: Form = { promises: false, many: 0 };
const PROMISES: Form = { promises: true, many: 0 };
const MANY: Form = { promises: false, many: 64 };

function cost(name: string, kind: string, form: Form, items: number): Contender {
  const queue = new Queue();
  return {
    name: `isthmus ${name}`,
    run: async (runs) => {
      const part = { kind, from: 0, to: items };
      const begin = performance.now();
      let [putting, getting] = [Infinity, Infinity];
      for (let run = 0; run < runs; run++) {
        const start = performance.now();
        await put(queue, form, part);
        const middle = performance.now();
        const sum = await take(queue, form, kind, items);
        const end = performance.now();
        check(sum, sumOf(kindOf(kind), 0, items));
        putting = Math.min(putting, (middle - start) * 1e6 / items);
        getting = Math.min(getting, (end - middle) * 1e6 / items);
      }
      const more = { "put, ns": putting, "get, ns": getting };
      return { value: putting + getting, ms: performance.now() - begin, more };
    },
    close: () => queue.close(),
  };
}

/** What a put and a get by promises cost at least, whatever is behind them: the item, and two promises that are resolved already. */
function awaited(kind: string, items: number): Contender {
  const { make, sum } = kindOf(kind);
  return {
    name: `no queue, ${kind}, promises`,
    run: async (runs) => {
      const begin = performance.now();
      let best = Infinity;
      for (let run = 0; run < runs; run++) {
        const start = performance.now();
        let total = 0;
        for (let i = 0; i < items; i++) {
          await Promise.resolve();
          total += sum(await Promise.resolve(make(i)));
        }
        best = Math.min(best, (performance.now() - start) * 1e6 / items);
        check(total, sumOf(kindOf(kind), 0, items));
      }
      return { value: best, ms: performance.now() - begin };
    },
  };
}

/** Making the items and adding them up is part of it. */
export const oneThread: Workload = {
  name: "put and get in one thread",
  unit: "ns/item",
  better: "less",
  start: 20,
  contenders: () => [
    cost("int", "int", SYNC, 1024),
    cost("int, promises", "int", PROMISES, 1024),
    cost("int, many(64)", "int", MANY, 1024),
    cost("small", "small", SYNC, 512),
    cost("small, promises", "small", PROMISES, 512),
    awaited("small", 512),
    cost("small, many(64)", "small", MANY, 512),
    cost("nested 20 keys", "nested 20 keys", SYNC, 128),
    cost("text 1 KiB ASCII", "1 KiB ASCII", SYNC, 128),
    cost("text 1 KiB Latin-1", "1 KiB Latin-1", SYNC, 128),
    cost("text 1 Ki CJK", "1 Ki CJK", SYNC, 128),
    cost("text 64 KiB ASCII", "64 KiB ASCII", SYNC, 8),
    cost("bytes 1 KiB", bytesOf(1024), SYNC, 128),
    cost("bytes 1 MiB", bytesOf(1 << 20), SYNC, 2),
  ],
};
