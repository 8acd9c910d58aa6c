import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { OutOfSharedMemory } from "../../core/errors.ts";
import { BLOCK_BYTES, MAX_BYTES } from "../../core/layout.ts";
import { beginningOf, wholeOf, windowedBuffer } from "../../core/region.ts";
import { Memory } from "../../core/views.ts";

/** A buffer of two blocks that may grow to nine. */
function growable(): SharedArrayBuffer {
  const Growable = SharedArrayBuffer as new (length: number, options: object) => SharedArrayBuffer;
  return new Growable(2 * BLOCK_BYTES, { maxByteLength: 9 * BLOCK_BYTES });
}

const words = (blocks: number) => blocks * BLOCK_BYTES / 4;

test("growing at least doubles, keeps what is there, and stops at the most", () => {
  const memory = new Memory(growable());
  memory.words[5] = 42;
  memory.grow(1, memory.blocks);
  assertEquals([memory.blocks, memory.words.length, memory.words[5]], [4, words(4), 42]);
  memory.grow(3, memory.blocks);
  assertEquals(memory.blocks, 8);
  memory.grow(1, memory.blocks);
  assertEquals([memory.blocks, memory.bytes.length], [9, 9 * BLOCK_BYTES]);
  assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory, String(9 * BLOCK_BYTES));
  assertEquals(memory.blocks, 9);
});

test("of threads that run out together one grows it, also where it can grow but once", () => {
  const buffer = growable();
  const [one, two] = [new Memory(buffer), new Memory(buffer)];
  for (const after of [4, 8, 9]) {
    const seen = one.blocks;
    one.grow(1, seen);
    two.grow(1, seen);
    assertEquals([one.blocks, two.words.length], [after, words(after)]);
  }
});

test("what another has grown is seen once it is covered, and not before", () => {
  const buffer = growable();
  const [mine, other] = [new Memory(buffer), new Memory(buffer)];
  other.grow(2, other.blocks);
  other.words[words(4) - 1] = 7;
  assertEquals([mine.words.length, mine.blocks], [words(2), 4]);
  const before = mine.words;
  mine.cover(words(2) - 1);
  assertEquals(mine.words === before, true);
  mine.cover(words(4) - 1);
  assertEquals(mine.words[words(4) - 1], 7);
  mine.cover(words(8));
  assertEquals(mine.words.length, words(4));
});

test("all of 4 GiB can be reached", () => {
  const Growable = SharedArrayBuffer as new (length: number, options: object) => SharedArrayBuffer;
  const buffer = new Growable(BLOCK_BYTES, { maxByteLength: MAX_BYTES });
  const [memory, other] = [new Memory(buffer), new Memory(buffer)];
  for (const bytes of [2 ** 31, 2 ** 31 + BLOCK_BYTES, MAX_BYTES]) {
    if (memory.blocks * BLOCK_BYTES < bytes) memory.grow(bytes / BLOCK_BYTES - memory.blocks, memory.blocks);
    const last = memory.words.length - 1;
    assertEquals([memory.words.length >= bytes / 4, memory.bytes.length], [true, memory.words.length * 4]);
    memory.words[last] = 7;
    other.cover(last);
    assertEquals([other.words[last], new Memory(buffer).words[last]], [7, 7]);
  }
  assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory);
});

test("a buffer that cannot grow says so", () => {
  const memory = new Memory(new SharedArrayBuffer(3 * BLOCK_BYTES));
  assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory);
  assertEquals(memory.blocks, 3);
});

test("what lies in the beginning is reached through its window, the rest through the whole, and both are one memory", () => {
  const region = windowedBuffer(2 * BLOCK_BYTES, 9 * BLOCK_BYTES);
  const [one, two] = [new Memory(region), new Memory(region)];
  assertEquals([one.blocks, one.words.length, one.bytes.length], [2, words(2), 2 * BLOCK_BYTES]);
  two.words[5] = 42;
  one.grow(1, one.blocks);
  assertEquals([one.words[5], one.words.length, two.words.length], [42, words(4), words(2)]);
  one.words[6] = 43;
  assertEquals([two.words[6], two.blocks], [43, 4]);
  two.cover(words(3));
  assertEquals([two.words[6], two.words.length, two.words.buffer === wholeOf(region)], [43, words(4), true]);
  const late = new Memory(region);
  assertEquals(late.words.buffer === beginningOf(region), true);
  late.cover(words(2) - 1);
  assertEquals([late.words.buffer === beginningOf(region), late.words[6]], [true, 43]);
});
