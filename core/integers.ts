/**
 * Integers that users give, checked.
 * @module
 */
import { show } from "./deadline.ts";

/** Throws unless `value` is an integer from `least` to `most`. */
export function checkInteger(
  value: unknown,
  name: string,
  least: number,
  most: number,
  hint: string,
): asserts value is number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number (${hint}), not ${show(value)}.`);
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = least === -Infinity
      ? `at most ${most}`
      : most === Infinity
      ? `at least ${least}`
      : `from ${least} to ${most}`;
    throw new RangeError(`${name} must be an integer ${range} (${hint}), not ${show(value)}.`);
  }
}
