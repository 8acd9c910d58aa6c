/**
 * Checks of what the code itself must keep true.
 * @module
 */
import { IsthmusError } from "./errors.ts";

/** Throws an {@linkcode IsthmusError} with code `ISTHMUS_BUG` unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new IsthmusError(
      `A bug in Isthmus, or memory overwritten by another program part: ${message}.`,
      "ISTHMUS_BUG",
    );
  }
}
