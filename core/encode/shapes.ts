/**
 * Shapes: lists of keys in their order. The sender finds an object's shape by walking a tree of keys, one step for each
 * property that it writes, and copies the ready-made key block into the record's trailer. The receiver recognises a
 * block by its words. Neither side relies on what the other has cached. A shape that is sent often is made known to all threads,
 * where there is a table for that, and named by its place from then on.
 * @module
 */
import { corrupt } from "./refusal.ts";
import type { Decoder } from "./decoder.ts";

/** A shape never has more keys; what comes after them is sent in pairs. */
const KEYS_MAX = 64;
/** More different keys than these after the same beginning are a dictionary's, which is sent in pairs. */
const FAN_OUT_MAX = 128;
/** After so many keys that found no place the children are learned anew: the program may have gone on to other things. */
const RELEARN = 1024;
/** The tree is begun anew beyond this size. */
const NODES_MAX = 8192;
const LONG_KEY = 255;

/** After so many uses, and after each doubling of them, it is tried to make a shape known. */
const SHARED_FROM = 16;

/** The lists of keys that sender and receiver know by their places. */
export interface KnownShapes {
  /** Stands for the table where it is remembered that a list is in it; does not keep the table alive. */
  readonly home: object;
  /** Those that this thread has met, by their places. */
  readonly met: readonly (Shape | undefined)[];
  /** Makes a list known; gives its place, or 0 if that cannot be now. */
  share(list: Int32Array): number;
  /** The shape at a place, met for the first time. Throws if none lies there. */
  meet(at: number): Shape;
}

/** The sender's form of a shape: the words that go into a trailer. */
export class KeyBlock {
  readonly words: Int32Array;
  /** The encoding that gave it `index`. */
  stamp = -1;
  index = 0;
  /** Where it is known by the place `at`. */
  home: object | undefined = undefined;
  at = 0;
  #uses = 0;

  constructor(words: Int32Array) {
    this.words = words;
  }

  /** It goes into a trailer: once in a while it is tried to make it known. */
  used(known: KnownShapes | undefined): void {
    const uses = ++this.#uses;
    if (uses < SHARED_FROM || (uses & (uses - 1)) !== 0 || known === undefined) return;
    const at = known.share(this.words);
    if (at === 0) return;
    this.at = at;
    this.home = known.home;
  }
}

let nodes = 0;

/** A list of keys, as a path from the root. */
export class ShapeNode {
  readonly key: string;
  readonly parent: ShapeNode | undefined;
  readonly depth: number;
  /** The child that was wanted last. */
  last: ShapeNode | undefined;
  #children: Map<string, ShapeNode> | undefined;
  #block: KeyBlock | undefined;
  #missed: number;

  constructor(key: string, parent: ShapeNode | undefined) {
    this.key = key;
    this.parent = parent;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.last = undefined;
    this.#children = undefined;
    this.#block = undefined;
    this.#missed = 0;
  }

