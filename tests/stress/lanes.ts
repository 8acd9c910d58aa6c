/**
 * What the workers of a round do: the exports are targets of Processes.
 * @module
 */
import { type JoinableQueue, QueueEmpty, QueueFull, QueueShutDown } from "../../mod.ts";
import { checkItem, itemNumber, makeItem, type Sizes } from "./items.ts";
import { DONE, GET, Lane, PUT } from "./log.ts";
import { integer, type Random, random } from "./random.ts";

/** What a worker is told. */
export interface Orders {
  readonly queue: JoinableQueue<unknown>;
  readonly clock: Int32Array;
  /** Counts the workers that have come up. */
  readonly up: Int32Array;
  /** Not 0: producers end. */
  readonly stop: Int32Array;
  /** One log for each lane; a blocking worker has one lane. */
  readonly logs: readonly Int32Array[];
  /** The number of the first lane in the round. */
  readonly lane: number;
  readonly seed: number;
  readonly sizes: Sizes;
  readonly blocking: boolean;
}

/** An aborted call rejects with this. */
const ABORTED = "aborted by the test";

function refusedInOrder(error: unknown): boolean {
  return QueueFull.is(error) || QueueEmpty.is(error) || QueueShutDown.is(error) || error === ABORTED;
}

/** Puts until told to stop. */
export async function produce(orders: Orders): Promise<void> {
  await eachLane(orders, async (lane, number, next) => {
    for (let place = 0; Atomics.load(orders.stop, 0) === 0 && !lane.full && place < 1 << 19;) {
      const count = next() < 0.2 ? integer(next, 2, orders.sizes === "large" ? 3 : 60) : 1;
      const items = Array.from({ length: count }, () => itemNumber(number, place++));
      const began = lane.begin(PUT, items, 0);
      let done = 0;
      let shut = false;
      try {
        done = await put(orders, items.map((item) => makeItem(item, orders.sizes)), next);
      } catch (error) {
        // A thread that was told to end leaves the call open: it may have taken effect.
        if (!refusedInOrder(error)) throw error;
        shut = QueueShutDown.is(error);
      }
      lane.endPut(began, count, done);
      if (shut) return;
    }
  });
}

/** Gets until the queue is shut down and drained. */
export async function consume(orders: Orders): Promise<void> {
  const { queue } = orders;
  await eachLane(orders, async (lane, _number, next) => {
    while (!lane.full) {
      const most = next() < 0.3 ? integer(next, 2, 60) : 1;
      const way = wayOf(next);
      const began = lane.begin(GET, [0], most);
      let items: number[];
      try {
        items = (await get(orders, most, way, next)).map((got) => checkItem(got, orders.sizes));
      } catch (error) {
        if (!refusedInOrder(error)) throw error;
        // A timed call that got no turn at the lock within its time says "empty" too; the others know.
        if (QueueEmpty.is(error) && (way.nowait || way.timeout === 0)) lane.endGet(began, []);
        else lane.refuse(began);
        if (QueueShutDown.is(error)) return;
        continue;
      }
      lane.endGet(began, items);
      const done = lane.begin(DONE, [0], items.length);
      for (let i = 0; i < items.length; i++) queue.taskDone();
      lane.endPut(done, 1, 1);
    }
  });
}

async function eachLane(
  orders: Orders,
  act: (lane: Lane, number: number, next: Random) => Promise<void>,
): Promise<void> {
  Atomics.add(orders.up, 0, 1);
  const lanes = orders.logs.map((log, i) => {
    return act(new Lane(log, orders.clock), orders.lane + i, random(orders.seed + 7919 * i));
  });
  await Promise.all(lanes);
}

/** How a call is made. */
interface Way {
  readonly nowait: boolean;
  readonly timeout: number | undefined;
}

function wayOf(next: Random): Way {
  const kind = next();
  const timeout = kind < 0.6 ? undefined : kind < 0.7 ? 0 : 10 * next();
  return { nowait: next() < 0.1, timeout };
}

async function put({ queue, blocking }: Orders, items: readonly unknown[], next: Random): Promise<number> {
  const { nowait, timeout } = wayOf(next);
  if (items.length === 1) {
    if (nowait) queue.putNowait(items[0]);
    else if (blocking) queue.putSync(items[0], { timeout });
    else if (next() < 0.05) queue.putSync(items[0], { timeout: timeout ?? 3 });
    else await abortable(next, (signal) => queue.put(items[0], { timeout, signal }));
    return 1;
  }
  if (blocking) return queue.putManySync(items, { timeout });
  return await abortable(next, (signal) => queue.putMany(items, { timeout, signal }));
}

async function get({ queue, blocking }: Orders, most: number, way: Way, next: Random): Promise<unknown[]> {
  const { nowait, timeout } = way;
  if (most > 1) {
    if (nowait) return queue.getManyNowait(most);
    if (blocking) return queue.getManySync(most, { timeout });
    return await abortable(next, (signal) => queue.getMany(most, { timeout, signal }));
  }
  if (nowait) return [queue.getNowait()];
  if (blocking) return [queue.getSync({ timeout })];
  if (next() < 0.05) return [queue.getSync({ timeout: timeout ?? 3 })];
  return [await abortable(next, (signal) => queue.get({ timeout, signal }))];
}

/** Calls with a signal that is aborted before long, or without one. */
async function abortable<T>(next: Random, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
  if (next() < 0.8) return await call();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(ABORTED), 5 * next());
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Is there to be started. */
export function nothing(): void {}
