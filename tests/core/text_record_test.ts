/** Records that are one text: written by no encoder, and read where they lie. */
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { cellAt, claimCell } from "../../core/cells.ts";
import { Inbox, Outbox } from "../../core/encode/scratch.ts";
import { LATIN1, portableText, setText, text, UTF16, UTF8 } from "../../core/encode/text.ts";
import { CELL_WORDS } from "../../core/layout.ts";
import { IsthmusError, NotSerializable } from "../../core/errors.ts";
import {
  appendInteger,
  INLINE_WORDS,
  kindOfRecord,
  READ,
  TEXT,
  unitsOfRecord,
  wordsOfRecord,
} from "../../core/record.ts";
import { C_LAST, C_ROW, FIRST_SEGMENT, initRing, sizeOf } from "../../core/ring.ts";
import { pop } from "../../core/ring_pop.ts";
import { push } from "../../core/ring_push.ts";
import { ALONE, appendText, isText, takeText } from "../../core/text_record.ts";
import { arena, batchIn, join } from "./stage_helper.ts";

/** Does `body` while texts are written and read as `other` says. */
function withText(other: typeof text, body: () => void): void {
  const usual = text;
  setText(other);
  try {
    body();
  } finally {
    setText(usual);
  }
}

/** An inbox that holds what `out` does. */
function copied(out: Outbox): Inbox {
  const inbox = new Inbox();
  inbox.bytes.set(out.bytes.subarray(0, out.length));
  return inbox;
}

/** A ring in an arena of its own, whose only consumer this is if it is `alone`, and what is got from it one by one. */
function ring(alone = true) {
  const memory = arena();
  const [thread, other] = [join(memory), join(memory)];
  const at = cellAt(claimCell(thread.memory, thread.id, 0));
  const { words } = thread.memory;
  initRing(words, at, 0, 1 << 20);
  const inbox = thread.takeInbox();
  if (alone) {
    words[at + C_LAST] = thread.id;
    words[at + C_ROW] = ALONE;
  }
  return {
    at,
    words,
    inbox,
    putInteger: () => {
      const out = new Outbox();
      appendInteger(out, 5);
      assertEquals(push(thread, at, batchIn(out, 1), Infinity, true), 1);
    },
    takeByOther: (max = 1) => pop(other, at, other.takeInbox(), max, Infinity, true),
    size: () => sizeOf(words, at),
    put: (...texts: string[]) => {
      const out = new Outbox();
      for (const item of texts) appendText(out, item);
      assertEquals(push(thread, at, batchIn(out, texts.length), Infinity, true), texts.length);
    },
    take: (max = 1) => pop(thread, at, inbox, max, Infinity, true),
  };
}

test("a text that is too long to be remembered and fits a record has one of its own", () => {
  const texts = [..."aé字"].flatMap((letter) => [34, 35, 8192, 8193].map((length) => letter.repeat(length)));
  assertEquals(texts.map(isText), [..."aé字"].flatMap(() => [false, true, true, false]));
  assertEquals([5, null, ["a".repeat(100)], Object("a".repeat(100))].map(isText), [false, false, false, false]);
});

test("the record says how many bytes of which form it has, and is even in words", () => {
  withText(portableText, () => {
    const forms = { a: LATIN1, "é": UTF8, "字": UTF16 };
    for (const [letter, form] of Object.entries(forms)) {
      for (const length of [...(form === UTF8 ? [] : [35, 36, 37]), 65, 66, 67, 68, 69, 70, 71, 72, 8191, 8192]) {
        const out = new Outbox();
        const item = letter.repeat(length);
        const units = appendText(out, item);
        const bytes = form === LATIN1 ? length : 2 * length;
        const [header, second] = out.words;
        assertEquals([kindOfRecord(header), second & 3, second >>> 2], [TEXT, form, bytes]);
        assertEquals([out.length, unitsOfRecord(out.words, 0)], [8 * units, units]);
        assertEquals(wordsOfRecord(header), 2 + Math.ceil(bytes / 8) * 2);
        assert(wordsOfRecord(header) <= INLINE_WORDS + 2);
        assertEquals(takeText(copied(out), 0), item);
      }
    }
  });
});

