/**
 * Shared memory that holds anything, as another thread's bug could leave it: every operation gives a value or an error
 * before long, takes no memory that is not there, and touches no prototype.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { row } from "../../core/arena.ts";
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { CONSUMERS, PRODUCERS } from "../../core/insisting.ts";
import { BLOCK_WORDS, CELL_BODY, CELL_WORDS, FIRST_BLOCK, ROW_WORDS } from "../../core/layout.ts";
import { recover } from "../../core/recovery.ts";
import { JoinableQueue, QueueShutDown } from "../../mod.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
/** No operation on so little takes longer, also on a busy machine. */
const LONG = 5000;

/**
 * Where a word is changed (not the table's row of the block in which the queue's own cell lies: who frees that hands the
 * queue's locks out as room for items): in the queue's cell, in the table of blocks, or in a block of items.
 */
const places = fc.oneof(
  {
    arbitrary: fc.record({ area: fc.constant("cell"), at: fc.integer({ min: CELL_BODY, max: CELL_WORDS - 1 }) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ area: fc.constant("table"), at: fc.integer({ min: ROW_WORDS, max: 12 * ROW_WORDS - 1 }) }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ area: fc.constant("block"), at: fc.integer({ min: 0, max: 12 * BLOCK_WORDS - 1 }) }),
    weight: 1,
  },
  { arbitrary: fc.record({ area: fc.constant("start"), at: fc.integer({ min: 0, max: 12 * 16 - 1 }) }), weight: 2 },
);
const values = fc.oneof(
  fc.integer(),
  fc.integer({ min: -40, max: 40 }),
  fc.integer({ min: 18, max: 40 }).map((block) => block * BLOCK_WORDS),
  fc.constantFrom(0x7fffffff, -0x80000000, 0x23, 0x24, 0x43, 0x40000000),
);
const changes = fc.array(fc.tuple(places, values), { minLength: 1, maxLength: 6 });

function wordOf({ area, at }: { area: string; at: number }, cell: number): number {
  switch (area) {
    case "cell":
      return cell + at;
    case "table":
      return row(FIRST_BLOCK) + at;
    case "block":
      return FIRST_BLOCK * BLOCK_WORDS + at;
    default:
      return (FIRST_BLOCK + (at >> 4)) * BLOCK_WORDS + (at & 15);
  }
}

const item = (i: number) => ({ i, list: ["a", { b: i }], bytes: new Uint8Array(i * 9000) });

function operations(queue: JoinableQueue<unknown>): (() => unknown)[] {
  const timeout = { timeout: 0 };
  return [
    () => queue.qsize(),
    () => queue.full(),
    () => queue.unfinished,
    () => queue.getSync(timeout),
    () => queue.getSync(timeout),
    () => queue.putSync(1, timeout),
    () => queue.putSync(item(3), timeout),
    () => queue.putManySync([1, item(1), "x".repeat(40_000)], timeout),
    () => queue.getManySync(100, timeout),
    () => queue.getManySync(100, timeout),
    () => queue.taskDone(),
    () => queue.joinSync(timeout),
    // What is done when a thread has died, here one that never was: it walks over everything.
    () => recover(thisThread(), (77 << 8) | 200, () => {}),
    () => queue.shutdown({ immediate: true }),
    () => {
      try {
        queue.putSync(1, timeout);
      } catch (error) {
        if (!QueueShutDown.is(error)) throw error;
      }
    },
  ];
}

test("a queue whose words were overwritten gives values or errors, before long", () => {
  const { memory } = thisThread();
  const queue = new JoinableQueue<unknown>();
  const cell = cellAt(queue.handle.cell);
  // A segment in the cell, blocks of small items, and items out of line; some taken already.
  for (let i = 0; i < 12; i++) queue.putSync(item(i % 4));
  queue.putManySync(Array.from({ length: 30 }, (_, i) => `${i}`.padEnd(3000, "x")));
  queue.getManySync(5);
  const kept = memory.words.slice(0, 60 * BLOCK_WORDS);
  const locks = [PRODUCERS, CONSUMERS].map(({ lock }) => cell + lock);
  let errors = 0;
  let given = 0;
  fc.assert(
    fc.property(changes, (changed) => {
      for (const [place, value] of changed) {
        const word = wordOf(place, cell);
        // A lock that seems to be held is waited for: see the next test.
        if (!locks.includes(word)) memory.words[word] = value;
      }
      const size = memory.buffer.byteLength;
      try {
        for (const operation of operations(queue)) {
          const before = performance.now();
          for (const lock of locks) memory.words[lock] = 0;
          try {
            operation();
            given++;
          } catch (error) {
            assert(error instanceof Error);
            errors++;
          }
          assert(performance.now() - before < LONG, `${operation} took too long`);
        }
        assert(memory.buffer.byteLength <= size * 2, "it took more memory than there is use for");
        assertEquals(Object.keys(Object.prototype), []);
        assertEquals(({} as { polluted?: unknown }).polluted, undefined);
      } finally {
        memory.words.fill(0, 60 * BLOCK_WORDS, 80 * BLOCK_WORDS);
        memory.words.set(kept);
      }
    }),
    { numRuns: RUNS, seed: Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000) },
  );
  assert(errors > 0 && given > 0);
  assertEquals(queue.getManySync(2).length, 2);
  queue.close();
});

test("a lock that seems to be held bounds the timed forms", () => {
  const { words } = thisThread().memory;
  const queue = new JoinableQueue<number>();
  queue.putSync(1);
  const cell = cellAt(queue.handle.cell);
  words[cell + PRODUCERS.lock] = words[cell + CONSUMERS.lock] = 12_345 << 8;
  for (const call of [() => queue.getSync({ timeout: 5 }), () => queue.putSync(1, { timeout: 5 })]) {
    const before = performance.now();
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof Error && performance.now() - before < LONG);
  }
  words[cell + PRODUCERS.lock] = words[cell + CONSUMERS.lock] = 0;
  assertEquals(queue.getSync(), 1);
  queue.close();
});
