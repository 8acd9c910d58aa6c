/**
 * What is in use of an arena. Equal before and after means that nothing was left behind.
 * @module
 */
import { CELLS, FREE, row } from "../../core/arena.ts";
import { eachCell, kindOf } from "../../core/cells.ts";
import { BLOCK_WORDS, FIRST_BLOCK } from "../../core/layout.ts";
import { eachThread } from "../../core/threads.ts";
import type { Memory } from "../../core/views.ts";

/** How many blocks (without those that hold cells) and seats are in use, and the kinds of the objects that live. */
export interface Census {
  blocks: number;
  cells: number[];
  seats: number;
}

/** Counts, without changing anything. */
export function census(memory: Memory): Census {
  const { blocks } = memory;
  memory.cover(blocks * BLOCK_WORDS - 1);
  const sums: Census = { blocks: 0, cells: [], seats: 0 };
  for (let block = FIRST_BLOCK; block < blocks; block++) {
    const owner = Atomics.load(memory.words, row(block));
    if (owner !== FREE && owner !== CELLS) sums.blocks++;
  }
  eachCell(memory, (cell) => sums.cells.push(kindOf(memory, cell)));
  sums.cells.sort();
  eachThread(memory, () => sums.seats++);
  return sums;
}

/**
 * What is in use that was not `before`: nothing, if it came back. What is gone besides is no matter: objects that others have
 * forgotten may be collected meanwhile.
 */
export function addedSince(before: Census, memory: Memory): string[] {
  const now = census(memory);
  const known = [...before.cells];
  const added = now.cells.filter((kind) => {
    const place = known.indexOf(kind);
    if (place !== -1) known.splice(place, 1);
    return place === -1;
  }).map((kind) => `an object of kind ${kind}`);
  if (now.blocks > before.blocks) added.push(`${now.blocks - before.blocks} blocks`);
  if (now.seats > before.seats) added.push(`${now.seats - before.seats} seats`);
  return added;
}
