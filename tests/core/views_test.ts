import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { OutOfSharedMemory } from "../../core/errors.ts";
import { BLOCK_BYTES, MAX_BYTES } from "../../core/layout.ts";
import { growableBuffer, wasmMemory } from "../../core/region.ts";
import { Memory } from "../../core/views.ts";

const KINDS = { "a growable buffer": growableBuffer, "WebAssembly's memory": wasmMemory };
/** Two blocks that may become nine. */
const SMALL = [2 * BLOCK_BYTES, 9 * BLOCK_BYTES] as const;

const words = (blocks: number) => blocks * BLOCK_BYTES / 4;

for (const [kind, allocate] of Object.entries(KINDS)) {
  test(`${kind}: growing at least doubles, keeps what is there, and stops at the most`, () => {
    const memory = new Memory(allocate(...SMALL));
    memory.words[5] = 42;
    memory.grow(1, memory.blocks);
    assertEquals([memory.blocks, memory.words.length, memory.words[5]], [4, words(4), 42]);
    memory.grow(3, memory.blocks);
    assertEquals(memory.blocks, 8);
    memory.grow(1, memory.blocks);
    assertEquals([memory.blocks, memory.bytes.length], [9, 9 * BLOCK_BYTES]);
    assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory);
    assertEquals(memory.blocks, 9);
  });

  test(`${kind}: of threads that run out together one grows it, also where it can grow but once`, () => {
    const region = allocate(...SMALL);
    const [one, two] = [new Memory(region), new Memory(region)];
    for (const after of [4, 8, 9]) {
      const seen = one.blocks;
      one.grow(1, seen);
      two.grow(1, seen);
      assertEquals([one.blocks, two.words.length], [after, words(after)]);
    }
  });

  test(`${kind}: what another has grown is seen once it is covered, and not before`, () => {
    const region = allocate(...SMALL);
    const [mine, other] = [new Memory(region), new Memory(region)];
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

  test(`${kind}: all of 4 GiB can be reached`, () => {
    const region = allocate(BLOCK_BYTES, MAX_BYTES);
    const [memory, other] = [new Memory(region), new Memory(region)];
    for (const bytes of [2 ** 31, 2 ** 31 + BLOCK_BYTES, MAX_BYTES]) {
      if (memory.blocks * BLOCK_BYTES < bytes) memory.grow(bytes / BLOCK_BYTES - memory.blocks, memory.blocks);
      const last = memory.words.length - 1;
      assertEquals([memory.words.length >= bytes / 4, memory.bytes.length], [true, memory.words.length * 4]);
      memory.words[last] = 7;
      other.cover(last);
      assertEquals([other.words[last], new Memory(region).words[last]], [7, 7]);
    }
    assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory);
  });
}

test("a buffer that cannot grow says so", () => {
  const memory = new Memory(new SharedArrayBuffer(3 * BLOCK_BYTES));
  assertThrows(() => memory.grow(1, memory.blocks), OutOfSharedMemory);
  assertEquals(memory.blocks, 3);
});
