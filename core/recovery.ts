/**
 * What happens after a thread has really ended: everything it held is freed, whatever it was doing.
 *
 * Every step may be done twice, so that a recovery whose recoverer died is done again by who recovers that one.
 * @module
 */
import { eachCell, generationOf, hold, kindOf, letGo } from "./cells.ts";
import { sweepBlocks } from "./arena.ts";
import { kindNumbered } from "./kinds.ts";
import { AT_SHAPES_LOCK } from "./layout.ts";
import { recoverLock } from "./mutex.ts";
import type { Thread } from "./thread.ts";
import { claimRecovery, inheritRecovery, recoveredBy, ringAll, slotOf, vacate } from "./threads.ts";

/**
 * Frees what the ended thread `id` held, as `thread`, which may be the ended one itself in its last moment. Call it when
 * the thread takes no further step. Gives false if it was recovered already, or another thread is at it. Takes time in proportion to the number of objects.
 *
 * An object whose words were overwritten keeps no other from being freed: `failed` is told, and the next one's turn comes.
 */
export function recover(thread: Thread, id: number, failed: (error: unknown) => void = sayDamaged): boolean {
  if (!claimRecovery(thread.memory, id, thread.id)) return false;
  finishRecovery(thread, id, failed);
  return true;
}

/** Prints what kept an object from being repaired or freed. Nobody called for that, so there is nobody to throw it to. */
export function sayDamaged(error: unknown): void {
  console.error("Isthmus could not free an object that an ended thread had: its shared memory was overwritten.", error);
}

function finishRecovery(thread: Thread, id: number, failed: (error: unknown) => void): void {
  // Recoveries that the dead thread was at are inherited, and done from their beginning.
  for (let left = recoveredBy(thread.memory, id); left !== 0; left = recoveredBy(thread.memory, id)) {
    if (left === id || !inheritRecovery(thread.memory, left, id, thread.id)) break;
    finishRecovery(thread, left, failed);
  }
  eachCell(thread.memory, (cell, live, owner) => {
    try {
      if (live) recoverObject(thread, cell, id);
      else if (owner === id && id !== thread.id) thread.finishEnd(cell);
      // Being made: the dead may have left its bit there when it looked for what was there before.
      else letGo(thread.memory, cell, slotOf(id));
    } catch (error) {
      failed(error);
    }
  });
  recoverLock(thread.memory.words, AT_SHAPES_LOCK, id);
  sweepBlocks(thread.memory, id);
  ringAll(thread.memory);
  vacate(thread.memory, id);
}

function recoverObject(thread: Thread, cell: number, id: number): void {
  const { memory } = thread;
  const slot = slotOf(id);
  const mine = slot === thread.slot;
  const generation = generationOf(memory, cell);
  // Held meanwhile: another thread could end it under our hands, and make something else in its place.
  const held = mine ? hold(memory, cell, generation, slot) : thread.enter(cell, generation);
  try {
    if (held) kindNumbered(kindOf(memory, cell)).recover(thread, cell, id);
  } finally {
    // In any case: the dead may have left its bit in a cell that it came too late to hold.
    letGo(memory, cell, slot);
    if (held && !mine) thread.leave(cell);
    else thread.endIfUnused(cell);
  }
}
