/**
 * Options as users give them: an object with known names.
 * @module
 */
import { isOptions, show } from "./deadline.ts";

/** Throws a TypeError unless `options` is undefined or an object with no other keys than `names`. `taker` takes them, in the `form`. */
export function checkOptions(options: unknown, names: readonly string[], taker: string, form: string): object {
  if (options === undefined) return {};
  if (!isOptions(options)) {
    throw new TypeError(`${taker[0].toUpperCase()}${taker.slice(1)} takes ${form}, not ${show(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new TypeError(`Unknown option ${show(name)}: ${taker} takes ${names.join(", ")}.`);
    }
  }
  return options;
}
