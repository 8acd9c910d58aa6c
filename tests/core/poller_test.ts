/** Naps of promise forms: when one is taken, seen by how often the items that came meanwhile are counted. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { type Operation, runAsync } from "../../core/waiter.ts";
import { arena, FakeRuntime, join } from "./stage_helper.ts";

const SET = 18 * 16384;
/** So many waits in a row are not yet a stream. */
const BEFORE = 16;

/** A thread that waits for items, each of which is there when it looks; `gathered`: how many it finds behind a nap. */
function stage(gathered: () => number) {
  const runtime = new FakeRuntime(2);
  const { parker } = join(arena(), runtime);
  let naps = 0;
  const get = (set: number, ready: () => boolean): Operation<void> => ({
    sets: [set],
    ready,
    attempt: ready,
    gathered: () => (naps++, gathered()),
    result: () => {},
    late: () => {},
    aborted: (reason) => {
      throw reason;
    },
  });
  /** One wait that is met by looking; `between` runs before the event loop's turn. Gives how many naps were taken. */
  const wait = async (between = () => {}): Promise<number> => {
    const before = naps;
    let there = false;
    const waiting = runAsync(parker, get(SET, () => there), Infinity, undefined, runtime);
    there = true;
    between();
    runtime.turn();
    await waiting;
    return naps - before;
  };
  const waits = async (count: number, between?: () => void): Promise<number> => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await wait(between);
    return sum;
  };
  return { runtime, parker, get, waits };
}

/** Items that come by themselves: not as many each time. */
function flowing(): () => number {
  let naps = 0;
  return () => 20 + (naps++ & 1);
}

/** Waits until so many naps were taken. Not before each look one is: a busy machine makes the event loop's turns long. */
async function untilNaps(waits: (count: number) => Promise<number>, count: number): Promise<void> {
  for (let naps = 0; naps < count;) naps += await waits(1);
}

test("who waits in a stream naps before it looks, and nobody before that", async () => {
  const { waits } = stage(flowing());
  assertEquals(await waits(BEFORE), 0);
  await untilNaps(waits, 50);
});

for (
  const [what, gathered] of [
    ["too little comes", () => 3],
    ["as many come each time, since no more can before this thread goes on,", () => 8],
  ] as const
) {
  test(`naps in which ${what} are tried less and less often`, async () => {
    const { waits } = stage(gathered);
    await waits(BEFORE);
    await untilNaps(waits, 6);
    const naps = await waits(1500);
    assert(
      naps <= 1 + 2 * 7,
      `${naps}; after 6 in vain 2 each, with pauses of 16, 32, 64, 128, 256, 512 and 512 waits between`,
    );
  });
}

test("who puts between its gets may be answering, and never naps", async () => {
  const { parker, waits } = stage(flowing());
  assertEquals(await waits(100, () => parker.stream.puts++), 0);
});

test("an event loop that has other work is not kept from it", async () => {
  const { waits } = stage(flowing());
  await waits(BEFORE);
  const work = () => {
    for (const end = now() + 0.05; now() < end;);
  };
  assertEquals(await waits(20, work), 0);
  await untilNaps(waits, 1);
});

test("what else is looked for is not found late", async () => {
  const { parker, runtime, get, waits } = stage(flowing());
  await waits(BEFORE);
  let there = false;
  const other = runAsync(parker, get(SET + 32, () => there), Infinity, undefined, runtime);
  assertEquals(await waits(5), 0);
  there = true;
  runtime.turn();
  await other;
});
