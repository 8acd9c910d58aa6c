/** The threads of the stress test: producers and consumers that choose their forms at random and write down what they did. */
import { type Queue, QueueEmpty, QueueFull, QueueShutDown } from "../../mod.ts";

/** Numbers of an item: its own, and the events between which it was put or got. Three words in a row of a history. */
export type History = Int32Array;

/** A small generator of numbers below 1: the same seed, the same row (mulberry32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The item of number `id`: an integer, an object, or one that lies out of line. */
function itemOf(id: number): unknown {
  if (id % 61 === 0) return { id, bytes: new Uint8Array(20_000 + id % 5000).fill(id) };
  return id % 3 === 0 ? { id, text: "x".repeat(id % 200) } : id;
}

/** The number of an item, after a look whether it is whole. */
function idOf(item: unknown): number {
  if (typeof item === "number") return item;
  const { id, text, bytes } = item as { id: number; text?: string; bytes?: Uint8Array };
  const whole = bytes === undefined
    ? text!.length === id % 200
    : bytes.length === 20_000 + id % 5000 && bytes[0] === (id & 255) && bytes.at(-1) === (id & 255);
  if (!whole) throw new Error(`item ${id} is not as it was put`);
  return id;
}

async function attempt<T>(act: () => T | Promise<T>, expected: (error: unknown) => boolean): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (expected(error)) return undefined;
    throw error;
  }
}

/** An abort that comes soon, or before the call returns. */
function soon(chance: number): AbortSignal {
  const aborter = new AbortController();
  if (chance < 0.3) setTimeout(() => aborter.abort("soon"), 1);
  else queueMicrotask(() => aborter.abort("soon"));
  return aborter.signal;
}

/** Puts `count` items, numbered from `first` on. */
export async function produce(
  queue: Queue<unknown>,
  histories: Queue<History>,
  clock: Int32Array,
  seed: number,
  first: number,
  count: number,
): Promise<void> {
  const next = random(seed);
  const history: number[] = [];
  const failed = (error: unknown) => QueueFull.is(error) || error === "soon";
  for (let id = first; id < first + count;) {
    const choice = next();
    const many = choice < 0.2 ? Math.min(1 + Math.floor(next() * 40), first + count - id) : 1;
    const items = Array.from({ length: many }, (_, i) => itemOf(id + i));
    const start = Atomics.add(clock, 0, 1);
    const put = await attempt(async () => {
      if (choice < 0.1) return queue.putManySync(items, { timeout: 3 });
      if (choice < 0.2) return await queue.putMany(items, choice < 0.15 ? { signal: soon(next()) } : { timeout: 3 });
      if (choice < 0.5) queue.putSync(items[0], choice < 0.3 ? { timeout: 1 } : {});
      else if (choice < 0.6) queue.putNowait(items[0]);
      else await queue.put(items[0], choice < 0.7 ? { signal: soon(next()) } : choice < 0.8 ? { timeout: 1 } : {});
      return 1;
    }, failed) ?? 0;
    const end = Atomics.add(clock, 0, 1);
    for (let i = 0; i < put; i++) history.push(id + i, start, end);
    id += put;
  }
  await histories.put(new Int32Array(history));
}

/** Takes items until the queue is shut down and drained. */
export async function consume(
  queue: Queue<unknown>,
  histories: Queue<History>,
  clock: Int32Array,
  seed: number,
): Promise<void> {
  const next = random(seed);
  const history: number[] = [];
  let over = false;
  const failed = (error: unknown) => (over ||= QueueShutDown.is(error)) || QueueEmpty.is(error) || error === "soon";
  while (!over) {
    const choice = next();
    const start = Atomics.add(clock, 0, 1);
    const items = await attempt(async () => {
      if (choice < 0.1) return queue.getManySync(1 + Math.floor(next() * 40), { timeout: 3 });
      if (choice < 0.2) return await queue.getMany(1 + Math.floor(next() * 40));
      if (choice < 0.5) return [queue.getSync(choice < 0.3 ? { timeout: 1 } : {})];
      if (choice < 0.6) return [queue.getNowait()];
      return [await queue.get(choice < 0.7 ? { signal: soon(next()) } : choice < 0.8 ? { timeout: 1 } : {})];
    }, failed) ?? [];
    const end = Atomics.add(clock, 0, 1);
    for (const item of items) history.push(idOf(item), start, end);
  }
  await histories.put(new Int32Array(history));
}
