/**
 * Many promise forms that wait at once, and a long backlog.
 * @module
 */

import { Queue } from "#isthmus";
import { SHARED } from "../../core/encode/encode.ts";
import { cellAt } from "../../core/cells.ts";
import { unitsOf } from "../../core/ring.ts";
import { handleFor, put, take } from "./contenders/isthmus.ts";
import { kindOf, sumOf } from "./items.ts";
import { type Bench, check, type Contender, type Workload } from "./measure.ts";
import type { Thread } from "./thread.ts";
import process from "node:process";

const ISTHMUS = new URL("contenders/isthmus.ts", import.meta.url);
const POST = new URL("contenders/post_message.ts", import.meta.url);
const { sum } = kindOf("small");

function pendingOurs(thread: Thread, many: number): Contender {
  const queue = new Queue();
  return {
    name: many === 0 ? "isthmus one by one" : `isthmus putMany(${many})`,
    run: async (n) => {
      const start = performance.now();
      const gets = Array.from({ length: n }, () => queue.get());
      const registered = performance.now();
      const part = { kind: "small", from: 0, to: n };
      const ended = thread.call("put", {
        handle: handleFor(thread, queue),
        form: { promises: false, many },
        part,
      });
      const items = await Promise.all(gets);
      const ms = performance.now() - registered;
      await ended;
      check(items.reduce((all: number, item) => all + sum(item), 0), sumOf(kindOf("small"), 0, n));
      return {
        value: ms * 1000 / n,
        ms,
        more: { "µs to register": (registered - start) * 1000 / n },
      };
    },
    close: () => queue.close(),
  };
}

function pendingPost(thread: Thread): Contender {
  const { make } = kindOf("small");
  return {
    name: "postMessage",
    // The worker sends what it got back, so that the figure has one way of each.
    run: async (n) => {
      const start = performance.now();
      const echoed = thread.call("postEcho", { n });
      let total = 0;
      await new Promise<void>((resolve) => {
        let left = n;
        thread.listen((message) => {
          total += sum(message);
          if (--left === 0) resolve();
        });
        for (let i = 0; i < n; i++) thread.post(make(i));
      });
      thread.listen(undefined);
      await echoed;
      const ms = performance.now() - start;
      check(total, sumOf(kindOf("small"), 0, n));
      return { value: ms * 1000 / n, ms };
    },
  };
}

/** The workload of `count` gets that wait in one thread. */
export function pending(count: number): Workload {
  return {
    name: `${count.toLocaleString("en")} pending gets`,
    unit: "µs/item",
    better: "less",
    start: count,
    fixed: true,
    contenders: async (bench: Bench) => {
      const [thread] = await bench.threads(1, ISTHMUS);
      await thread.call("load", POST.href);
      return [pendingPost(thread), pendingOurs(thread, 0), pendingOurs(thread, 64)];
    },
  };
}

/** How many items a run of backlogs has at least. */
const WARM = 20_000;

function backlogOurs(): Contender {
  const queue = new Queue({ maxBytes: 2 ** 30 });
  const one = { promises: false, many: 0 };
  return {
    name: "isthmus putSync, getSync",
    run: async (n) => {
      const { thread, cell } = queue[SHARED];
      // Short backlogs again and again, so that code which has run before is measured at every length.
      const times = Math.max(1, Math.floor(WARM / n));
      let [putting, getting, bytes] = [0, 0, 0];
      for (let time = 0; time < times; time++) {
        const start = performance.now();
        await put(queue, one, { kind: "small", from: 0, to: n });
        const full = performance.now();
        bytes = unitsOf(thread.memory.words, cellAt(cell)) * 8;
        const got = await take(queue, one, "small", n);
        getting += performance.now() - full;
        putting += full - start;
        check(got, sumOf(kindOf("small"), 0, n));
      }
      const more = {
        "put, ns": putting * 1e6 / (n * times),
        "get, ns": getting * 1e6 / (n * times),
        "bytes an item": bytes / n,
        "RSS, MiB": process.memoryUsage().rss / 2 ** 20,
      };
      return { value: (putting + getting) * 1e6 / (n * times), ms: putting + getting, more };
    },
    close: () => queue.close(),
  };
}

/** The workload of a backlog of `count` items, put and then got by one thread. */
export function backlog(count: number): Workload {
  return {
    name: `backlog of ${count.toLocaleString("en")}`,
    unit: "ns/item",
    better: "less",
    start: count,
    fixed: true,
    contenders: () => [backlogOurs()],
  };
}

function aliveOurs(count: number): Contender {
  const others = Array.from({ length: count }, () => new Queue());
  const queue = new Queue();
  return {
    name: `isthmus put and get beside ${count.toLocaleString("en")} queues`,
    run: async (n) => {
      const one = { promises: false, many: 0 };
      const start = performance.now();
      let total = 0;
      for (let i = 0; i < n; i += 16) {
        await put(queue, one, { kind: "small", from: i, to: i + 16 });
        total += await take(queue, one, "small", 16);
      }
      const ms = performance.now() - start;
      check(total, sumOf(kindOf("small"), 0, n));
      return { value: ms * 1e6 / n, ms };
    },
    close: () => [...others, queue].forEach((queue) => queue.close()),
  };
}

/** The workload of one busy queue beside `count` others that are open. */
export function alive(count: number): Workload {
  return {
    name: `${count.toLocaleString("en")} queues alive`,
    unit: "ns/item",
    better: "less",
    start: 16_000,
    fixed: true,
    contenders: () => [aliveOurs(count)],
  };
}
