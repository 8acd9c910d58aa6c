/**
 * A look at the first record of a ring before it is taken.
 * @module
 */
import { assert } from "./assert.ts";
import { load } from "./memory.ts";
import { isBytes, kindOfRecord, lengthOfBytes, LINK } from "./record.ts";
import { C_COPIES, C_WORD, copyAt, countIn, HEAD, P_WORD } from "./ring.ts";
import type { Seat } from "./threads.ts";

/** More links than any batch crosses: one back to the start of a segment, one to the next, and one back there. */
export const MOST_LINKS = 3;

/** Any record will do. */
export const ANYTHING = -2;
/** An item, not bytes. Any number above says: bytes, at most so many. */
export const ITEM = -1;

/** The first record is not of the kind that is wanted. */
export const OTHER_KIND = -4;
/** The first record is longer than is wanted: it has `TOO_LONG` minus this many bytes. */
export const TOO_LONG = -16;

/** Why the first record is not what is `wanted`; 0 if it is, or if there is none. The consumers' lock is held. */
export function refusal(seat: Seat, at: number, wanted: number): number {
  const { memory } = seat;
  let { words } = memory;
  const word = words[at + C_WORD];
  if (countIn(load(words, at + P_WORD)) === countIn(word)) return 0;
  let head = words[copyAt(at + C_COPIES, word) + HEAD];
  for (let links = 0;; links++) {
    memory.cover(head + 5);
    words = memory.words;
    if (kindOfRecord(words[head]) !== LINK) break;
    assert(links <= MOST_LINKS, "links lead in a circle");
    head = words[head + 1];
  }
  const bytes = isBytes(words, head);
  if (bytes !== (wanted >= 0)) return OTHER_KIND;
  if (!bytes) return 0;
  const length = lengthOfBytes(words, head);
  return length > wanted ? TOO_LONG - length : 0;
}
