/**
 * The library: the roles that its workers play.
 * @module
 */

import { Connection, type ConnectionHandle, Queue, type QueueHandle } from "#isthmus";
import { kindOf } from "../items.ts";
import type { Role, Thread } from "../thread.ts";

/** Which calls are used. `many`: how many items a call may take; 0 for the calls of single items. */
export interface Form {
  promises: boolean;
  many: number;
}

/** Which items, and which of them. */
export interface Part {
  kind: string;
  from: number;
  to: number;
}

/** Puts the items of `part`. */
export async function put(queue: Queue, { promises, many }: Form, { kind, from, to }: Part): Promise<void> {
  const { make } = kindOf(kind);
  if (many === 0) {
    if (promises) { for (let i = from; i < to; i++) await queue.put(make(i)); }
    else for (let i = from; i < to; i++) queue.putSync(make(i));
    return;
  }
  for (let i = from; i < to; i += many) {
    const items: unknown[] = [];
    for (let j = i; j < i + many && j < to; j++) items.push(make(j));
    const put = promises ? await queue.putMany(items) : queue.putManySync(items);
    if (put !== items.length) {
      throw new Error(`${put} of ${items.length} items were put.`);
    }
  }
}

/** Takes `count` items and gives their sum. */
export async function take(queue: Queue, { promises, many }: Form, kind: string, count: number): Promise<number> {
  const { sum } = kindOf(kind);
  let total = 0;
  if (many === 0) {
    if (promises) {
      for (let i = 0; i < count; i++) total += sum(await queue.get());
    } else for (let i = 0; i < count; i++) total += sum(queue.getSync());
    return total;
  }
  while (count > 0) {
    const most = Math.min(many, count);
    const items = promises ? await queue.getMany(most) : queue.getManySync(most);
    for (let i = 0; i < items.length; i++) total += sum(items[i]);
    count -= items.length;
  }
  return total;
}

/** Takes items until the queue is shut down, and gives their sum and number. */
function drain(queue: Queue, kind: string, many: number): { sum: number; count: number } {
  const { sum } = kindOf(kind);
  let total = 0;
  let count = 0;
  for (;;) {
    const items = many === 0 ? [queue.getSync()] : queue.getManySync(many);
    for (const item of items) {
      if (item === null) return { sum: total, count };
      total += sum(item);
      count++;
    }
  }
}

/** Puts the items of `part` and gives the longest that one put took, in ms. */
function putTimed(queue: Queue, { kind, from, to }: Part, many: number): number {
  const { make } = kindOf(kind);
  let longest = 0;
  let last = performance.now();
  for (let i = from; i < to; i += many || 1) {
    if (many === 0) queue.putSync(make(i));
    else {queue.putManySync(
        Array.from({ length: Math.min(many, to - i) }, (_, j) => make(i + j)),
      );}
    if ((i & 15) !== 0) continue;
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}

interface Ends {
  forth: ObjectName;
  back: ObjectName;
  promises: boolean;
  n: number;
}

/** What says which queue, or which end of a pipe, is meant. */
type ObjectName = Pick<QueueHandle, "cell" | "generation">;

const known: WeakMap<Thread, Set<string>> = new WeakMap();

const keyOf = ({ cell, generation }: ObjectName): string => JSON.stringify([cell, generation]);

/**
 * What to send `thread` of `shared`: its handle once, as programs do, and then its name. With each handle goes another object for the
 * whole memory, which JavaScriptCore's collector counts in full.
 */
export function handleFor(thread: Thread, shared: Queue | Connection): ObjectName {
  const { handle } = shared;
  const { cell, generation } = handle;
  if (!known.has(thread)) known.set(thread, new Set());
  const names = known.get(thread)!;
  if (names.has(keyOf(handle))) return { cell, generation };
  names.add(keyOf(handle));
  return handle;
}

/** Opens each object by its handle once. */
function opener<T>(attach: (handle: never) => T): (handle: ObjectName) => T {
  const opened: Map<string, T> = new Map();
  return (handle) => {
    const key = keyOf(handle);
    if (!opened.has(key)) opened.set(key, attach(handle as never));
    return opened.get(key)!;
  };
}

const open = opener((handle: QueueHandle) => Queue.attach(handle));
const openEnd = opener((handle: ConnectionHandle) => Connection.attach(handle));

export const roles: Record<string, Role> = {
  put: ({ handle, form, part }: { handle: ObjectName; form: Form; part: Part }) => put(open(handle), form, part),
  putTimed: (
    { handle, part, many }: { handle: ObjectName; part: Part; many: number },
  ) => putTimed(open(handle), part, many),
  take: (
    { handle, form, kind, count }: {
      handle: ObjectName;
      form: Form;
      kind: string;
      count: number;
    },
  ) => take(open(handle), form, kind, count),
  drain: (
    { handle, kind, many }: { handle: ObjectName; kind: string; many: number },
  ) => drain(open(handle), kind, many),
  /** Sends back `n` items. */
  echo: async ({ forth, back, promises, n }: Ends) => {
    const from = open(forth);
    const to = open(back);
    if (promises) {
      for (let i = 0; i < n; i++) {
        await to.put(await from.get());
      }
    } else for (let i = 0; i < n; i++) to.putSync(from.getSync());
  },
  /** Receives `count` messages of `length` bytes into one array and gives their sum. */
  takeInto: (
    { handle, length, count }: {
      handle: ObjectName;
      length: number;
      count: number;
    },
  ) => {
    const end = openEnd(handle);
    const { sum } = kindOf(`${length} B`);
    const target = new Uint8Array(length);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const got = end.recvBytesIntoSync(target);
      if (got !== length) {
        throw new Error(`A message had ${got} bytes, not ${length}.`);
      }
      total += sum(target);
    }
    return total;
  },
  /** Does tasks until a null comes. */
  work: async (
    { tasks, results, many }: {
      tasks: ObjectName;
      results: ObjectName;
      many: number;
    },
  ) => {
    const { compute } = await import("../task.ts");
    const from = open(tasks);
    const to = open(results);
    for (;;) {
      const batch = (many === 0 ? [from.getSync()] : from.getManySync(many)) as (number[] | null)[];
      const done = batch.filter((task) => task !== null).map(([id, turns]) => [id, compute(id, turns)]);
      if (many === 0 && done.length === 1) to.putSync(done[0]);
      else to.putManySync(done);
      if (done.length < batch.length) return;
    }
  },
};
