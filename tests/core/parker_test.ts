import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { ThreadTerminated } from "../../core/errors.ts";
import { doom } from "../../core/threads.ts";
import { enrolled, wakeOne } from "../../core/wait_set.ts";
import { type Operation, runAsync, runSync } from "../../core/waiter.ts";
import { arena, FakeRuntime, join } from "./stage_helper.ts";

const SET = 18 * 16384;

/** A thread, and tokens that its operations take. */
function stage(parallelism = 1) {
  const runtime = new FakeRuntime(parallelism);
  const thread = join(arena(), runtime);
  const stock = { tokens: 0 };
  const take = (): Operation<string> => ({
    sets: [SET],
    ready: () => stock.tokens > 0,
    attempt: () => stock.tokens > 0 && stock.tokens-- > 0,
    result: () => "taken",
    late: () => "late",
    aborted: (reason) => {
      throw reason;
    },
  });
  const wait = (until = Infinity, signal?: AbortSignal) =>
    runAsync(thread.parker, take(), until, signal, stock).catch((reason) => reason);
  const post = () => (stock.tokens++, wakeOne(thread.memory, SET));
  return { runtime, thread, stock, take, wait, post, parker: thread.parker, memory: thread.memory, slot: thread.slot };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test("what can be done at once is done at once", async () => {
  const { stock, take, wait, parker, runtime } = stage();
  stock.tokens = 2;
  assertEquals([runSync(parker, take(), Infinity), await wait()], ["taken", "taken"]);
  assertEquals([parker.pending, runtime.alive, runtime.waiting.length], [0, false, 0]);
});

test("a blocking wait ends at its deadline, not before, and leaves no bit", () => {
  const { take, parker, memory, slot } = stage(2);
  for (const time of [0.2, 1, 12]) {
    const until = now() + time;
    assertEquals(runSync(parker, take(), until), "late");
    assert(now() >= until);
    assertEquals(enrolled(memory, SET, slot), false);
  }
});

test("a waiting promise form holds the event loop, a served one no longer", async () => {
  const { wait, post, parker, runtime, memory, slot } = stage();
  const waiting = [wait(), wait()];
  assertEquals([parker.pending, runtime.alive, enrolled(memory, SET, slot)], [2, true, true]);
  post();
  assertEquals(await waiting[0], "taken");
  assertEquals([parker.pending, runtime.alive, enrolled(memory, SET, slot)], [1, true, true]);
  post();
  assertEquals(await waiting[1], "taken");
  assertEquals([parker.pending, runtime.alive, enrolled(memory, SET, slot)], [0, false, false]);
});

test("who leaves after it was rung passes the ring on", async () => {
  const { thread, wait, stock, memory, parker } = stage();
  const other = join(memory.buffer);
  const aborter = new AbortController();
  const waiting = wait(Infinity, aborter.signal);
  wakeOne(memory, SET);
  memory.words[SET + 8] |= 1 << other.slot;
  memory.words[SET] |= 1;
  const before = memory.words[other.bell];
  stock.tokens = 1;
  aborter.abort("gave up");
  assertEquals([await waiting, memory.words[other.bell] - before, parker.pending], ["gave up", 1, 0]);
  assertEquals(thread.doomed, false);
});

test("an old ring, heard while the thread only looks, leaves it in no wait set", async () => {
  const { runtime, wait, take, stock, parker, memory, slot } = stage(2);
  const aborter = new AbortController();
  const first = wait(Infinity, aborter.signal);
  // A blocking wait ends the look: the thread sleeps, is rung, and gives up before it hears of that.
  assertEquals(runSync(parker, take(), now() + 1), "late");
  assertEquals(enrolled(memory, SET, slot), true);
  wakeOne(memory, SET);
  aborter.abort("gave up");
  assertEquals(await first, "gave up");
  // The next one looks; meanwhile the ring is heard.
  const second = wait();
  assertEquals([runtime.waiting.length > 0, enrolled(memory, SET, slot)], [true, false]);
  await turn();
  await turn();
  // Another thread is rung for what comes. Whether this one is quicker or not: it is in the set as long as it waits.
  stock.tokens = 1;
  runtime.turn();
  await turn();
  assertEquals(enrolled(memory, SET, slot), parker.pending === 1);
  stock.tokens = 1;
  wakeOne(memory, SET);
  assertEquals(await second, "taken");
  assertEquals([parker.pending, enrolled(memory, SET, slot)], [0, false]);
});

test("a thread that is told to end: what waits throws, and so does what comes", async () => {
  const { thread, wait, take, parker, memory } = stage();
  const waiting = wait();
  doom(memory, thread.id);
  assert(ThreadTerminated.is(await waiting));
  assertThrows(() => runSync(parker, take(), now() + 5), ThreadTerminated);
  assertEquals(parker.pending, 0);
});

test("in a long row of what needs no wait, one now and then waits for a turn of the event loop", async () => {
  const { parker, runtime } = stage();
  let settled = 0;
  const promises = Array.from({ length: 64 }, () => parker.turn(1).then(() => settled++));
  await turn();
  assertEquals([settled, runtime.waiting.length], [63, 1]);
  runtime.turn();
  await Promise.all(promises);
  assertEquals(settled, 64);
});
