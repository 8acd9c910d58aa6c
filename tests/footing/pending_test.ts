/**
 * A stack that overflows in a promise form that has to wait, or in a blocking one that is late: it was thrown out and never
 * gets anything, or it waits like any other. Nothing is lost between the two.
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { thisThread } from "../../core/current.ts";
import { Condition, Event, Lock, Queue } from "../../mod.ts";
import { census } from "../harness/census.ts";
import { dive } from "./dive.ts";

const DEPTHS = 600;
const DIVES = 3;

/**
 * Calls `begin` at every depth, three times over. Gives the promises of the calls that were not thrown out. What it calls must
 * have run before, and `end` has one wait come about: an engine that has to compile needs more stack than any call.
 */
async function begun<T>(begin: () => Promise<T>, end: () => void): Promise<Promise<T>[]> {
  for (let i = 0; i < 300; i++) {
    const promise = begin();
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve));
    end();
    await promise;
  }
  const promises: (Promise<T> | undefined)[] = Array(DIVES * DEPTHS).fill(undefined);
  let count = 0;
  for (let round = 0; round < DIVES; round++) {
    const { others } = dive(() => {
      const at = count++;
      promises[at] = begin();
    }, DEPTHS);
    assertEquals(others, []);
  }
  return promises.filter((promise) => promise !== undefined);
}

/**
 * What the promises come to: how many were fulfilled. They come to something. A call that has no room may be thrown out or
 * give a promise that is rejected: which of them depends on how much a frame of the dive takes, as its engine compiled it.
 */
async function fulfilled(promises: Promise<unknown>[]): Promise<number> {
  const outcomes = await Promise.allSettled(promises);
  const count = outcomes.filter(({ status }) => status === "fulfilled").length;
  assert(
    count > 0 && count < DIVES * DEPTHS,
    `${count} of ${DIVES * DEPTHS} waited: the bottom was not where it should be`,
  );
  return count;
}

function cleanly(name: string, body: () => Promise<void>): void {
  test(`the stack overflows where ${name}`, async () => {
    const { memory, parker } = thisThread();
    const before = census(memory);
    await body();
    assertEquals([census(memory), parker.pending], [before, 0]);
  });
}

cleanly("a get begins to wait: what it does not get stays for others", async () => {
  const queue = new Queue<number>();
  const gets = await begun(() => queue.get(), () => queue.putNowait(0));
  for (let i = 0; i < gets.length + 5; i++) queue.putNowait(i);
  const got = await fulfilled(gets);
  assertEquals(queue.qsize(), gets.length + 5 - got);
  queue.close();
});

cleanly("a put begins to wait: its item goes in once, or never", async () => {
  const queue = new Queue<number>(1);
  queue.putNowait(-1);
  let next = 0;
  const puts = await begun(() => queue.put(next++), () => void queue.getNowait());
  const taken: number[] = [];
  const done = fulfilled(puts);
  while (await new Promise((resolve) => setTimeout(resolve, 1)), !queue.empty()) taken.push(...queue.getManyNowait(1));
  assertEquals([taken.length - 1, new Set(taken).size], [await done, taken.length]);
  queue.close();
});

cleanly("an acquire begins to wait: the lock is handed on", async () => {
  const lock = new Lock();
  lock.acquireSync();
  const holds = await begun(() => lock.acquire(), () => lock.release());
  const all = holds.map((hold) => hold.then(() => lock.release()));
  lock.release();
  await fulfilled(all);
  assertEquals([lock.locked(), lock.acquireNowait()], [false, true]);
  lock.release();
  lock.close();
});

cleanly("a wait for an Event begins", async () => {
  const event = new Event();
  const waits = await begun(() => event.wait(), () => {
    event.set();
    event.clear();
  });
  event.set();
  await fulfilled(waits);
  event.close();
});

cleanly("a wait on a Condition begins: it waits with the lock released, or is not begun", async () => {
  const condition = new Condition();
  const waits = await begun(() => {
    // The call before may have been thrown out, and so have kept it.
    condition.acquireNowait();
    return condition.wait().then(() => condition.release());
  }, () => {
    using _held = condition.holdSync();
    condition.notify();
  });
  condition.acquireNowait();
  condition.notifyAll();
  condition.release();
  await fulfilled(waits);
  assertEquals(condition.acquireNowait(), true);
  condition.release();
  condition.close();
});