  /** The list with `key` added; undefined if no shape shall be made for it. */
  child(key: string): ShapeNode | undefined {
    this.#children ??= new Map();
    let child = this.#children.get(key);
    if (child === undefined) {
      if (this.depth === KEYS_MAX) return undefined;
      if (this.#children.size === FAN_OUT_MAX) {
        if (++this.#missed < RELEARN) return undefined;
        this.#children.clear();
        this.#missed = 0;
      }
      child = new ShapeNode(key, this);
      this.#children.set(key, child);
      count();
    }
    this.last = child;
    return child;
  }

  get block(): KeyBlock {
    return this.#block ??= new KeyBlock(blockOf(this));
  }
}

let root = new ShapeNode("", undefined);

/** Where every object's walk begins. */
export function rootShape(): ShapeNode {
  return root;
}

/** Counts a new node. Who walks in the tree that was too large goes on in it. */
function count(): void {
  if (++nodes <= NODES_MAX) return;
  root = new ShapeNode("", undefined);
  nodes = 0;
}

/** Header: number of keys + 1, number of words << 8. Then the keys: length in a byte and characters, or LONG_KEY, length and UTF-16. */
function blockOf(node: ShapeNode): Int32Array {
  const keys: string[] = [];
  for (let n = node; n.parent !== undefined; n = n.parent) keys.unshift(n.key);
  const bytes: number[] = [];
  for (const key of keys) {
    const codes = Array.from({ length: key.length }, (_, i) => key.charCodeAt(i));
    if (codes.length < LONG_KEY && codes.every((code) => code < 256)) bytes.push(codes.length, ...codes);
    else {
      bytes.push(LONG_KEY);
      for (let shift = 0; shift < 32; shift += 8) bytes.push(codes.length >>> shift & 255);
      for (const code of codes) bytes.push(code & 255, code >>> 8);
    }
  }
  const words = new Int32Array(1 + Math.ceil(bytes.length / 4));
  words[0] = keys.length + 1 | (words.length - 1) << 8;
  new Uint8Array(words.buffer).set(bytes, 4);
  return words;
}

/** The receiver's form of a shape. */
export interface Shape {
  readonly keys: readonly string[];
  /** Some key cannot be set by plain assignment. */
  readonly delicate: boolean;
  /**
   * Makes an empty object for the keys, if they are more than V8 keeps room for in a literal. From each constructor's first
   * objects V8 learns how much room its objects need, which makes one of 20 keys three times as fast.
   */
  readonly Make: (new () => Record<string, unknown>) | undefined;
  readonly words: Int32Array;
}

const LITERAL = 4;
const TABLE = 1024;
const known: (Shape | undefined)[] = new Array(TABLE).fill(undefined);

/** Reads the shape whose header is at `p`; its words must end before `end`. */
export function readShape(d: Decoder, p: number, end: number): Shape {
  const words = d.words;
  const length = 1 + (words[p] >>> 8);
  if (length > end - p) throw corrupt("a list of keys is longer than the item");
  // The first and the last word tell most shapes apart; those that they do not share the two ways.
  const hash = Math.imul(words[p] ^ Math.imul(words[p + 1], 0x2c1b3c6d), 0x85ebca6b) ^ words[p + length - 1];
  const slot = Math.imul(hash ^ hash >>> 15, 0x297a2d39) >>> 22;
  for (let way = 0; way < 2; way++) {
    const shape = known[slot ^ way];
    if (shape !== undefined && sameWords(shape.words, words, p, length)) return shape;
  }
  const shape = parseShape(words.slice(p, p + length));
  if (known[slot] !== undefined) known[slot ^ 1] = known[slot];
  known[slot] = shape;
  return shape;
}

/** Whether `left` is what lies at `p`, `length` words. */
export function sameWords(left: Int32Array, right: Int32Array, p: number, length: number): boolean {
  if (left.length !== length) return false;
  for (let i = 0; i < length; i++) if (left[i] !== right[p + i]) return false;
  return true;
}

/** The shape of a list of keys, of which `words` are its own. */
export function parseShape(words: Int32Array): Shape {
  const bytes = new Uint8Array(words.buffer, 4);
  const keys: string[] = [];
  let at = 0;
  for (let left = (words[0] & 255) - 1; left > 0; left--) {
    let length = bytes[at++];
    const wide = length === LONG_KEY;
    if (wide) {
      length = (bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24) >>> 0;
      at += 4;
    }
    if (!(at + (wide ? 2 * length : length) <= bytes.length)) throw corrupt("a key is longer than its list");
    let key = "";
    for (let i = 0; i < length; i++, at++) {
      key += String.fromCharCode(wide ? bytes[at] | bytes[++at] << 8 : bytes[at]);
    }
    keys.push(internalized(key));
  }
  return { keys, delicate: keys.includes("__proto__"), Make: keys.length > LITERAL ? constructor() : undefined, words };
}

function constructor(): new () => Record<string, unknown> {
  const Make = function () {};
  // Its objects are plain ones, whatever made them.
  Make.prototype = Object.prototype;
  return Make as unknown as new () => Record<string, unknown>;
}

/** The engine's own copy of a key, with which properties are found without hashing. */
function internalized(key: string): string {
  return Object.keys(Object.defineProperty({}, key, { value: 0, enumerable: true }))[0];
}
