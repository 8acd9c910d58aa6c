import { test } from "node:test";
import { assert, assertStrictEquals } from "@std/assert";
import { LATIN1, portableText, type Text, UTF16 } from "../../core/encode/text.ts";
import { textOf } from "../../adapters/text.ts";

const versions = process.versions as Record<string, string | undefined>;
const name = versions.deno !== undefined ? "deno" : versions.bun !== undefined ? "bun" : "node";
const ways: Record<string, Text> = { portable: portableText, [name]: textOf(name) };

for (const [way, text] of Object.entries(ways)) {
  test(`${way}: text of every length and alphabet comes back, and nothing beside it is touched`, () => {
    for (let length = 0; length < 120; length++) {
      for (const letter of ["a", "\0", "é", "\xff", "字", "\ud800", "\udfff", "\ufeff", "😀"]) {
        for (const value of [letter.repeat(length), "x".repeat(length) + letter]) {
          const bytes = new Uint8Array(600).fill(0xaa);
          const written = text.write(value, bytes, 12);
          const form = written & 3, end = 12 + written / 4 - form / 4;
          assert(bytes.subarray(12 + 2 * value.length).every((byte) => byte === 0xaa));
          const read = form === LATIN1 ? text.readLatin1 : form === UTF16 ? text.readUtf16 : text.readUtf8;
          assertStrictEquals(read(bytes, 12, end), value);
        }
      }
    }
  });

  test(`${way}: one wide character anywhere is kept, however many hold the text`, () => {
    for (let at = 0; at < 300; at++) {
      const value = "é".repeat(at) + "\u0480" + "é".repeat(299 - at);
      const holders: symbol[] = [];
      for (let held = 0; held < 4; held++) {
        const bytes = new Uint8Array(1000);
        const written = text.write(value, bytes, 0);
        const form = written & 3, end = (written - form) / 4;
        const read = form === LATIN1 ? text.readLatin1 : form === UTF16 ? text.readUtf16 : text.readUtf8;
        assertStrictEquals(read(bytes, 0, end), value);
        holders.push(Symbol(value));
      }
    }
  });

  test(`${way}: Latin-1 is read wherever it begins`, () => {
    const bytes = new Uint8Array(300).map((_, i) => i);
    for (let start = 0; start < 5; start++) {
      for (let length = 0; length < 290; length++) {
        const expected = String.fromCharCode(...bytes.subarray(start, start + length));
        assertStrictEquals(text.readLatin1(bytes, start, start + length), expected);
      }
    }
  });
}

test("Node and Bun send Latin-1 as one byte a character", () => {
  if (name === "deno") return;
  for (const value of ["é".repeat(64), "a".repeat(999) + "é", "é" + "b".repeat(70_000)]) {
    assertStrictEquals(ways[name].write(value, new Uint8Array(2 * value.length), 0), 4 * value.length + LATIN1);
  }
});
