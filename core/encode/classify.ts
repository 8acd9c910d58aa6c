/**
 * What an object is that is no array and does not look plain: that inherits the `constructor` of plain objects and has no
 * `Symbol.toStringTag`, or whose prototype is theirs. As with structuredClone, what counts from there on is what the engine made it, not
 * what its prototype or its tag say.
 * @module
 */

/** The kinds that travel as themselves; "object" travels as a plain one. */
export type Kind =
  | "object"
  | "array"
  | "map"
  | "set"
  | "date"
  | "regexp"
  | "error"
  | "buffer"
  | "sharedBuffer"
  | "number"
  | "string"
  | "boolean"
  | "bigint";

type Probe = (value: object) => unknown;

function getter(prototype: object, name: PropertyKey): Probe {
  const get = Object.getOwnPropertyDescriptor(prototype, name)!.get!;
  return (value) => get.call(value);
}

const mapSize = getter(Map.prototype, "size");
const setSize = getter(Set.prototype, "size");
const source = getter(RegExp.prototype, "source");
const bufferLength = getter(ArrayBuffer.prototype, "byteLength");
const sharedLength: Probe = typeof SharedArrayBuffer === "function"
  ? getter(SharedArrayBuffer.prototype, "byteLength")
  : () => {
    throw new TypeError();
  };
const isError = (Error as unknown as { isError?: (value: unknown) => boolean }).isError;

/** Each probe throws a TypeError for what is not of its kind. */
const PROBES: readonly (readonly [tag: string, kind: Kind, probe: Probe])[] = [
  ["Map", "map", mapSize],
  ["Set", "set", setSize],
  ["Date", "date", (value) => Date.prototype.getTime.call(value as Date)],
  [
    "RegExp",
    "regexp",
    (value) => value === RegExp.prototype ? Map.prototype.get.call(value as never, 0) : source(value),
  ],
  ["ArrayBuffer", "buffer", bufferLength],
  ["SharedArrayBuffer", "sharedBuffer", sharedLength],
  ["Number", "number", (value) => Number.prototype.valueOf.call(value as unknown as number)],
  ["String", "string", (value) => String.prototype.valueOf.call(value as unknown as string)],
  ["Boolean", "boolean", (value) => Boolean.prototype.valueOf.call(value as unknown as boolean)],
  ["BigInt", "bigint", (value) => BigInt.prototype.valueOf.call(value as unknown as bigint)],
];

/** The tags of objects whose classes have no name in the global object. */
const ITERATOR = /^(Async)?Generator$| Iterator$|Iterator Helper$/;

const BY_PROTOTYPE = new Map<object, readonly [tag: string, kind: Kind, probe: Probe]>(
  PROBES.flatMap((entry) => {
    const Class = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[entry[0]];
    return Class === undefined ? [] : [[Class.prototype, entry] as const];
  }),
);

function passes(probe: Probe, value: object): boolean {
  try {
    probe(value);
    return true;
  } catch {
    return false;
  }
}

function isErrorObject(value: object, tag: string): boolean {
  if (isError !== undefined) return isError(value) || tag === "DOMException" && value instanceof Error;
  return tag === "Error" || value instanceof Error && Object.hasOwn(value, "stack") || tag === "DOMException";
}

const plainPrototypes = new WeakSet<object>();

/** Whether an object with this prototype has been seen that travels as a plain one: most often the class is a user's. */
export function isPlainPrototype(prototype: object): boolean {
  return plainPrototypes.has(prototype);
}

/** The kind of `value`, whose prototype is given, or the name of the class because of which it cannot travel. */
export function classify(value: object, prototype: object): Kind | { readonly name: string } {
  const expected = BY_PROTOTYPE.get(prototype);
  if (expected !== undefined && passes(expected[2], value)) return expected[1];
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (tag === "Array") return "array";
  if (isErrorObject(value, tag)) return "error";
  if (tag === "Object") plainPrototypes.add(prototype);
  if (tag === "Object" || tag === "Arguments") return "object";
  for (const [name, kind, probe] of PROBES) if (name === tag && passes(probe, value)) return kind;
  if (Array.isArray(value)) return "array";
  for (const [, kind, probe] of PROBES) if (passes(probe, value)) return kind;
  if (PROBES.some(([name]) => name === tag)) return "object";
  return isPlatformClass(tag, value) ? { name: nameOf(value, tag) } : "object";
}

/** "a Promise", "an AbortSignal"; the tag may be that of a parent class. */
function nameOf(value: object, tag: string): string {
  if (ITERATOR.test(tag)) return `a ${tag}`;
  const made: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  const name = typeof made === "string" && made !== "" && made !== "Object" ? made : tag;
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** Whether the runtime has a class of that name, or makes such iterators, and `value` is one. */
function isPlatformClass(tag: string, value: object): boolean {
  if (ITERATOR.test(tag)) {
    return typeof (value as { next?: unknown }).next === "function" && !Object.hasOwn(value, "next");
  }
  if (tag === "Symbol") return true;
  let found: unknown = globalThis;
  for (const part of tag.split(".")) found = (found as Record<string, unknown> | undefined)?.[part];
  if (typeof found !== "function" || found.prototype === undefined) return false;
  const prototype = found.prototype as object;
  return Object.prototype.isPrototypeOf.call(prototype, value);
}
