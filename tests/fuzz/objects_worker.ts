/**
 * The thread in which the objects are overwritten, in a memory of its own: it says at each call that it is still on its way,
 * and at last what came of all.
 * @module
 */
import fc from "fast-check";
import { parentPort, setEnvironmentData, workerData } from "node:worker_threads";
import { ARENA_KEY } from "../../adapters/threads.ts";
import type { Target } from "./objects.ts";

/** What the worker is started with. */
export interface Orders {
  readonly runs: number;
  readonly seed: number;
  /** +0: goes up with each call. +1: the number of the target, +2 that of the call. */
  readonly progress: Int32Array;
}

/** What it says at last. */
export interface Report {
  /** How many calls gave a value and an error, by the names of the objects. */
  readonly given: Record<string, number>;
  readonly errors: Record<string, number>;
  readonly failure: string | undefined;
}

// The starter's memory is not ours to break.
setEnvironmentData(ARENA_KEY, undefined);
const { makeTargets } = await import("./objects.ts");
const { thisThread } = await import("../../core/current.ts");
const { AT_SLOTS, BLOCK_WORDS, CELL_BODY, CELL_WORDS, FIRST_BLOCK, ROW_WORDS, SLOT_WORDS } = await import(
  "../../core/layout.ts"
);
const { row } = await import("../../core/arena.ts");
const { recover } = await import("../../core/recovery.ts");

const { runs, seed, progress } = workerData as Orders;
const targets = makeTargets();
const { memory, slot } = thisThread();
/** Nothing that was made lies further up. */
const USED = 60 * BLOCK_WORDS;
const kept = memory.words.slice(0, USED);
const report = { given: {} as Record<string, number>, errors: {} as Record<string, number> };

const values = fc.oneof(
  fc.integer(),
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: 1, max: 64 * 1024 * 64 }),
  fc.constantFrom(0x7fffffff, -0x80000000, 0x40000000, 0xffff, 0x1ff, (1 << 8) | slot),
);
const changes = fc.array(
  fc.record({
    // Mostly the object's own words, then the first of its cell, and those that say whose all is.
    area: fc.oneof(
      { weight: 6, arbitrary: fc.constant("body") },
      fc.constantFrom("head", "table", "directory", "slots"),
    ),
    pick: fc.nat(),
    at: fc.nat(),
    value: values,
  }),
  { minLength: 1, maxLength: 8 },
);

type Change = { area: string; pick: number; at: number; value: number };

function wordOf({ area, pick, at }: Change, { areas }: Target): number {
  const [from] = areas[pick % areas.length];
  switch (area) {
    case "body":
      return from + CELL_BODY + (at % (CELL_WORDS - CELL_BODY));
    case "head":
      return from + (at % CELL_BODY);
    case "table":
      return row(FIRST_BLOCK) + (at % (12 * ROW_WORDS));
    case "directory":
      return FIRST_BLOCK * BLOCK_WORDS + (at % 64);
    default: {
      // Another thread's slot: its own, overwritten, ends this thread's part in everything.
      const other = (slot + 1 + (pick % 255)) & 255;
      return AT_SLOTS + other * SLOT_WORDS + (at % 18);
    }
  }
}

const RECOVER = () => recover(thisThread(), (77 << 8) | 200, () => {});

function call(target: Target, index: number): void {
  const calls = [...target.calls, RECOVER, ...target.calls];
  calls.forEach((act, i) => {
    for (const lock of target.locks) memory.words[lock] = 0;
    progress[1] = index;
    progress[2] = i;
    Atomics.add(progress, 0, 1);
    const outcome = outcomeOf(act);
    report[outcome][target.name] = (report[outcome][target.name] ?? 0) + 1;
  });
}

function outcomeOf(act: () => unknown): "given" | "errors" {
  try {
    act();
    return "given";
  } catch (error) {
    if (error instanceof Error) return "errors";
    throw new Error(`no error was thrown, but ${String(error)}`);
  }
}

function run(index: number, changed: readonly Change[]): void {
  const size = memory.buffer.byteLength;
  try {
    for (const change of changed) memory.words[wordOf(change, targets[index])] = change.value;
    call(targets[index], index);
    if (memory.buffer.byteLength > 2 * size) throw new Error("it took more memory than there is use for");
    if (Object.keys(Object.prototype).length > 0) throw new Error("a prototype was changed");
  } finally {
    memory.words.fill(0, USED, USED + 20 * BLOCK_WORDS);
    memory.words.set(kept);
  }
}

let failure: string | undefined;
try {
  fc.assert(fc.property(fc.nat({ max: targets.length - 1 }), changes, run), { numRuns: runs, seed });
} catch (error) {
  failure = String((error as Error).stack ?? error);
}
parentPort!.postMessage({ ...report, failure } satisfies Report);
