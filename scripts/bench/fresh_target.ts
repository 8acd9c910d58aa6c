/**
 * What the processes of fresh_begin.ts do. It imports nothing, so that no library but the one measured is loaded.
 * @module
 */

import type { Queue } from "../../mod.ts";

/** Says that it is there, and stays until it is told to end. */
export function answer(answers: Queue<null>, ends: Queue<null>): void {
  answers.putSync(null);
  ends.getSync();
}
