/**
 * Error objects: class, name, message, stack, cause; of an AggregateError its errors; of ours the code that tells them.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { readValue, writeValue } from "./nested.ts";
import { readString, writeString } from "./strings.ts";
import { ERROR } from "./tags.ts";
import { corrupt, passing } from "./refusal.ts";

const CLASSES: readonly (new (message?: string) => Error)[] = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];
const NAMES = CLASSES.map((c) => c.name);
const AGGREGATE = CLASSES.length;
NAMES.push("AggregateError");
const DOM_EXCEPTION = AGGREGATE + 1;
/** The fields in the order in which they are written; field i is there if bit 4 + i of the payload is set. */
const FIELDS = ["name", "message", "stack", "cause", "errors", "code"] as const;
/** Fields that are texts in every item that we write. With an object as its name, `String(error)` would throw or never end. */
const TEXTS: ReadonlySet<string> = new Set(["name", "message", "stack", "code"]);
const OURS = "ISTHMUS_";

type Loose = Error & Record<string, unknown>;

/** Writes an Error. As with structuredClone, its name tells its class; a name of the user's own is kept besides. */
export function writeError(e: Encoder, error: Error, p: number): number {
  if (typeof DOMException === "function" && error instanceof DOMException) return writeDomException(e, error, p);
  e.enter();
  const head = p++;
  const loose = error as Loose;
  const name = String(error.name);
  const number = Math.max(NAMES.indexOf(name), 0);
  const { code, stack } = loose;
  const values: unknown[] = [
    name === NAMES[number] ? undefined : name,
    Object.hasOwn(error, "message") ? String(error.message) : undefined,
    typeof stack === "string" ? stack : undefined,
    Object.hasOwn(error, "cause") ? error.cause : undefined,
    name === "AggregateError" && Object.hasOwn(error, "errors") ? loose.errors : undefined,
    typeof code === "string" && code.startsWith(OURS) ? code : undefined,
  ];
  let payload = number;
  for (let i = 0; i < FIELDS.length; i++) {
    if (values[i] === undefined && !(FIELDS[i] === "cause" && Object.hasOwn(error, "cause"))) continue;
    payload |= 16 << i;
    try {
      p = writeValue(e, values[i], p);
    } catch (refusal) {
      throw passing(refusal, FIELDS[i]);
    }
  }
  e.words[head] = ERROR | payload << 8;
  e.depth--;
  return p;
}

/** Reads an Error. Its fields are like those that a constructor sets: not enumerable, except `code`, a field of ours. */
export function readError(d: Decoder, first: number): Error {
  d.enter();
  const payload = first >>> 8;
  const number = payload & 15;
  if (number === DOM_EXCEPTION) return readDomException(d);
  if (number > AGGREGATE) throw corrupt("an Error of an unknown class");
  const error = d.made(number === AGGREGATE ? new AggregateError([]) : new CLASSES[number]());
  for (let i = 0; i < FIELDS.length; i++) {
    if ((payload & 16 << i) === 0) continue;
    const value = readValue(d);
    if (TEXTS.has(FIELDS[i]) && typeof value !== "string") throw corrupt(`an Error whose ${FIELDS[i]} is not a text`);
    const enumerable = FIELDS[i] === "code";
    Object.defineProperty(error, FIELDS[i], { value, writable: true, enumerable, configurable: true });
  }
  d.depth--;
  return error;
}

function writeDomException(e: Encoder, error: DOMException, p: number): number {
  e.words[p] = ERROR | DOM_EXCEPTION << 8;
  return writeString(e, error.name, writeString(e, error.message, p + 1));
}

function readDomException(d: Decoder): Error {
  d.depth--;
  const message = readString(d);
  return d.made(new DOMException(message, readString(d)));
}
