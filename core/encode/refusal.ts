/**
 * How the codec says no: a value that cannot travel, with the path to it, and bytes that no encoder wrote.
 * @module
 */
import { IsthmusError, NotSerializable } from "../errors.ts";

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const SHOWN = 12;

/** The key of a property, the index of an element, the place in a Set or among the keys of a Map, or the key of a value. */
export type Part = string | number | { readonly kind: "key" | "element" | "value"; readonly at: unknown };

/**
 * Thrown inside the encoder. Each level that it passes adds its own part of the path, so that paths cost nothing as long
 * as nothing is refused. Not an Error, because nobody will see it and a stack trace is dear.
 */
export class Refusal {
  readonly reason: string;
  readonly path: Part[];
  constructor(reason: string) {
    this.reason = reason;
    this.path = [];
  }
}

/** Adds a part of the path to a refusal that passes; leaves other errors, such as those of a user's getter, alone. */
export function passing(error: unknown, part: Part): unknown {
  if (error instanceof Refusal) error.path.push(part);
  return error;
}

/** A part of a path is made into text at the end: where it is noted there may be no stack left. */
function partText(part: Part): string {
  if (typeof part === "number") return `[${part}]`;
  if (typeof part === "object") return part.kind === "value" ? `.get(${keyText(part.at)})` : ` ${part.kind} ${part.at}`;
  return IDENTIFIER.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
}

/** A short name for the key of a Map in a path. */
function keyText(key: unknown): string {
  if (typeof key === "string") return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  if (typeof key === "bigint") return `${key}n`;
  if (typeof key === "object" && key !== null) return "an object";
  return typeof key === "function" ? "a function" : String(key);
}

function pathOf(refusal: Refusal): string {
  const parts = refusal.path.reverse().map(partText);
  if (parts.length <= SHOWN) return `item${parts.join("")}`;
  const left = parts.slice(0, SHOWN - 4).join(""), right = parts.slice(-4).join("");
  return `item${left} … (${parts.length - SHOWN} levels) … ${right}`;
}

/**
 * Whether `error` is the engine's stack overflow. No pattern is matched here: V8 may have to parse it first, for which there
 * is no stack either. Where it had to for somebody else, that overflow is a SyntaxError.
 */
export function isStackOverflow(error: unknown): boolean {
  if (error instanceof SyntaxError) return error.message.endsWith("Stack overflow");
  return error instanceof RangeError && (error.message.includes("call stack") || error.message.includes("recursion"));
}

/** What the caller of `encode` is to see for an error thrown in it. */
export function errorForCaller(error: unknown, item: unknown): unknown {
  if (error instanceof Refusal) return new NotSerializable(`${pathOf(error)} ${error.reason}`, item);
  if (!isStackOverflow(error)) return error;
  const message = "item is nested too deep for the stack that is left here; send it flatter, or from a shallower call";
  return new NotSerializable(message, item, { cause: error });
}

/** The error for bytes that no encoder wrote. */
export function corrupt(what: string, cause?: unknown): IsthmusError {
  return new IsthmusError(
    `an item could not be decoded: ${what}; its bytes were damaged, or written by another version of Isthmus`,
    "ISTHMUS_CORRUPT_ITEM",
    cause === undefined ? undefined : { cause },
  );
}
