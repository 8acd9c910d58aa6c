/**
 * What happens after a thread has really ended: everything it held is freed, whatever it was doing.
 *
 * Every step may be done twice, so that a recovery whose recoverer died is done again by who recovers that one.
 * @module
 */
import { cellAt, claimEnd, eachCell, kindOf, letGo } from "./cells.ts";
import { sweepBlocks } from "./arena.ts";
import { kindNumbered } from "./kinds.ts";
import type { Thread } from "./thread.ts";
import { CELL_HOLDERS } from "./layout.ts";
import { load } from "./memory.ts";
import { claimRecovery, inheritRecovery, recoveredBy, ringAll, slotOf, vacate } from "./threads.ts";

/**
 * Frees what the ended thread `id` held, as `thread`, which may be the ended one itself in its last moment. Call it when
 * the thread takes no further step. Gives false if it was recovered already, or another thread is at it. Takes time in proportion to the number of objects.
 */
export function recover(thread: Thread, id: number): boolean {
  if (!claimRecovery(thread.memory, id, thread.id)) return false;
  finishRecovery(thread, id);
  return true;
}

function finishRecovery(thread: Thread, id: number): void {
  // Recoveries that the dead thread was at are inherited, and done from their beginning.
  for (let left = recoveredBy(thread.memory, id); left !== 0; left = recoveredBy(thread.memory, id)) {
    if (left === id || !inheritRecovery(thread.memory, left, id, thread.id)) break;
    finishRecovery(thread, left);
  }
  eachCell(thread.memory, (cell, live, owner) => {
    if (live) recoverObject(thread, cell, id);
    else if (owner === id && id !== thread.id) thread.finishEnd(cell);
  });
  sweepBlocks(thread.memory, id);
  ringAll(thread.memory);
  vacate(thread.memory, id);
}

function recoverObject(thread: Thread, cell: number, id: number): void {
  const { memory } = thread;
  const slot = slotOf(id);
  const number = kindOf(memory, cell);
  if (number === 0) return;
  kindNumbered(number).recover(thread, cell, id);
  const held = load(memory.words, cellAt(cell) + CELL_HOLDERS + (slot >> 5)) & (1 << (slot & 31));
  if (held === 0) return;
  letGo(memory, cell, slot);
  if (claimEnd(memory, cell, thread.id)) thread.finishEnd(cell);
}
