/**
 * Items that are one text. No encoder is asked, and who takes them alone reads them where they lie: to copy a text into a scratch first
 * takes a fifth of a get, on Deno two fifths.
 *
 * It is read before it is taken, under the consumers' lock, since from then on producers may overwrite it. To make a string allocates,
 * and a collection of a large heap takes milliseconds, in which other consumers would have to wait. So only a thread does that who took
 * `ALONE` texts while no other had the lock. Who comes then may have to wait for one collection, and has made it begin to count anew.
 * @module
 */
import { explained } from "./encode/decode.ts";
import { SHORT_MAX } from "./encode/tags.ts";
import { readForm, text, UTF8 } from "./encode/text.ts";
import { corrupt, errorForCaller } from "./encode/refusal.ts";
import type { Inbox, Outbox } from "./encode/scratch.ts";
import { INLINE_WORDS, READ, TEXT, wordsOfRecord } from "./record.ts";
import { C_INSISTS, C_LAST, C_ROW } from "./ring.ts";
import type { Memory } from "./views.ts";

/** Longer texts, of two bytes a character, may not fit a record. */
const LONGEST = INLINE_WORDS * 2;
/** Who has taken so many texts in a row counts as the only one who takes. */
export const ALONE = 1000;

/** Whether `item` is a text for a record of its own. Shorter ones are remembered by who receives them (strings.ts). */
export function isText(item: unknown): item is string {
  return typeof item === "string" && item.length > SHORT_MAX && item.length <= LONGEST;
}

/** How many words a record of so many bytes takes. */
function wordsFor(bytes: number): number {
  return 2 + (bytes + 7 >>> 3 << 1);
}

/** Appends an item that `isText`. Gives the record's units. */
export function appendText(out: Outbox, item: string): number {
  out.reserve(8 + Math.ceil(item.length / 4) * 8);
  const at = out.length >> 2;
  let written: number;
  try {
    written = text.write(item, out.bytes, (at + 2) << 2);
  } catch (error) {
    throw errorForCaller(error, item);
  }
  const length = wordsFor(written >>> 2);
  out.words[at] = length << 4 | TEXT;
  out.words[at + 1] = written;
  out.length += length << 2;
  return length >> 1;
}

/** Notes that the thread that was noted last takes a text, and says whether it is the only one who takes any. The lock is held. */
export function isAlone(words: Int32Array, at: number): boolean {
  if (words[at + C_ROW] >= ALONE) return words[at + C_INSISTS] === 0;
  words[at + C_ROW]++;
  return false;
}

/** Notes that thread `id` has the lock. */
export function noteTaker(words: Int32Array, at: number, id: number): void {
  if (words[at + C_LAST] === id) return;
  words[at + C_LAST] = id;
  words[at + C_ROW] = 0;
}

/**
 * Reads the text of the record of `length` words at word `head` of shared memory into `inbox`. The lock is held. False if it has to be
 * copied out instead. What is wrong with it, or with this thread's stack, is found again there, where no lock is held.
 */
export function readInPlace(inbox: Inbox, { words, bytes }: Memory, head: number, length: number): boolean {
  // Not UTF-8: platforms may refuse to decode it from shared memory.
  if ((words[head + 1] & 3) === UTF8) return false;
  try {
    const read = textAt(words, bytes, head, length);
    if (read === undefined) return false;
    inbox.text = read;
  } catch {
    return false;
  }
  inbox.words[0] = READ;
  return true;
}

/** The text of the TEXT record at word `at` of `inbox`. */
export function takeText(inbox: Inbox, at: number): string {
  const header = inbox.words[at];
  if (header === READ) {
    const { text } = inbox;
    inbox.text = "";
    return text;
  }
  try {
    const read = textAt(inbox.words, inbox.bytes, at, wordsOfRecord(header));
    if (read !== undefined) return read;
  } catch (error) {
    throw explained(error);
  }
  throw corrupt("it is no text");
}

/** The text of the record of `length` words at word `at`; `undefined` if none was written there. */
function textAt(words: Int32Array, bytes: Uint8Array, at: number, length: number): string | undefined {
  const written = words[at + 1];
  const count = written >>> 2;
  if (length !== wordsFor(count)) return undefined;
  // Not shifted: shared memory may have more than 2^31 bytes.
  const start = (at + 2) * 4;
  return readForm(written & 3, bytes, start, start + count);
}
