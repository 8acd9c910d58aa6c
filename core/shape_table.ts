/**
 * The lists of keys that all threads of an arena know by their places: a record names such a one in the word of its object, and need
 * not carry it. They lie one after another in the arena's header, and stay as long as it does.
 *
 * ```text
 * AT_SHAPES_LOCK  0, or the id of the thread that adds one
 * AT_SHAPES_END   the word behind the last one; 0: there is none
 * AT_SHAPES …     as in a record's trailer (encode/shapes.ts)
 * ```
 *
 * Nobody waits for the lock: who does not get it at once sends the keys along, as for a list that is new or finds no room. The end
 * moves on after the words are written, so a death before that has added nothing; and a place reaches another thread only in an
 * item, so whoever meets it sees what was written before.
 * @module
 */
import type { KnownShapes, Shape } from "./encode/shapes.ts";
import { parseShape, sameWords } from "./encode/shapes.ts";
import { corrupt } from "./encode/refusal.ts";
import { AT_SHAPES, AT_SHAPES_END, AT_SHAPES_LOCK, BLOCK_WORDS } from "./layout.ts";
import { compareExchange, load, store } from "./memory.ts";
import { reserveStack } from "./stack.ts";
import type { Seat } from "./threads.ts";

/** A longer list is sent along each time: the table is for the many short ones. */
const LONGEST = 256;

/** What one thread has met of the table. */
export class ShapeTable implements KnownShapes {
  readonly home: object = {};
  readonly #seat: Seat;
  readonly met: (Shape | undefined)[] = [];

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  share(list: Int32Array): number {
    if (list.length > LONGEST) return 0;
    const { words } = this.#seat.memory;
    try {
      reserveStack();
    } catch {
      // No reason not to put the item.
      return 0;
    }
    if (compareExchange(words, AT_SHAPES_LOCK, 0, this.#seat.id) !== 0) return 0;
    try {
      return place(words, list);
    } finally {
      store(words, AT_SHAPES_LOCK, 0);
    }
  }

  meet(at: number): Shape {
    const { words } = this.#seat.memory;
    const end = endOf(words);
    for (let list = AT_SHAPES; list < end; list = next(words, list)) {
      if (list === at && next(words, list) <= end) return this.met[at] = parseShape(words.slice(at, next(words, at)));
    }
    throw corrupt(`no list of keys lies at word ${at}`);
  }
}

/** The word behind the last list; 0 if what should say so was overwritten. */
function endOf(words: Int32Array): number {
  const end = load(words, AT_SHAPES_END) || AT_SHAPES;
  return end >= AT_SHAPES && end <= BLOCK_WORDS ? end : 0;
}

function next(words: Int32Array, list: number): number {
  return list + 1 + (words[list] >>> 8);
}

/** Where `list` lies, added if need be; 0 if there is no room. The lock is held. */
function place(words: Int32Array, list: Int32Array): number {
  const end = endOf(words);
  for (let at = AT_SHAPES; at < end; at = next(words, at)) {
    if (sameWords(list, words, at, next(words, at) - at)) return at;
  }
  if (end === 0 || end + list.length > BLOCK_WORDS) return 0;
  words.set(list, end);
  store(words, AT_SHAPES_END, end + list.length);
  return end;
}
