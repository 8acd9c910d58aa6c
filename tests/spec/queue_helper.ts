/** What the queues' tests share. */
import { test } from "node:test";
import { thisThread } from "../../core/current.ts";
import { AT_BLOCK_HINT, FIRST_BLOCK } from "../../core/layout.ts";
import { lowerHint, row } from "../../core/arena.ts";
import { eachThread } from "../../core/threads.ts";
import { OutOfSharedMemory, Process, type Queue } from "../../mod.ts";

/** The module of the Processes' targets. */
export const module: URL = new URL("../fixtures/queue_targets.ts", import.meta.url);

/** Starts a Process that runs a target with these arguments. */
export function start(target: string, ...args: unknown[]): Process {
  return new Process({ module, target, args, daemon: true }).start();
}

/** One form of the operations of a queue. What it throws, its promise rejects with. */
export interface Form {
  readonly name: string;
  put<T>(queue: Queue<T>, item: T, timeout?: number): Promise<void>;
  get<T>(queue: Queue<T>, timeout?: number): Promise<T>;
  putMany<T>(queue: Queue<T>, items: Iterable<T>, timeout?: number): Promise<number>;
  getMany<T>(queue: Queue<T>, max: number, timeout?: number): Promise<T[]>;
}

export const promised: Form = {
  name: "promise",
  put: (queue, item, timeout) => queue.put(item, { timeout }),
  get: (queue, timeout) => queue.get({ timeout }),
  putMany: (queue, items, timeout) => queue.putMany(items, { timeout }),
  getMany: (queue, max, timeout) => queue.getMany(max, { timeout }),
};

export const blocking: Form = {
  name: "Sync",
  put: async (queue, item, timeout) => await queue.putSync(item, { timeout }),
  get: async (queue, timeout) => await queue.getSync({ timeout }),
  putMany: async (queue, items, timeout) => await queue.putManySync(items, { timeout }),
  getMany: async (queue, max, timeout) => await queue.getManySync(max, { timeout }),
};

export const atOnce: Form = {
  name: "Nowait",
  put: async (queue, item) => await queue.putNowait(item),
  get: async (queue) => await queue.getNowait(),
  putMany: async (queue, items) => await queue.putManyNowait(items),
  getMany: async (queue, max) => await queue.getManyNowait(max),
};

/** One test for each of the forms. */
export function eachForm(
  name: string,
  body: (form: Form) => Promise<void>,
  forms = [promised, blocking, atOnce],
): void {
  for (const form of forms) test(`${name} (${form.name})`, () => body(form));
}

/** What `act` throws. */
export function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/** What `promise` rejects with. */
export function rejected(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(() => {
    throw new Error("it did not reject");
  }, (error) => error);
}

/** Lets timers, I/O and wake-ups of the event loop happen. */
export function turns(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until `condition` holds; throws after 20 s. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never came about: ${condition}`);
    await turns(1);
  }
}

/** How many blocks of the shared memory are in use. */
export function blocksInUse(): number {
  const { memory } = thisThread();
  memory.cover(memory.buffer.byteLength / 4 - 1);
  let used = 0;
  for (let block = FIRST_BLOCK; block < memory.blocks; block++) if (memory.words[row(block)] !== 0) used++;
  return used;
}

/** Takes all shared memory that is left. Gives a function that gives it back. */
export function spendMemory(): () => void {
  const { memory, id } = thisThread();
  const grow = memory.grow;
  memory.grow = () => {
    throw new OutOfSharedMemory("There is no more.");
  };
  memory.cover(memory.buffer.byteLength / 4 - 1);
  const taken: number[] = [];
  for (let block = FIRST_BLOCK; block < memory.blocks; block++) {
    if (memory.words[row(block)] !== 0) continue;
    memory.words[row(block)] = id;
    taken.push(block);
  }
  return () => {
    memory.grow = grow;
    for (const block of taken) memory.words[row(block)] = 0;
    lowerHint(memory, AT_BLOCK_HINT, FIRST_BLOCK);
  };
}

/** How many promise forms of this thread wait. */
export function pending(): number {
  return thisThread().parker.pending;
}

/** How many shared objects this thread has open. */
export function openObjects(): number {
  return thisThread().openObjects;
}

/** How many threads take part. */
export function seats(): number {
  let count = 0;
  eachThread(thisThread().memory, () => count++);
  return count;
}

export const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);
