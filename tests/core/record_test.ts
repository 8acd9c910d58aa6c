import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Outbox } from "../../core/encode/scratch.ts";
import {
  appendInteger,
  beginData,
  BYTES,
  DATA,
  eachRef,
  endData,
  INTEGER,
  isBytes,
  kindOfRecord,
  LARGE,
  lengthOfBytes,
  markBytes,
  REFS,
  unitsOfLarge,
  unitsOfRecord,
  wordsOfRecord,
  wordsOfRefs,
  writeLarge,
} from "../../core/record.ts";

/** A DATA record of so many bytes, which is even in words, with these references. */
function data(bytes: number, refs: number[] = []): Outbox {
  const out = new Outbox();
  const at = beginData(out);
  out.reserve(bytes);
  out.length += bytes;
  out.refs = refs;
  endData(out, at);
  return out;
}

/** The cells that a record names. */
function cells(words: Int32Array, at = 0): number[] {
  const found: number[] = [];
  eachRef(words, at, (cell) => found.push(cell));
  return found;
}

test("an integer takes two words, the second of which it is", () => {
  const out = new Outbox();
  appendInteger(out, -5);
  appendInteger(out, 7);
  assertEquals([out.length, out.words[1], out.words[3]], [16, -5, 7]);
  assertEquals([kindOfRecord(out.words[0]), wordsOfRecord(out.words[0]), unitsOfRecord(out.words, 2)], [INTEGER, 2, 1]);
});

test("a record's length counts its first words and its references", () => {
  for (const [bytes, refs, words] of [[0, [], 2], [8, [], 4], [16, [70, 1], 10], [0, [70, 1, 71, 2], 8]] as const) {
    const out = data(bytes, [...refs]);
    const header = out.words[0];
    assertEquals([kindOfRecord(header), wordsOfRecord(header), out.length], [DATA, words, words * 4]);
    assertEquals([(header & REFS) !== 0, unitsOfRecord(out.words, 0)], [refs.length > 0, words / 2]);
    assertEquals(wordsOfRefs(out.words, 0, header), refs.length === 0 ? 0 : refs.length + 2);
    assertEquals(cells(out.words), refs.filter((_, i) => i % 2 === 0));
  }
});

test("a count of references that the record cannot hold leads nowhere", () => {
  const out = data(8, [70, 1]);
  for (const count of [-1, 1 << 30, 4]) {
    out.words[wordsOfRecord(out.words[0]) - 1] = count;
    assertEquals(cells(out.words), []);
  }
});

test("an item out of line counts with all that lies there, and keeps its references", () => {
  const out = data(40_000, [70, 1]);
  out.bulkBytes = 1 << 20;
  const units = unitsOfLarge(out, 40_001);
  writeLarge(out, 0, 99, 40_001);
  assertEquals([kindOfRecord(out.words[0]), out.words[1], cells(out.words)], [LARGE, 99, [70]]);
  assertEquals([unitsOfRecord(out.words, 0), units], [3 + 2 + 5001 + (1 << 17), units]);
});

test("bytes are told from items, in line and out of it", () => {
  const inline = data(24);
  inline.words[1] = 21;
  assertEquals(isBytes(inline.words, 0), false);
  markBytes(inline.words, 0);
  assertEquals([isBytes(inline.words, 0), kindOfRecord(inline.words[0]), lengthOfBytes(inline.words, 0)], [
    true,
    BYTES,
    21,
  ]);
  const large = data(8);
  writeLarge(large, 0, 9, 8);
  large.words[4] = -1;
  assertEquals(isBytes(large.words, 0), false);
  markBytes(large.words, 0);
  assertEquals([isBytes(large.words, 0), kindOfRecord(large.words[0])], [true, LARGE]);
  assertEquals(lengthOfBytes(large.words, 0), 2 ** 32 - 1);
});
