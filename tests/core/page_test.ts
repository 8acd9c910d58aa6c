/**
 * Places in pages between which copies are not slow on any processor. The slow ones are known to page.ts.
 */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { freeChain } from "../../core/arena.ts";
import { writeChain } from "../../core/chain.ts";
import { Inbox, KEEP, Outbox } from "../../core/encode/scratch.ts";
import { BLOCK_BYTES } from "../../core/layout.ts";
import { arena, join } from "./stage_helper.ts";

const PAGE = 4096;
/** How far large arrays and texts begin from where their page does, at most: what an allocator and an engine write before them. */
const HEADS = 128;

/** How far behind the place `from` in its page the place `to` is. */
const ahead = (from: number, to: number) => (((to - from) % PAGE) + PAGE) % PAGE;

/** The offsets in their buffers at which the scratches begin, new and grown. */
function scratches(): number[] {
  const [out, from] = [new Outbox(), new Inbox()];
  const fresh = [out.bytes.byteOffset, from.bytes.byteOffset];
  out.reserve(KEEP + 1);
  from.reserve(KEEP + 1);
  const grown = [out.bytes.byteOffset, from.bytes.byteOffset];
  for (const { bytes, words, view } of [out, from]) {
    assertEquals([words.byteOffset, view.byteOffset], [bytes.byteOffset, bytes.byteOffset]);
    assertEquals([words.byteLength, view.byteLength], [bytes.length, bytes.length]);
  }
  out.length = KEEP + 1;
  out.clear();
  from.reserve(1);
  return [...fresh, ...grown, out.bytes.byteOffset, from.bytes.byteOffset];
}

/** The offset in shared memory at which a chain's bytes begin. */
function beginningOfChain(): number {
  const { memory, id } = join(arena(4));
  const out = new Outbox();
  out.reserve(8);
  out.bytes.fill(171, 0, 8);
  out.length = 8;
  const first = writeChain(memory, id, out, 0);
  const at = memory.bytes.indexOf(171, first * BLOCK_BYTES);
  freeChain(memory, first, id);
  return at;
}

test("the scratch and a chain begin far from where arrays, texts, and each other do in their pages", () => {
  const chain = beginningOfChain();
  for (const scratch of scratches()) {
    for (const [one, other] of [[scratch, chain], [scratch, 0], [chain, 0]]) {
      for (const distance of [ahead(one, other), ahead(other, one)]) {
        assert(distance > 32 + HEADS, `a copy from ${one} to ${other}: ${distance} bytes ahead`);
      }
    }
  }
});
