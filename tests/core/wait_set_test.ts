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

/** What `wakeMany` is to do: rings the first `count` of `waiting` after `last`, once around. */
function expectedRings(waiting: ReadonlySet<number>, last: number, count: number): number[] {
  const order = [...waiting].sort((a, b) => (a - last - 1 & 255) - (b - last - 1 & 255));
  return order.slice(0, count);
}

test("wakeMany rings whom a set, a number and the last slot say, with every slot as the last", () => {
  let seed = 1;
  const random = (below: number) => (seed = Math.imul(seed, 1103515245) + 12345 >>> 0, (seed >>> 8) % below);
  const edges = [0, 1, 30, 31, 32, 33, 63, 64, 223, 224, 254, 255];
  const waiting = new Set<number>();
  let last = memory.words[SET + 1] = 0;
  const slots = Array.from({ length: 256 }, (_, slot) => slot);
  for (let turn = 0; turn < 2048; turn++) {
    for (let left = random(6) + (turn % 64 === 0 ? 256 : 0); left > 0; left--) {
      const slot = random(2) === 0 ? edges[random(edges.length)] : random(256);
      enroll(memory, SET, slot);
      waiting.add(slot);
    }
    const gone = random(256);
    withdraw(memory, SET, gone);
    waiting.delete(gone);
    // Where the search begins: mostly where it ended, and once at each slot in 256 turns.
    if (turn % 3 === 0) memory.words[SET + 1] = last = turn & 255;
    const count = random(5) + (turn % 32 === 0 ? 256 : 0);
    const rung = expectedRings(waiting, last, count);
    let woken = 0;
    const seen = rungBy(() => woken = wakeMany(memory, SET, count), slots);
    assertEquals([woken, seen], [rung.length, rung.toSorted((a, b) => a - b)], `turn ${turn}`);
    rung.forEach((slot) => waiting.delete(slot));
    last = rung.at(-1) ?? last;
    assertEquals([memory.words[SET + 1], slots.filter((slot) => enrolled(memory, SET, slot))], [
      last,
      [...waiting].sort((a, b) => a - b),
    ]);
  }
  wakeAll(memory, SET);
});
