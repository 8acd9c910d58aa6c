/**
 * Many producers and consumers in threads of their own, every form at random, and a look at the history of it all: each
 * item was got once, each producer's items in its order, and nothing overtook what had been put before it.
 *
 * As a program: `queue_stress.ts [seconds] [seed]`; it prints the seed of each round, and goes on with new ones.
 * @module
 */
import { isMainThread, Process, Queue } from "../../mod.ts";
import { type History, random } from "./queue_stress_worker.ts";

const module = new URL("./queue_stress_worker.ts", import.meta.url);
const SPACE = 1_000_000;

/** One put or get of one item, by the numbers of the events around it. */
interface Event {
  readonly start: number;
  readonly end: number;
}

function eventsOf(histories: readonly History[]): Map<number, Event> {
  const events = new Map<number, Event>();
  for (const history of histories) {
    for (let i = 0; i < history.length; i += 3) {
      if (events.has(history[i])) throw new Error(`item ${history[i]} is there twice`);
      events.set(history[i], { start: history[i + 1], end: history[i + 2] });
    }
  }
  return events;
}

/** Throws unless the histories can be those of one queue. */
export function checkHistories(puts: readonly History[], gets: readonly History[]): void {
  const put = eventsOf(puts);
  const got = eventsOf(gets);
  for (const id of put.keys()) if (!got.has(id)) throw new Error(`item ${id} was put and never got`);
  for (const id of got.keys()) if (!put.has(id)) throw new Error(`item ${id} was got and never put`);
  for (const history of gets) {
    const last = new Map<number, number>();
    for (let i = 0; i < history.length; i += 3) {
      const producer = Math.floor(history[i] / SPACE);
      const before = last.get(producer) ?? -1;
      if (before > history[i]) {
        throw new Error(`a consumer got item ${history[i]} after ${before} of the same producer`);
      }
      last.set(producer, history[i]);
    }
  }
  // In real time: with a put that ended before that of b began, a must not be asked for only after b was got.
  const byStart = [...put.keys()].sort((a, b) => put.get(a)!.start - put.get(b)!.start);
  const byEnd = [...put.keys()].sort((a, b) => put.get(a)!.end - put.get(b)!.end);
  let latest = -1;
  let at = 0;
  for (const b of byStart) {
    for (; at < byEnd.length && put.get(byEnd[at])!.end < put.get(b)!.start; at++) {
      if (latest < 0 || got.get(byEnd[at])!.start > got.get(latest)!.start) latest = byEnd[at];
    }
    if (latest >= 0 && got.get(latest)!.start > got.get(b)!.end) {
      throw new Error(`item ${b} was got before item ${latest}, whose put had ended before that of ${b} began`);
    }
  }
}

/** One round. Gives how many items went through. */
export async function round(seed: number, count: number): Promise<number> {
  const next = random(seed);
  const maxsize = [0, 1, 2, 7, 50, 1000][Math.floor(next() * 6)];
  const maxBytes = next() < 0.3 ? 30_000 : 10_000_000;
  const queue = new Queue<unknown>({ maxsize, maxBytes });
  const [puts, gets] = [new Queue<History>(), new Queue<History>()];
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const start = (target: string, ...args: unknown[]) => new Process({ module, target, args }).start();
  const producers = Array.from(
    { length: 1 + Math.floor(next() * 3) },
    (_, i) => start("produce", queue, puts, clock, next() * 2 ** 31, i * SPACE, count),
  );
  const consumers = Array.from(
    { length: 1 + Math.floor(next() * 3) },
    () => start("consume", queue, gets, clock, next() * 2 ** 31),
  );
  for (const process of producers) await ended(process);
  queue.shutdown();
  for (const process of consumers) await ended(process);
  if (queue.qsize() !== 0) throw new Error(`${queue.qsize()} items are left`);
  checkHistories(puts.getManyNowait(producers.length), gets.getManyNowait(consumers.length));
  for (const used of [queue, puts, gets]) used.close();
  return producers.length * count;
}

async function ended(process: Process): Promise<void> {
  if (!await process.join({ timeout: 60_000 })) throw new Error(`${process.name} hangs`);
  if (process.exitCode !== 0) throw process.error ?? new Error(`${process.name} ended with ${process.exitCode}`);
}

/** Rounds for that many seconds. What fails says its seed. */
export async function stress(seconds: number, seed: number, count: number, say = console.log): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let current = seed; performance.now() < end; current++) {
    try {
      const items = await round(current, count);
      say(`queue stress: seed ${current}, ${items} items`);
    } catch (error) {
      throw new Error(
        `queue stress with seed ${current} and ${count} items of each producer: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }
}

if (import.meta.main && isMainThread) {
  const [seconds = "60", seed = String(Date.now() % 1e9)] = process.argv.slice(2);
  await stress(Number(seconds), Number(seed), 3000);
}
