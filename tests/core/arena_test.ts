import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import {
  claimChain,
  claimRun,
  createArena,
  FREE,
  freeChain,
  handOver,
  isArena,
  PUBLISHED,
  row,
  sweepBlocks,
} from "../../core/arena.ts";
import { OutOfSharedMemory } from "../../core/errors.ts";
import { FIRST_BLOCK } from "../../core/layout.ts";
import { wholeOf, windowedBuffer } from "../../core/region.ts";
import type { Memory } from "../../core/views.ts";
import { arena, join } from "./stage_helper.ts";

const ME = 0x101;
const OTHER = 0x102;

/** The blocks that are in use, counted from the first that can be claimed. */
function used({ words, blocks }: Memory): number[] {
  const found = [];
  for (let block = FIRST_BLOCK; block < blocks; block++) {
    if (words[row(block)] !== FREE) found.push(block - FIRST_BLOCK);
  }
  return found;
}

test("an arena is known by its magic, and nothing else is one", () => {
  assertEquals([isArena(createArena()), isArena(createArena(4 << 20, windowedBuffer))], [true, true]);
  const halves = { whole: createArena() };
  for (
    const other of [
      arena(),
      windowedBuffer(4 << 20, 4 << 20),
      halves,
      new SharedArrayBuffer(8),
      new ArrayBuffer(8),
      {},
      null,
    ]
  ) {
    assertEquals(isArena(other), false);
  }
});

test("an arena begins as large as it is wanted", () => {
  assertEquals(wholeOf(createArena())!.byteLength, 4 << 20);
  const larger = createArena(16 << 20);
  assertEquals([wholeOf(larger)!.byteLength, isArena(larger)], [16 << 20, true]);
});

test("an arena can grow as far as there is address space", () => {
  const asked: number[] = [];
  const region = createArena(8 << 20, (bytes, most) => {
    asked.push(most);
    if (most > 64 << 20) throw new RangeError("no room");
    return windowedBuffer(bytes, most);
  });
  const { memory } = join(region);
  assertEquals([asked[0], asked.at(-1), memory.blocks], [2 ** 32, 64 << 20, 128]);
  assertThrows(() => memory.grow(1000, memory.blocks), OutOfSharedMemory);
  memory.grow(800, memory.blocks);
  memory.grow(90, memory.blocks); // not twice as many any more
  assertEquals(memory.blocks, 1024);
  const none = () => {
    throw new RangeError("no room");
  };
  assertThrows(() => createArena(8 << 20, none), RangeError, "no room");
});

test("runs are claimed from the lowest free block on, as long as wanted or as there is room", () => {
  const { memory } = join(arena());
  assertEquals(claimRun(memory, ME, 2), FIRST_BLOCK);
  assertEquals(claimRun(memory, OTHER, 1), FIRST_BLOCK + 2);
  assertEquals(claimRun(memory, ME, 9), FIRST_BLOCK + 3);
  assertEquals(used(memory), [0, 1, 2, 3, 4, 5, 6, 7]);
  freeChain(memory, FIRST_BLOCK + 2, OTHER);
  assertEquals(claimRun(memory, ME, 5), FIRST_BLOCK + 2);
});

test("a chain goes through the gaps; freed, all of it is free", () => {
  const { memory } = join(arena());
  const runs = [1, 1, 1, 1, 1].map(() => claimRun(memory, OTHER, 1));
  freeChain(memory, runs[1], OTHER);
  freeChain(memory, runs[3], OTHER);
  const first = claimChain(memory, ME, 5);
  assertEquals(used(memory), [0, 1, 2, 3, 4, 5, 6, 7]);
  freeChain(memory, first, ME);
  assertEquals(used(memory), [0, 2, 4]);
});

test("what is not there is not claimed: OutOfSharedMemory, and nothing has changed", () => {
  const { memory } = join(arena());
  claimRun(memory, OTHER, 3);
  assertThrows(() => claimChain(memory, ME, 6), OutOfSharedMemory);
  assertEquals(used(memory), [0, 1, 2]);
  claimChain(memory, ME, 5);
  assertThrows(() => claimRun(memory, ME, 1), OutOfSharedMemory);
});

test("only its owner frees a chain, and only the owner hands it over", () => {
  const { memory } = join(arena());
  const first = claimChain(memory, ME, 2);
  freeChain(memory, first, OTHER);
  assertEquals(used(memory)[0], 0);
  assertEquals(handOver(memory, first, OTHER, PUBLISHED), false);
  assertEquals(handOver(memory, first, ME, PUBLISHED), true);
});

test("a sweep frees what is private to a dead thread, followers included, and nothing else", () => {
  const { memory } = join(arena());
  const gap = claimRun(memory, OTHER, 1);
  const published = claimRun(memory, ME, 1);
  const kept = claimRun(memory, OTHER, 2);
  freeChain(memory, gap, OTHER);
  claimChain(memory, ME, 3);
  handOver(memory, published, ME, PUBLISHED);
  sweepBlocks(memory, ME);
  assertEquals(used(memory), [1, 2, 3]);
  sweepBlocks(memory, ME);
  freeChain(memory, kept, OTHER);
  assertEquals(used(memory), [1]);
  assertEquals(claimRun(memory, ME, 9), FIRST_BLOCK);
});

test("an arena grows when its blocks are spent, and older views are renewed", () => {
  const region = createArena();
  const [one, two] = [join(region), join(region)];
  const before = one.memory.buffer.byteLength;
  const first = claimChain(one.memory, one.id, before / 65536);
  const { byteLength } = one.memory.buffer;
  assertEquals(byteLength >= 2 * before, true);
  two.memory.cover(byteLength / 4 - 1);
  assertEquals(two.memory.words.length * 4, byteLength);
  freeChain(one.memory, first, one.id);
  assertEquals(used(one.memory), []);
});
