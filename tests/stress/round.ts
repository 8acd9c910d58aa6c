/**
 * One round: workers that put and get at random for some seconds, some of them killed at random, and then the accounts.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { thisThread } from "../../core/current.ts";
import { JoinableQueue, Process } from "../../mod.ts";
import { census } from "../harness/census.ts";
import { checkHistory, type LaneHistory, type Sums } from "./history.ts";
import { checkItem, type Sizes } from "./items.ts";
import { consume, type Orders, produce } from "./lanes.ts";
import { callsIn, CAPACITY, createLog, DONE, GET, Lane } from "./log.ts";
import { integer, pick, type Random, random } from "./random.ts";

/** What a round is like. All of it comes from its seed. */
export interface Plan {
  readonly seed: number;
  readonly producers: number;
  readonly consumers: number;
  readonly maxsize: number;
  readonly maxBytes: number;
  readonly sizes: Sizes;
  readonly kills: number;
}

/** What a round came to. */
export interface Outcome extends Sums {
  kills: number;
  workers: number;
}

interface Worker {
  readonly process: Process;
  readonly logs: readonly Int32Array[];
  readonly producer: boolean;
  killed: boolean;
}

/** Longer than anything here takes on a busy machine: what is not done by then hangs. */
const HANGS = 60_000;

/** The round of that seed. */
export function planRound(seed: number): Plan {
  const next = random(seed);
  return {
    seed,
    producers: integer(next, 1, 4),
    consumers: integer(next, 1, 4),
    maxsize: pick(next, [0, 0, 1, 2, 8, 100, 1000]),
    maxBytes: pick(next, [8, 32, 256]) * 1024 * 1024,
    sizes: pick(next, ["numbers", "small", "mixed", "large"] as const),
    kills: pick(next, [0, 1, 2, 3]),
  };
}

/** Runs a round of so many milliseconds, and checks everything. */
export async function runRound(plan: Plan, milliseconds: number): Promise<Outcome> {
  const { memory } = thisThread();
  // The warden comes with the first Process, and stays.
  const first = new Process({ module: new URL("./lanes.ts", import.meta.url), target: "nothing" }).start();
  await first.join();
  first.close();
  await settled(() => census(memory).seats <= 2 && census(memory).cells.length === 0);
  const before = census(memory);
  const next = random(plan.seed + 1);
  const queue = new JoinableQueue<unknown>({ maxsize: plan.maxsize, maxBytes: plan.maxBytes });
  const shared = { queue, clock: words(), up: words(), stop: words() };
  const workers = startWorkers(plan, shared, next);
  await settled(() => Atomics.load(shared.up, 0) === workers.length);
  // If all consumers are killed, this thread takes all that was put: two records for each item.
  const helping = createLog(2 * CAPACITY * workers.flatMap(({ logs }) => logs).length);
  try {
    await killSome(plan, workers, milliseconds, next);
    Atomics.store(shared.stop, 0, 1);
    await endAll(plan, workers, queue, new Lane(helping, shared.clock));
  } finally {
    for (const { process } of workers) process.kill();
  }
  const ended = workers.filter(({ killed }) => !killed).map(({ process: { exitCode, error } }) => ({
    exitCode,
    error,
  }));
  for (const { exitCode, error } of ended) {
    if (exitCode !== 0) throw error ?? new Error(`a worker ended with ${exitCode}`);
  }
  const histories: LaneHistory[] = workers.flatMap(({ logs, killed }) =>
    logs.map((log) => ({ calls: callsIn(log), killed }))
  );
  const sums = checkHistory([...histories, { calls: callsIn(helping), killed: false }]);
  checkCounts(queue, sums);
  queue.close();
  for (const { process } of workers) process.close();
  // On Deno a thread that was told to end takes a moment to be gone.
  await settled(() => census(memory).seats === before.seats);
  await settled(() => JSON.stringify(census(memory)) === JSON.stringify(before));
  assertEquals(census(memory), before, "something was left behind");
  assertEquals(thisThread().parker.pending, 0);
  return { ...sums, kills: workers.filter(({ killed }) => killed).length, workers: workers.length };
}

function words(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

async function settled(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !condition() && performance.now() < end;) await sleep(5);
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function startWorkers(
  { producers, consumers, sizes, seed }: Plan,
  shared: Pick<Orders, "queue" | "clock" | "up" | "stop">,
  next: Random,
): Worker[] {
  let lane = 0;
  return Array.from({ length: producers + consumers }, (_, i) => {
    const blocking = next() < 0.5;
    const logs = Array.from({ length: blocking ? 1 : integer(next, 1, 4) }, () => createLog(CAPACITY));
    const orders = { ...shared, logs, lane, seed: seed + 31 * i, sizes, blocking };
    lane += logs.length;
    const producer = i < producers;
    const process = new Process<[Orders]>({
      module: new URL("./lanes.ts", import.meta.url),
      target: producer ? produce : consume,
      args: [orders],
      daemon: true,
    });
    return { process: process.start() as unknown as Process, logs, producer, killed: false };
  });
}

async function killSome(plan: Plan, workers: readonly Worker[], milliseconds: number, next: Random): Promise<void> {
  const end = performance.now() + milliseconds;
  // A producer ends before when its log is full.
  const going = () => workers.some(({ producer, process }) => producer && process.isAlive());
  for (let left = plan.kills; left > 0; left--) {
    await sleep((milliseconds / (plan.kills + 1)) * (0.5 + next()));
    const victim = pick(next, workers);
    if (victim.killed || !victim.process.isAlive()) continue;
    victim.killed = true;
    if (next() < 0.5) victim.process.kill();
    else victim.process.terminate();
  }
  while (performance.now() < end && going()) await sleep(20);
}

/** Producers first, and this thread takes what may hold them up; then the consumers take the rest, and this thread what they leave. */
async function endAll(
  plan: Plan,
  workers: readonly Worker[],
  queue: JoinableQueue<unknown>,
  lane: Lane,
): Promise<void> {
  const end = performance.now() + HANGS;
  const alive = (producer: boolean) =>
    workers.filter((worker) => worker.producer === producer && worker.process.isAlive());
  while (alive(true).length > 0) {
    assert(performance.now() < end, "a producer hangs");
    take(plan, queue, lane);
    await sleep(1);
  }
  queue.shutdown();
  while (alive(false).length > 0) {
    assert(performance.now() < end, "a consumer hangs");
    await sleep(1);
  }
  for (const { process } of workers) assertEquals(await process.join({ timeout: 1000 }), true);
  while (!queue.empty()) take(plan, queue, lane);
}

function take({ sizes }: Plan, queue: JoinableQueue<unknown>, lane: Lane): void {
  for (let turn = 0; turn < 100 && !queue.empty(); turn++) {
    const began = lane.begin(GET, [0], 1);
    let got: unknown;
    try {
      got = queue.getNowait();
    } catch {
      lane.endGet(began, []);
      return;
    }
    lane.endGet(began, [checkItem(got, sizes)]);
    const done = lane.begin(DONE, [0], 1);
    queue.taskDone();
    lane.endPut(done, 1, 1);
  }
}

function checkCounts(queue: JoinableQueue<unknown>, sums: Sums): void {
  assertEquals([queue.qsize(), queue.empty(), queue.full()], [0, true, false]);
  // Every task that is unfinished was taken by a call that a death cut short, or its taskDone was.
  const { unfinished } = queue;
  const least = sums.puts - sums.dones - sums.mayBeDone;
  const most = sums.puts + sums.mayBePut - sums.dones;
  assert(unfinished >= least && unfinished <= most, `${unfinished} unfinished tasks, not ${least} … ${most}`);
}