test("a text that is taken alone is read where it lies, and stays as it was when others are put there", () => {
  const { at, inbox, words, put, take } = ring();
  const item = "0123456789".repeat(10);
  put(item);
  inbox.bytes.fill(0);
  assertEquals([take(), inbox.words[0], inbox.words[1]], [1, READ, 0]);
  words.fill(0x2a2a2a2a, at + FIRST_SEGMENT, at + CELL_WORDS);
  put("x".repeat(100));
  assertEquals(takeText(inbox, 0), item);
  assertEquals([take(), takeText(inbox, 0)], [1, "x".repeat(100)]);
});

test("several are copied, and a text of another form than shared memory may be read in", () => {
  withText({
    ...portableText,
    readUtf8: (bytes, start, end) => {
      assert(!(bytes.buffer instanceof SharedArrayBuffer));
      return portableText.readUtf8(bytes, start, end);
    },
  }, () => {
    const { inbox, put, take } = ring();
    const texts = ["a".repeat(50), "é".repeat(80), "字".repeat(51)];
    put(...texts);
    assertEquals(take(3), 3);
    let at = 0;
    for (const item of texts) {
      assertEquals(takeText(inbox, at), item);
      at += wordsOfRecord(inbox.words[at]);
    }
    put("é".repeat(90));
    assertEquals([take(), takeText(inbox, 0)], [1, "é".repeat(90)]);
  });
});

test("only who took many in a row, and nobody else any, reads them where they lie", () => {
  const { inbox, put, putInteger, take, takeByOther } = ring(false);
  const untilRead = () => {
    for (let taken = 1;; taken++) {
      put("a".repeat(100));
      assertEquals(take(), 1);
      if (inbox.words[0] === READ) return taken;
      assertEquals(takeText(inbox, 0), "a".repeat(100));
    }
  };
  const afterMany = () => {
    const [first, second] = [untilRead(), untilRead()];
    // Where the ring begins anew, a text goes another way, which copies it.
    assert(first > ALONE && first < 3 * ALONE && second <= 2, `${first} and ${second}`);
  };
  afterMany();
  put("b".repeat(100));
  assertEquals(takeByOther(), 1);
  afterMany();
  put("b".repeat(100), "c".repeat(100));
  assertEquals(takeByOther(2), 2);
  afterMany();
  putInteger();
  assertEquals(takeByOther(), 1);
  afterMany();
  assertEquals(takeByOther(), 0);
  afterMany();
});

test("what is thrown where it lies is thrown again by who decodes, with the lock free", () => {
  const { inbox, put, take, takeByOther, size } = ring();
  put("a".repeat(100), "b".repeat(100), "c".repeat(100));
  let calls = 0;
  const readLatin1 = () => {
    calls++;
    throw new RangeError("Maximum call stack size exceeded");
  };
  withText({ ...portableText, readLatin1 }, () => {
    assertEquals([take(), calls, size()], [1, 1, 2]);
    assertEquals(assertThrows(() => takeText(inbox, 0), IsthmusError).code, "ISTHMUS_NO_STACK_LEFT");
  });
  assertEquals([take(), inbox.words[0], takeText(inbox, 0)], [1, READ, "b".repeat(100)]);
  assertEquals([takeByOther(), size()], [1, 0]);
});

test("a text that cannot be written is not put, with the reason and the text", () => {
  const out = new Outbox();
  const item = "a".repeat(100);
  withText({
    ...portableText,
    write: () => {
      throw new RangeError("Maximum call stack size exceeded");
    },
  }, () => {
    const error = assertThrows(() => appendText(out, item), NotSerializable);
    assertEquals([error.item, out.length], [item, 0]);
  });
});

test("a damaged text is refused, and the ring goes on", () => {
  const second = (100 << 2) | LATIN1;
  for (
    const damaged of [100 << 2, 0, -1, (105 << 2) | LATIN1, (96 << 2) | LATIN1, (99 << 2) | UTF16, (1 << 30) | LATIN1]
  ) {
    const { inbox, words, put, take } = ring();
    put("a".repeat(100));
    const at = words.indexOf(second);
    assert(at > 0);
    words[at] = damaged;
    put("b".repeat(100));
    assertEquals(take(), 1);
    const error = assertThrows(() => takeText(inbox, 0), IsthmusError);
    assertEquals(error.code, "ISTHMUS_CORRUPT_ITEM");
    assertEquals([take(), takeText(inbox, 0)], [1, "b".repeat(100)]);
  }
});
