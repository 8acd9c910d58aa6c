/**
 * Items on their way out of a ring: popped records, decoded outside every lock (but for some texts: see text_record.ts).
 * @module
 */
import { freeChain } from "./arena.ts";
import { bytesInChain, readChain } from "./chain.ts";
import type { Codec } from "./codec.ts";
import { decodeOwn } from "./codec.ts";
import { decode } from "./encode/decode.ts";
import type { SharedObjects } from "./encode/encode.ts";
import type { Inbox } from "./encode/scratch.ts";
import {
  DATA,
  eachRef,
  INTEGER_HEADER,
  kindOfRecord,
  KINDS,
  LARGE,
  REFS,
  TEXT,
  wordsOfRecord,
  wordsOfRefs,
} from "./record.ts";
import { assert } from "./assert.ts";
import { takeText } from "./text_record.ts";
import type { Thread } from "./thread.ts";

/** The item of the record at word `at` of `inbox`. Whatever the record held is let go of, also when this throws. */
export function decodeRecord(
  thread: Thread,
  inbox: Inbox,
  at: number,
  shared: SharedObjects,
  codec: Codec<unknown> | undefined,
): unknown {
  const header = inbox.words[at];
  // Almost every item is inline, holds no shared object, and is nobody's own form.
  if ((header & (KINDS | REFS)) === DATA && codec === undefined) {
    return decode(inbox, (at + 2) << 2, (at + wordsOfRecord(header)) << 2, shared);
  }
  if (header === INTEGER_HEADER) return inbox.words[at + 1];
  if ((header & (KINDS | REFS)) === TEXT) return takeText(inbox, at);
  return decodeOther(thread, inbox, at, shared, codec);
}

function decodeOther(
  thread: Thread,
  inbox: Inbox,
  at: number,
  shared: SharedObjects,
  codec: Codec<unknown> | undefined,
): unknown {
  const header = inbox.words[at];
  switch (kindOfRecord(header)) {
    case DATA: {
      const end = at + wordsOfRecord(header) - wordsOfRefs(inbox.words, at, header);
      try {
        if (codec !== undefined) {
          const exact = inbox.words[at + 1] >>> 0;
          if (exact > (end - at - 2) << 2) {
            assert(false, `${exact} bytes of a codec lie in a record of ${end - at} words`);
          }
          return decodeOwn(codec, inbox, (at + 2) << 2, exact);
        }
        return decode(inbox, (at + 2) << 2, end << 2, shared);
      } finally {
        endTransits(thread, inbox, at);
      }
    }
    case LARGE:
      try {
        return decodeLarge(thread, inbox, at, shared, codec);
      } finally {
        discardRecord(thread, inbox, at);
      }
    default:
      assert(false, `a record has the header ${header}`);
  }
}

function decodeLarge(
  thread: Thread,
  inbox: Inbox,
  at: number,
  shared: SharedObjects,
  codec: Codec<unknown> | undefined,
): unknown {
  const [, chain, encoded, bulkUnits] = inbox.words.subarray(at, at + 4);
  const exact = inbox.words[at + 4] >>> 0;
  const { memory } = thread;
  // Before anything is allocated for it: what shared memory says may be anything.
  const sound = encoded >= 0 && exact <= bulkUnits * 8 && encoded + bulkUnits * 8 <= bytesInChain(memory, chain);
  if (!sound) {
    assert(
      false,
      `an item of ${encoded} and ${bulkUnits * 8} bytes, ${exact} of a codec, is longer than where it lies`,
    );
  }
  const own = thread.takeInbox();
  try {
    own.reserve(encoded);
    readChain(memory, chain, 0, own.bytes.subarray(0, encoded));
    own.bulkLength = bulkUnits * 8;
    own.readBulk = (offset, target) => readChain(memory, chain, encoded + offset, target);
    return codec === undefined ? decode(own, 0, encoded, shared) : decodeOwn(codec, own, 0, exact);
  } finally {
    thread.giveInbox(own);
  }
}

/** Lets go of what the record at word `at` holds, without decoding it. */
export function discardRecord(thread: Thread, inbox: Inbox, at: number): void {
  endTransits(thread, inbox, at);
  if (kindOfRecord(inbox.words[at]) === LARGE) freeChain(thread.memory, inbox.words[at + 1], thread.id);
}

function endTransits(thread: Thread, inbox: Inbox, at: number): void {
  if ((inbox.words[at] & REFS) !== 0) eachRef(inbox.words, at, (cell) => thread.endTransit(cell));
}
