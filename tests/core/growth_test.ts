/** What lies in memory that another thread has added: beyond the views that a thread has until it looks. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { claimChain, createArena } from "../../core/arena.ts";
import { cellAt, enterTransit, kindOf } from "../../core/cells.ts";
import { createObject } from "../../core/handles.ts";
import { QUEUE } from "../../core/kinds.ts";
import { CELLS_PER_BLOCK, FIRST_BLOCK } from "../../core/layout.ts";
import { createPipe, readerGone, ringsOf } from "../../core/pipe_cell.ts";
import "../../core/connection.ts";
import "../../core/queue.ts";
import { initQueue } from "../../core/queue_cell.ts";
import type { Thread } from "../../core/thread.ts";
import { join } from "./stage_helper.ts";

const queue = (thread: Thread): number =>
  createObject(thread, QUEUE, (_, at) => initQueue(thread, at, { maxsize: 0, maxBytes: 65536, name: "q", codec: "" }));

/** Two threads in a new arena, with a block of cells that are all taken, by queues of the second. The first sees nothing beyond it. */
function stage(): { one: Thread; two: Thread; cells: number[] } {
  const buffer = createArena();
  const [one, two] = [join(buffer), join(buffer)];
  const cells = Array.from({ length: CELLS_PER_BLOCK - 1 }, () => queue(two));
  claimChain(two.memory, two.id, two.memory.blocks - FIRST_BLOCK - 1);
  return { one, two, cells };
}

const sees = (thread: Thread, cell: number): boolean => cellAt(cell) < thread.memory.words.length;

test("what an item held that nobody decodes is let go of, wherever it lies", () => {
  const { one, two } = stage();
  const cell = queue(two);
  assertEquals([sees(one, cell), sees(two, cell)], [false, true]);
  enterTransit(two.memory, cell);
  two.leave(cell);
  assertEquals(kindOf(two.memory, cell), QUEUE);
  one.endTransit(cell);
  assertEquals([kindOf(two.memory, cell), sees(one, cell)], [0, true]);
});

test("an end of a pipe ends in a thread that does not see the pipe's memory yet", () => {
  const { one, two, cells } = stage();
  const far = queue(two);
  for (const cell of [...cells.slice(0, 2), far]) two.leave(cell);
  // The ring gets the cell that was freed last, its ends the lowest.
  const [reader, writer] = createPipe(two, false, 65536);
  const { outward } = ringsOf(two, writer);
  assertEquals([sees(one, reader), sees(one, far), outward], [true, false, cellAt(far)]);
  enterTransit(two.memory, reader);
  two.leave(reader);
  assertEquals(readerGone(two, outward), false);
  one.endTransit(reader);
  assertEquals(readerGone(two, outward), true);
});

test("a number that is no cell's is refused, and nothing is written", () => {
  const { one, two } = stage();
  const before = two.memory.words.slice();
  for (const cell of [-1, 0.5, 0, CELLS_PER_BLOCK, FIRST_BLOCK * CELLS_PER_BLOCK, 2 ** 20, 2 ** 31]) {
    assertEquals(one.enter(cell, 0), false, `${cell}`);
  }
  assertEquals(two.memory.words, before);
});
