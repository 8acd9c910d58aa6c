/**
 * What errors of Isthmus carry: a code, which is their brand, and the item that was refused.
 * @module
 */

const PREFIX = "ISTHMUS_";

/** The code of an error of Isthmus, whichever copy of the module made it; undefined for anything else. */
export function codeOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const code = (value as { code?: unknown }).code;
  return typeof code === "string" && code.startsWith(PREFIX) ? code : undefined;
}

/** Gives a refused item back on its error, unseen by those who print the error: it may be large, or a secret. */
export function giveBack<E extends Error>(error: E, item: unknown): E {
  return Object.defineProperty(error, "item", { value: item, writable: true, enumerable: false, configurable: true });
}

/** The same for what was thrown on the way, if it is an error of Isthmus that has no item yet; other errors are the user's. */
export function refused(error: unknown, item: unknown): unknown {
  if (codeOf(error) === undefined || !Object.isExtensible(error)) return error;
  const ours = error as Error & { item?: unknown };
  return ours.item === undefined ? giveBack(ours, item) : error;
}
