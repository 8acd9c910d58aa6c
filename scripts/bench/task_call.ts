/**
 * The task of a few microseconds as a function that pools call.
 * @module
 */

import { compute } from "./task.ts";

/** Does the task `[id, turns]`. */
export default function call([id, turns]: [number, number]): [number, number] {
  return [id, compute(id, turns)];
}
