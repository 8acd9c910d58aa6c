import { test } from "node:test";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ThreadTerminated, TooManyThreads } from "../../core/errors.ts";
import { MAX_THREADS, SLOT_THREAD } from "../../core/layout.ts";
import {
  ALIVE,
  claimRecovery,
  DEAD,
  doom,
  DOOMED,
  eachThread,
  findThread,
  Seat,
  slotOf,
  stateOf,
  VACANT,
  vacate,
} from "../../core/threads.ts";
import { Memory } from "../../core/views.ts";
import { slotAt } from "../../core/wait_set.ts";
import { arena, FakeRuntime } from "./stage_helper.ts";

const sit = (memory: Memory) => new Seat(memory, new FakeRuntime());

test("each thread has a place and an id of its own", () => {
  const memory = new Memory(arena());
  const [one, two] = [sit(memory), sit(memory)];
  assertEquals([one.slot, two.slot, slotOf(two.id)], [0, 1, 1]);
  assert(one.id >= 256 && one.id !== two.id);
  assertEquals([stateOf(memory, one.id), stateOf(memory, one.id + 256)], [ALIVE, VACANT]);
  assertEquals(findThread(memory, 0), one.id);
  assertEquals(findThread(memory, 17), 0);
  memory.words[slotAt(slotOf(one.id)) + SLOT_THREAD] = 0;
  assertEquals(findThread(memory, -1), 0);
});

test("a place that is used again has another generation", () => {
  const memory = new Memory(arena());
  const first = sit(memory);
  claimRecovery(memory, first.id, first.id);
  vacate(memory, first.id);
  const second = sit(memory);
  assertEquals(second.slot, first.slot);
  assertNotEquals(second.id, first.id);
  assertEquals([stateOf(memory, first.id), stateOf(memory, second.id)], [VACANT, ALIVE]);
  assertEquals([first.doomed, second.doomed], [true, false]);
});

test("one thread more than there are places is TooManyThreads, until one has ended", () => {
  const memory = new Memory(arena());
  const seats = Array.from({ length: MAX_THREADS }, () => sit(memory));
  assertThrows(() => sit(memory), TooManyThreads, "256");
  let count = 0;
  eachThread(memory, () => count++);
  assertEquals(count, MAX_THREADS);
  claimRecovery(memory, seats[200].id, seats[0].id);
  assertThrows(() => sit(memory), TooManyThreads);
  vacate(memory, seats[200].id);
  assertEquals(sit(memory).slot, 200);
});

test("a thread that is told to end throws from then on; it is told once", () => {
  const memory = new Memory(arena());
  const [one, two] = [sit(memory), sit(memory)];
  const bell = memory.words[one.bell];
  one.check();
  assertEquals([doom(memory, one.id), doom(memory, one.id), doom(memory, two.id + 256)], [true, false, false]);
  assertThrows(() => one.check(), ThreadTerminated);
  two.check();
  assertEquals([stateOf(memory, one.id), memory.words[one.bell] !== bell], [DOOMED, true]);
});

test("one alone recovers a dead thread", () => {
  const memory = new Memory(arena());
  const [one, two, three] = [sit(memory), sit(memory), sit(memory)];
  assertEquals([claimRecovery(memory, one.id, two.id), claimRecovery(memory, one.id, three.id)], [true, false]);
  assertEquals(stateOf(memory, one.id), DEAD);
  vacate(memory, one.id);
  assertEquals(claimRecovery(memory, one.id, three.id), false);
});
