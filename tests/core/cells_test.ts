import { test } from "node:test";
import { assertEquals, assertNotEquals } from "@std/assert";
import {
  cellAt,
  claimCell,
  claimEnd,
  eachCell,
  enterTransit,
  freeCell,
  hold,
  isLive,
  kindOf,
  leaveTransit,
  letGo,
  publishCell,
} from "../../core/cells.ts";
import { CELL_WORDS } from "../../core/layout.ts";
import { arena, join } from "./stage_helper.ts";

test("a claimed cell is zeroed but for its head, and lives once it is published", () => {
  const { memory, id } = join(arena());
  const cell = claimCell(memory, id, 0);
  assertEquals([...memory.words.subarray(cellAt(cell), cellAt(cell) + CELL_WORDS)].every((word) => word === 0), true);
  assertEquals(isLive(memory, cell, 1), false);
  const generation = publishCell(memory, cell, 7);
  assertEquals([isLive(memory, cell, generation), kindOf(memory, cell)], [true, 7]);
  assertEquals([isLive(memory, cell, generation + 1), isLive(memory, cell + 1, generation)], [false, false]);
});

test("no number that comes from outside is a living cell by accident", () => {
  const { memory, id } = join(arena());
  const cell = claimCell(memory, id, 0);
  const generation = publishCell(memory, cell, 7);
  for (const wrong of [-1, 0, cell - 1, cell + 0.5, 1e9, NaN, Infinity]) {
    assertEquals(isLive(memory, wrong, generation), false);
  }
});

test("an object ends when nobody holds it and no item contains it", () => {
  const { memory, id } = join(arena());
  const cell = claimCell(memory, id, 0);
  const generation = publishCell(memory, cell, 7);
  assertEquals([hold(memory, cell, generation, 3), hold(memory, cell, generation, 255)], [true, true]);
  enterTransit(memory, cell);
  letGo(memory, cell, 3);
  assertEquals(claimEnd(memory, cell, id), false);
  letGo(memory, cell, 255);
  assertEquals(claimEnd(memory, cell, id), false);
  leaveTransit(memory, cell);
  assertEquals(claimEnd(memory, cell, id), true);
  assertEquals(claimEnd(memory, cell, id), false);
  assertEquals(hold(memory, cell, generation, 3), false);
  freeCell(memory, cell);
  assertEquals(isLive(memory, cell, generation), false);
});

test("a cell that is used again has another generation, so old references are known", () => {
  const { memory, id } = join(arena());
  const cell = claimCell(memory, id, 0);
  const generation = publishCell(memory, cell, 7);
  claimEnd(memory, cell, id);
  freeCell(memory, cell);
  assertEquals(claimCell(memory, id, cell), cell);
  const next = publishCell(memory, cell, 7);
  assertNotEquals(next, generation);
  assertEquals([hold(memory, cell, generation, 1), hold(memory, cell, next, 1)], [false, true]);
});

test("cells fill block after block, the lowest free one first; each is visited with its owner", () => {
  const { memory, id } = join(arena());
  const cells = Array.from({ length: 130 }, () => claimCell(memory, id, 0));
  assertEquals(new Set(cells).size, 130);
  cells.slice(0, 100).forEach((cell) => publishCell(memory, cell, 7));
  let [living, claimed] = [0, 0];
  eachCell(memory, (_cell, live, owner) => live ? living++ : owner === id && claimed++);
  assertEquals([living, claimed], [100, 30]);
  claimEnd(memory, cells[5], id);
  freeCell(memory, cells[5]);
  assertEquals(claimCell(memory, id, 0), cells[5]);
});
