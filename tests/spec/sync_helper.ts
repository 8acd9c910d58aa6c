/** What the tests of locks, semaphores, conditions, events and barriers share. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { cellAt } from "../../core/cells.ts";
import { SHARED } from "../../core/encode/encode.ts";
import type { Lease } from "../../core/handles.ts";
import { type Condition, IsthmusError, Process, Queue, type SharedObject } from "../../mod.ts";
import { rejected, seats, thrown, until } from "./queue_helper.ts";

/** Starts a Process that runs a target of the fixtures with these arguments. */
export function start(target: string, ...args: unknown[]): Process {
  const module = new URL("../fixtures/sync_targets.ts", import.meta.url);
  return new Process({ module, target, args, daemon: true }).start();
}

/** Joins Processes that return by themselves, and says what they threw. */
export async function joined(...processes: Process[]): Promise<void> {
  for (const process of processes) {
    assert(await process.join({ timeout: 30_000 }), `${process.name} did not end`);
    if (process.error !== null) throw process.error;
  }
}

/** Kills a Process that takes part and is alone in ending, and waits until what it held is free: on Deno some time after its end. */
export async function kill(process: Process): Promise<void> {
  const before = seats();
  process.kill();
  assert(await process.join({ timeout: 30_000 }), `${process.name} did not end`);
  await until(() => seats() < before);
}

/** Waits until no thread of an earlier test takes part: there are this one and the warden. */
export async function quiet(): Promise<void> {
  await until(() => seats() <= 2);
}

const SET = 32;
const BITS = 8;

/** How many threads sleep in the wait set of a lock, a semaphore or an event. */
export function sleepers(object: SharedObject, set: number = SET): number {
  const { thread, cell } = (object as unknown as { [SHARED]: Lease })[SHARED];
  let count = 0;
  for (let group = 0; group < 8; group++) {
    let bits = Atomics.load(thread.memory.words, cellAt(cell) + set + BITS + group);
    for (; bits !== 0; bits &= bits - 1) count++;
  }
  return count;
}

/** Checks that `act` throws, or its promise rejects with, an IsthmusError of this code. */
export async function assertCode(act: () => unknown, code: string): Promise<void> {
  let outcome: unknown;
  try {
    outcome = await rejected(Promise.resolve(act()));
  } catch (error) {
    outcome = error;
  }
  assert(IsthmusError.is(outcome), `no IsthmusError: ${outcome}`);
  assertEquals((outcome as IsthmusError).code, code);
}

/** One that waits, in its forms. */
export interface Waits {
  async(options?: { timeout?: number; signal?: AbortSignal }): Promise<unknown>;
  sync(options?: { timeout?: number }): unknown;
}

/** What holds for the options of every waiting call. The promise form must not be able to succeed at once. */
export async function checkOptions(waits: Waits): Promise<void> {
  const wrong = (options: unknown) => options as { timeout?: number };
  assertThrows(() => waits.sync({ timeout: NaN }), RangeError, "NaN");
  assertThrows(() => waits.sync(wrong({ timeout: "5" })), TypeError, '"5"');
  assertThrows(() => waits.sync(wrong({ signal: new AbortController().signal })), TypeError, "signal");
  assertThrows(() => waits.sync(wrong({ time: 5 })), TypeError, '"time"');
  assertThrows(() => waits.sync(wrong(5)), TypeError, "5");
  await assertRejects(() => waits.async({ timeout: NaN }), RangeError, "NaN");
  await assertRejects(() => waits.async(wrong({ signal: 1 })), TypeError, "AbortSignal");
  const reason = new Error("never mind");
  assertEquals(await rejected(waits.async({ signal: AbortSignal.abort(reason) })), reason);
}

/** What holds for every shared object: `probe` asks it something, and `attach` is that of its class. */
export async function checkTravel<T extends SharedObject>(
  object: T,
  attach: (handle: T["handle"]) => T,
  probe: (object: T) => unknown,
): Promise<void> {
  const expected = probe(object);
  const attached = attach(structuredClone(object.handle));
  assert(attached !== object);
  assertEquals(probe(attached), expected);
  using queue = new Queue<{ deep: [Map<string, T>] }>();
  queue.putSync({ deep: [new Map([["it", object]])] });
  const { handle } = object;
  object.close();
  object.close();
  attached[Symbol.dispose]();
  await assertCode(() => probe(object), "ISTHMUS_CLOSED");
  await assertCode(() => object.handle, "ISTHMUS_CLOSED");
  assert(String(thrown(() => queue.putSync({ deep: [new Map([["it", object]])] }))).includes("closed"));
  // The item holds it, until it has arrived and whoever got it has closed it.
  const arrived = queue.getSync().deep[0].get("it")!;
  assertEquals(arrived.constructor, object.constructor);
  assertEquals(probe(arrived), expected);
  arrived.close();
  await assertCode(() => attach(handle), "ISTHMUS_GONE");
}

/** Starts threads that wait one after the other, and comes back when all do. */
export async function waiting(condition: Condition, results: Queue<unknown>, names: string[]): Promise<Process[]> {
  const processes: Process[] = [];
  for (const name of names) {
    processes.push(start("waitCondition", condition, results, name));
    assertEquals(await results.get({ timeout: 20_000 }), `${name} waits`);
  }
  // It said so with the lock held, so it waits as soon as the lock is to be had.
  condition.acquireSync();
  condition.release();
  return processes;
}

/** The next thing that a waiter says: its name and what its wait gave. */
export async function next(results: Queue<unknown>): Promise<unknown> {
  return await results.get({ timeout: 20_000 });
}
