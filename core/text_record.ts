/**
 * Items that are one text. No encoder is asked, and a consumer reads the text where it lies: to copy it into a scratch first would
 * take a third of a get.
 * @module
 */
import { SHORT_MAX } from "./encode/tags.ts";
import { LATIN1, text, UTF16, UTF8 } from "./encode/text.ts";
import { corrupt } from "./encode/refusal.ts";
import type { Inbox, Outbox } from "./encode/scratch.ts";
import { INLINE_WORDS, READ, TEXT, wordsOfRecord } from "./record.ts";
import type { Memory } from "./views.ts";

/** Longer texts, of two bytes a character, may not fit a record. */
const LONGEST = INLINE_WORDS * 2;

/** Whether `item` is a text for a record of its own. Shorter ones are remembered by who receives them (strings.ts). */
export function isText(item: unknown): item is string {
  return typeof item === "string" && item.length > SHORT_MAX && item.length <= LONGEST;
}

/** Appends an item that `isText`. Gives the record's units. */
export function appendText(out: Outbox, item: string): number {
  out.reserve(8 + Math.ceil(item.length / 4) * 8);
  const at = out.length >> 2;
  const written = text.write(item, out.bytes, (at + 2) << 2);
  const length = 2 + ((written >>> 2) + 7 >>> 3 << 1);
  out.words[at] = length << 4 | TEXT;
  out.words[at + 1] = written;
  out.length += length << 2;
  return length >> 1;
}

/**
 * Reads the text of the record of `length` words at word `head` of shared memory into `inbox`, before it is taken and under the
 * consumers' lock: until then no producer overwrites it. False, with nothing done, if it has to be copied out instead: then what is
 * wrong with it, or with this thread's stack, is found there, and the lock is held for no error of a user's.
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
  const read = textAt(inbox.words, inbox.bytes, at, wordsOfRecord(header));
  if (read === undefined) throw corrupt("it is no text");
  return read;
}

/** The text of the record of `length` words at word `at`; `undefined` if there is none that we would have written. */
function textAt(words: Int32Array, bytes: Uint8Array, at: number, length: number): string | undefined {
  const written = words[at + 1];
  const count = written >>> 2;
  if (count > (length - 2) << 2) return undefined;
  // Not shifted: shared memory may have more than 2^31 bytes.
  const start = (at + 2) * 4;
  switch (written & 3) {
    case LATIN1:
      return text.readLatin1(bytes, start, start + count);
    case UTF16:
      return (count & 1) !== 0 ? undefined : text.readUtf16(bytes, start, start + count);
    case UTF8:
      return text.readUtf8(bytes, start, start + count);
    default:
      return undefined;
  }
}
