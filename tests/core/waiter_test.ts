import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { AT_ONCE, now } from "../../core/deadline.ts";
import { wakeOne } from "../../core/wait_set.ts";
import { type Operation, runAsync, runSync } from "../../core/waiter.ts";
import { arena, join } from "./stage_helper.ts";

const SET = 18 * 16384;

/** A thread, and operations that come about when `state.ready` is set. Each notes what was asked of it. */
function stage() {
  const thread = join(arena());
  const state = { ready: false, fault: undefined as unknown };
  const operation = (log: string[]): Operation<string> => ({
    sets: [SET],
    ready: () => state.ready,
    attempt() {
      log.push("attempt");
      if (state.fault !== undefined) throw state.fault;
      return state.ready;
    },
    parked: () => void log.push("parked"),
    result: () => (log.push("result"), "done"),
    late: () => (log.push("late"), "late"),
    aborted(reason) {
      log.push("aborted");
      throw reason;
    },
  });
  return { parker: thread.parker, memory: thread.memory, state, operation };
}

/** A signal that counts its listeners. */
function counted() {
  const controller = new AbortController();
  const { signal } = controller;
  const counts = { listeners: 0 };
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => (counts.listeners++, addEventListener.apply(signal, args as never));
  signal.removeEventListener = (...args: unknown[]) => (
    counts.listeners--, removeEventListener.apply(signal, args as never)
  );
  return { controller, signal, counts };
}

test("what can be done is done at once, in either form, and is not parked", async () => {
  const { parker, state, operation } = stage();
  state.ready = true;
  for (const until of [AT_ONCE, Infinity, now() + 1000]) {
    const [sync, promised]: string[][] = [[], []];
    assertEquals(runSync(parker, operation(sync), until), "done");
    assertEquals(await runAsync(parker, operation(promised), until, undefined, {}), "done");
    assertEquals([sync, promised], [["attempt", "result"], ["attempt", "result"]]);
  }
});

test("to try once is to be late without having been parked", async () => {
  const { parker, operation } = stage();
  const [sync, promised]: string[][] = [[], []];
  assertEquals(runSync(parker, operation(sync), AT_ONCE), "late");
  assertEquals(await runAsync(parker, operation(promised), AT_ONCE, undefined, {}), "late");
  assertEquals([sync, promised], [["attempt", "late"], ["attempt", "late"]]);
});

test("what an attempt throws ends the operation by `aborted`, before and after it was parked", async () => {
  const { parker, state, operation, memory } = stage();
  const waiting: string[] = [];
  const promise = runAsync(parker, operation(waiting), Infinity, undefined, {}).catch((error) => error);
  const fault = state.fault = new RangeError("fault");
  wakeOne(memory, SET);
  assertStrictEquals(await promise, fault);
  assertEquals([waiting.at(-1), waiting.includes("parked"), parker.pending], ["aborted", true, 0]);
  const [sync, promised]: string[][] = [[], []];
  assertThrows(() => runSync(parker, operation(sync), Infinity), RangeError, "fault");
  await assertRejects(() => runAsync(parker, operation(promised), Infinity, undefined, {}), RangeError, "fault");
  assertEquals([sync, promised], [["attempt", "aborted"], ["attempt", "aborted"]]);
});

test("an aborted signal comes before the attempt, and an abort leaves no listener", async () => {
  const { parker, operation, state } = stage();
  const { controller, signal, counts } = counted();
  const log: string[] = [];
  const promise = runAsync(parker, operation(log), Infinity, signal, {}).catch((reason) => reason);
  assertEquals(counts.listeners, 1);
  controller.abort("reason");
  assertEquals([await promise, counts.listeners, parker.pending], ["reason", 0, 0]);
  state.ready = true;
  const late: string[] = [];
  assertEquals(await runAsync(parker, operation(late), Infinity, signal, {}).catch((reason) => reason), "reason");
  assertEquals(late, ["aborted"]);
});

test("a timeout is never early and leaves nothing; one beyond the longest timer is not over at once", async () => {
  const { parker, operation, state, memory } = stage();
  const { signal, counts } = counted();
  const until = now() + 5;
  assertEquals(await runAsync(parker, operation([]), until, signal, {}), "late");
  assert(now() >= until);
  assertEquals([counts.listeners, parker.pending], [0, 0]);
  const log: string[] = [];
  const long = runAsync(parker, operation(log), now() + 2 ** 40, signal, {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals([log.includes("late"), parker.pending], [false, 1]);
  state.ready = true;
  wakeOne(memory, SET);
  assertEquals([await long, counts.listeners, parker.pending], ["done", 0, 0]);
});
