/**
 * When promise forms nap before they look. The thread's memory is none that is shared, on which nobody can wait: a nap throws.
 */
import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { Group } from "../../core/group.ts";
import type { Condition } from "../../core/parker.ts";
import { Poller } from "../../core/poller.ts";
import { Stream } from "../../core/stream.ts";
import type { Seat } from "../../core/threads.ts";
import type { Waiter } from "../../core/waiter.ts";
import { FakeRuntime } from "./stage_helper.ts";

const GETS = { gathers: true } as Condition;
/** So many waits in a row are not yet a stream. */
const BEFORE = 17;
/** Longer than looking and napping are tried, in milliseconds. */
const TRIALS = 15;

/** A poller whose waits are all met by the first look. `wait` gives whether the thread napped. */
function stage() {
  const runtime = new FakeRuntime(2);
  const stream = new Stream();
  const seat = { runtime, memory: { words: new Int32Array(4) }, bell: 0 } as unknown as Seat;
  const serve = (group: Group) => (group.waiters.clear(), true);
  const poller = new Poller(seat, stream, serve, () => {});
  const group = (set: number) => {
    const made = new Group(set);
    made.waiters.add({} as Waiter);
    return made;
  };
  const wait = (between = () => {}): boolean => {
    assertEquals(poller.begin([group(1)], GETS), true);
    stream.takes += 1000;
    between();
    try {
      runtime.turn();
      return false;
    } catch {
      return true;
    } finally {
      poller.end();
    }
  };
  const waitFor = (milliseconds: number, between?: () => void): boolean => {
    for (const end = now() + milliseconds; now() < end;) if (wait(between)) return true;
    return false;
  };
  return { runtime, stream, poller, group, wait, waitFor };
}

test("who waits in a stream looks for a while, and then tries to nap", () => {
  const { wait } = stage();
  for (let i = 0; i < BEFORE; i++) assertEquals(wait(), false);
  while (!wait());
});

test("who puts between its gets may be answering, and never naps", () => {
  const { stream, waitFor } = stage();
  assertEquals(waitFor(TRIALS, () => stream.puts++), false);
});

test("an event loop that has other work is not kept from it", () => {
  const { waitFor } = stage();
  const work = () => {
    for (const end = now() + 0.05; now() < end;);
  };
  assertEquals(waitFor(TRIALS, work), false);
});

test("what else is looked for is not found late", () => {
  const { waitFor, poller, group } = stage();
  assertEquals(waitFor(TRIALS, () => void poller.begin([group(2)], GETS)), false);
});

test("where a thread must not block, it does not", () => {
  const { runtime, waitFor } = stage();
  Object.assign(runtime, { mayBlock: false });
  assertEquals(waitFor(TRIALS), false);
});

test("a wait on memory that is not shared throws, so the naps above are seen", () => {
  assertThrows(() => Atomics.wait(new Int32Array(4), 0, 0, 0), TypeError);
});
