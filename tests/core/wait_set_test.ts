import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { SLOT_BELL, SLOT_MAIL } from "../../core/layout.ts";
import {
  ALL,
  enroll,
  enrolled,
  recoverWaitSet,
  slotAt,
  wakeAll,
  wakeMany,
  wakeOne,
  withdraw,
} from "../../core/wait_set.ts";
import { arena, join } from "./stage_helper.ts";

const SET = 18 * 16384;
const { memory } = join(arena());
const rings = (slot: number) => memory.words[slotAt(slot) + SLOT_BELL];

/** The slots that are rung meanwhile, in their order. */
function rungBy(act: () => void, slots: readonly number[]): number[] {
  const before = slots.map(rings);
  act();
  return slots.filter((slot, i) => rings(slot) !== before[i]);
}

test("nobody waits: nobody is rung", () => {
  assertEquals(wakeOne(memory, SET), false);
});

test("each waiter is rung once, in turn, beginning after the last one", () => {
  const slots = [3, 31, 32, 100, 255];
  slots.forEach((slot) => enroll(memory, SET, slot));
  const order: number[] = [];
  for (let i = 0; i < slots.length; i++) order.push(...rungBy(() => wakeOne(memory, SET), slots));
  assertEquals(order, slots);
  assertEquals(wakeOne(memory, SET), false);
  enroll(memory, SET, 3);
  enroll(memory, SET, 100);
  memory.words[SET + 1] = 3;
  assertEquals(rungBy(() => wakeOne(memory, SET), slots), [100]);
  enroll(memory, SET, 100);
  assertEquals(rungBy(() => wakeOne(memory, SET), slots), [3]);
  assertEquals(rungBy(() => wakeMany(memory, SET, 5), slots), [100]);
});

test("a lower slot of the last one's group is found too", () => {
  memory.words[SET + 1] = 30;
  enroll(memory, SET, 2);
  assertEquals(rungBy(() => wakeOne(memory, SET), [2]), [2]);
});

test("who withdraws is not rung, and hears whether it had been", () => {
  enroll(memory, SET, 9);
  assertEquals([enrolled(memory, SET, 9), withdraw(memory, SET, 9)], [true, false]);
  assertEquals(wakeOne(memory, SET), false);
  enroll(memory, SET, 9);
  wakeOne(memory, SET);
  assertEquals([enrolled(memory, SET, 9), withdraw(memory, SET, 9)], [false, true]);
});

test("the mail names the set; a second letter means all", () => {
  memory.words[slotAt(40) + SLOT_MAIL] = 0;
  enroll(memory, SET, 40);
  wakeOne(memory, SET);
  assertEquals(memory.words[slotAt(40) + SLOT_MAIL], SET);
  enroll(memory, SET, 40);
  wakeOne(memory, SET);
  assertEquals(memory.words[slotAt(40) + SLOT_MAIL], ALL);
});

test("wakeMany and wakeAll ring as many as asked, and all", () => {
  const slots = Array.from({ length: 256 }, (_, slot) => slot);
  slots.forEach((slot) => enroll(memory, SET, slot));
  assertEquals(rungBy(() => wakeMany(memory, SET, 100), slots).length, 100);
  assertEquals(rungBy(() => wakeAll(memory, SET), slots).length, 156);
  assertEquals(rungBy(() => wakeAll(memory, SET), slots).length, 0);
});

test("after a death the dead is out, and everybody else is rung, also when the summary was not yet set", () => {
  enroll(memory, SET, 7);
  memory.words[SET + 8 + 2] = 1 << 4;
  memory.words[SET] = 1;
  assertEquals(rungBy(() => recoverWaitSet(memory, SET, 7), [7, 68]), [68]);
});
