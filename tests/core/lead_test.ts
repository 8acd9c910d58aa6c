/**
 * When a blocking producer lets the consumers catch up. It asks whether it may block just before it does.
 */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { keepLead, lookBack } from "../../core/lead.ts";
import { C_COPIES, C_UNITS, NEXT_LOOK } from "../../core/ring.ts";
import type { Thread } from "../../core/thread.ts";

const MIB = 1 << 20;

/**
 * A ring of which only the counts matter. `step` puts and takes so many bytes, and gives whether the producer would nap; `takes`
 * items were taken by the producer itself meanwhile. `nap` runs when it does, and says whether to nap really.
 */
function stage(begin = 0, nap: (take: (bytes: number) => void) => boolean = () => false) {
  const at = 1;
  const words = new Int32Array(new SharedArrayBuffer(1024));
  const take = (bytes: number) => void (words[at + C_COPIES + C_UNITS] += bytes / 8);
  let naps = 0;
  const runtime = {
    get mayBlock() {
      naps++;
      return nap(take);
    },
  };
  const parker = { stream: { takes: 0 } };
  const thread = { runtime, parker, memory: { words }, bell: 0 } as unknown as Thread;
  let units = words[at + C_COPIES + C_UNITS] = begin;
  return (put: number, taken: number, takes = 0): boolean => {
    units = (units + put / 8) | 0;
    take(taken);
    parker.stream.takes += takes;
    const before = naps;
    if (((units - words[at + NEXT_LOOK]) | 0) > 0) lookBack(words, at, units);
    keepLead(thread, at, Infinity);
    return naps > before;
  };
}

/** How many of `times` steps end with a nap. */
function count(times: number, step: () => boolean): number {
  let naps = 0;
  for (let i = 0; i < times; i++) if (step()) naps++;
  return naps;
}

test("what nobody takes is put at full speed, however much it is", () => {
  const step = stage();
  assertEquals(count(100_000, () => step(1024, 0)), 0);
});

test("a producer that is no more than 4 MiB ahead is not held up", () => {
  const step = stage();
  step(3 * MIB, 0);
  assertEquals(count(100_000, () => step(1024, 1024)), 0);
});

test("a producer that is further ahead thinks of a nap once in 64 KiB, for consumers that keep up", () => {
  const step = stage();
  step(5 * MIB, 0);
  const naps = count(64_000, () => step(1024, 1024));
  assert(naps > 900 && naps <= 1000, `${naps} naps`);
});

test("for consumers that take less than half as fast nobody naps", () => {
  const step = stage();
  step(5 * MIB, 0);
  assertEquals(count(64_000, () => step(1024, 504)), 0);
});

test("when the lead has become small it naps no more", () => {
  const step = stage();
  step(5 * MIB, 0);
  assert(count(640, () => step(1024, 1024)) > 0);
  step(0, 3 * MIB);
  step(128 * 1024, 0);
  assertEquals(count(1000, () => step(1024, 1024)), 0);
});

test("counts that have gone round are told apart all the same", () => {
  const step = stage(0x7fffffff - 1000);
  assertEquals(count(3000, () => step(1024, 1024)), 0);
  step(5 * MIB, 0);
  assert(count(1280, () => step(1024, 1024)) > 10);
});

test("who takes items himself does not nap", () => {
  const step = stage();
  step(5 * MIB, 0);
  assertEquals(count(64_000, () => step(1024, 1024, 1)), 0);
});

test("what is taken during a nap does not make slow consumers fast", () => {
  const step = stage(0, (take) => (take(48 * 1024), true));
  step(5 * MIB, 0);
  let naps = 0;
  for (let pause = 0; pause < 3; pause++) {
    step(0, 64 * 1024);
    naps += count(1280, () => step(1024, 200));
  }
  assert(naps > 0 && naps <= 6, `${naps} naps`);
});

// The last one, since the thread stays awake for a while.
test("where naps take long, nobody naps again soon", () => {
  const step = stage(0, () => {
    for (const end = now() + 2; now() < end;);
    return true;
  });
  step(5 * MIB, 0);
  assert(count(6400, () => step(1024, 1024)) <= 2);
});
