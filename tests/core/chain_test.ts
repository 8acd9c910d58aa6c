import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { freeChain, row } from "../../core/arena.ts";
import { bytesInChain, readChain, writeChain } from "../../core/chain.ts";
import { Outbox } from "../../core/encode/scratch.ts";
import { IsthmusError, OutOfSharedMemory } from "../../core/errors.ts";
import { BLOCK_BYTES, FIRST_BLOCK, ROW_LENGTH } from "../../core/layout.ts";
import { arena, join } from "./stage_helper.ts";

const pattern = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + seed) & 255);

/** A small arena, with how many of its blocks are in use. */
function stage(blocks: number) {
  const thread = join(arena(blocks));
  const { memory, id } = thread;
  const used = () => {
    let count = 0;
    for (let block = FIRST_BLOCK; block < memory.blocks; block++) if (memory.words[row(block)] !== 0) count++;
    return count;
  };
  return { memory, id, used };
}

/** `encoded` bytes behind `from` others, and big binaries. */
function outbox(from: number, encoded: Uint8Array, bulks: Uint8Array[]): Outbox {
  const out = new Outbox();
  out.reserve(from + encoded.length + 8);
  out.bytes.set(encoded, from);
  out.length = from + encoded.length;
  out.bulks = bulks;
  out.bulkBytes = bulks.reduce((sum, bulk) => sum + ((bulk.byteLength + 7) & ~7), 0);
  return out;
}

test("what was written is read, over the borders of blocks, each binary at a multiple of 8", () => {
  const { memory, id, used } = stage(12);
  const before = used();
  const encoded = pattern(BLOCK_BYTES + 8, 1);
  const bulks = [pattern(3, 2), pattern(BLOCK_BYTES * 2 + 5, 3), pattern(700, 4).subarray(3)];
  const first = writeChain(memory, id, outbox(16, encoded, bulks), 16);
  const parts = [encoded, ...bulks];
  let position = 0;
  for (const part of parts) {
    const target = new Uint8Array(part.length);
    readChain(memory, first, position, target);
    assertEquals(target, Uint8Array.from(part));
    position += (part.length + 7) & ~7;
  }
  const middle = new Uint8Array(20);
  readChain(memory, first, BLOCK_BYTES - 10, middle);
  assertEquals(middle.subarray(0, 18), encoded.subarray(BLOCK_BYTES - 10));
  freeChain(memory, first, id);
  assertEquals(used(), before);
});

test("a run that reaches beyond the memory is refused, not read up to there", () => {
  const { memory, id } = stage(8);
  const first = writeChain(memory, id, outbox(0, pattern(BLOCK_BYTES * 2, 1), []), 0);
  const length = memory.words[row(first) + ROW_LENGTH];
  for (const wrong of [memory.blocks - first + 1, 1 << 30, 0, -1]) {
    memory.words[row(first) + ROW_LENGTH] = wrong;
    const target = new Uint8Array(BLOCK_BYTES * 2);
    assertThrows(() => readChain(memory, first, 0, target), IsthmusError, `a run of ${wrong} blocks`);
    assertThrows(() => bytesInChain(memory, first), IsthmusError, `a run of ${wrong} blocks`);
  }
  memory.words[row(first) + ROW_LENGTH] = length;
  freeChain(memory, first, id);
});

test("a chain goes around blocks that others have", () => {
  const { memory, id, used } = stage(8);
  const between: number[] = [];
  for (let block = FIRST_BLOCK; block < memory.blocks; block += 2) {
    if (memory.words[row(block)] !== 0) continue;
    memory.words[row(block)] = id;
    between.push(block);
  }
  const before = used();
  const encoded = pattern(BLOCK_BYTES * 2 + 80, 5);
  const first = writeChain(memory, id, outbox(0, encoded, []), 0);
  const target = new Uint8Array(encoded.length);
  readChain(memory, first, 0, target);
  assertEquals(target, encoded);
  freeChain(memory, first, id);
  assertEquals(used(), before);
});

test("one that does not fit throws, and takes nothing", () => {
  const { memory, id, used } = stage(4);
  const before = used();
  const out = outbox(0, pattern(BLOCK_BYTES * 9, 6), []);
  assertThrows(() => writeChain(memory, id, out, 0), OutOfSharedMemory);
  assertEquals(used(), before);
});
