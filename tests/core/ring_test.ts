import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { row } from "../../core/arena.ts";
import { cellAt, claimCell } from "../../core/cells.ts";
import { FIRST_BLOCK } from "../../core/layout.ts";
import { appendInteger, beginData, endData } from "../../core/record.ts";
import {
  BYTES_WANTED,
  FLAG,
  gettable,
  initRing,
  isFull,
  nextWord,
  NOT_YET,
  P_INSISTS,
  P_WORD,
  puttable,
  SHUT,
  sizeOf,
  unitsOf,
} from "../../core/ring.ts";
import { pop } from "../../core/ring_pop.ts";
import { push } from "../../core/ring_push.ts";
import { arena, batchIn, join } from "./stage_helper.ts";

/** A ring, with pushes of integers (and records of so many more words), and pops that give them back. */
function ring(maxsize = 0, maxBytes = 1 << 20, blocks = 6) {
  const thread = join(arena(blocks));
  const at = cellAt(claimCell(thread.memory, thread.id, 0));
  const { words } = thread.memory;
  initRing(words, at, maxsize, maxBytes);
  const put = (values: readonly number[], extra = 0) => {
    const out = thread.takeOutbox();
    for (const value of values) {
      if (extra === 0) appendInteger(out, value);
      else {
        const start = beginData(out);
        out.words[start + 1] = value;
        out.reserve(extra * 4);
        out.length += extra * 4;
        endData(out, start);
      }
    }
    const batch = batchIn(out, values.length);
    const pushed = push(thread, at, batch, Infinity, true);
    thread.giveOutbox(out);
    return pushed;
  };
  const get = (max: number) => {
    const inbox = thread.takeInbox();
    const popped = pop(thread, at, inbox, max, Infinity, true);
    const values: number[] = [];
    for (let i = 0, record = 0; i < popped; i++, record += inbox.words[record] >>> 4) {
      values.push(inbox.words[record + 1]);
    }
    thread.giveInbox(inbox);
    return popped < 0 ? popped : values;
  };
  const used = () => {
    let count = 0;
    for (let block = FIRST_BLOCK; block < thread.memory.blocks; block++) if (words[row(block)] !== 0) count++;
    return count - 1;
  };
  return { thread, at, words, put, get, used };
}

const count = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);

test("what is put is got, in order, and the first segment is enough for a short line", () => {
  const { put, get, used } = ring();
  for (let round = 0; round < 1000; round += 20) {
    assertEquals([put(count(round, 20)), get(9), get(99)], [20, count(round, 9), count(round + 9, 11)]);
  }
  assertEquals([get(1), used()], [[], 0]);
});

test("a long line takes blocks and gives them back, whatever the sizes of its records", () => {
  for (const extra of [0, 2, 30, 998, 4000]) {
    const { put, get, used, at, words } = ring();
    let [first, next] = [0, 0];
    for (let step = 0; step < 400; step++) {
      if (step % 7 < 4) next += Math.max(put(count(next, step % 3 + 1), extra), 0);
      else {
        const got = get(step % 5 + 1) as number[];
        assertEquals(got, count(first, got.length));
        first += got.length;
      }
      assertEquals([sizeOf(words, at), unitsOf(words, at)], [next - first, (next - first) * (2 + extra) / 2]);
      if (next - first > 8) { for (let got; (got = get(3) as number[]).length > 0;) first += got.length; }
    }
    while ((get(9) as number[]).length > 0);
    assertEquals(used() <= 1, true);
  }
});

test("a line of a quarter of a million bytes spans several blocks", () => {
  const { put, get, used } = ring();
  for (let i = 0; i < 30_000; i += 1000) put(count(i, 1000));
  assertEquals(used() >= 3, true);
  const got: number[] = [];
  for (let part; (part = get(700) as number[]).length > 0;) got.push(...part);
  assertEquals(got, count(0, 30_000));
  assertEquals(used() <= 1, true);
});

test("maxsize and maxBytes hold to one item", () => {
  const { put, get, at, words } = ring(3, 1 << 20);
  assertEquals([put(count(0, 5)), put([9]), isFull(words, at, 1), puttable(words, at)], [3, 0, true, false]);
  assertEquals([get(1), put([3, 4])], [[0], 1]);
  const bytes = ring(0, 40);
  assertEquals([bytes.put(count(0, 9)), bytes.get(2), bytes.put(count(5, 9)), bytes.get(9)], [5, [0, 1], 2, [
    2,
    3,
    4,
    5,
    6,
  ]]);
});

test("counts go around at 2³⁰", () => {
  const { put, get, at, words } = ring(5);
  const late = (0x3ffffffe << 1) | 0;
  words.copyWithin(at + 44, at + 40, at + 44);
  words[at + 48] = words[at + 80] = late;
  words[at + 33] = words[at + 65] = 0x3ffffffe;
  for (let round = 0; round < 4; round++) {
    assertEquals([put(count(0, 9)), sizeOf(words, at), get(9), sizeOf(words, at)], [5, 5, count(0, 5), 0]);
  }
  assertEquals(nextWord(0x7fffffff, 1) & ~1, 0);
});

test("shut down, nothing goes in, and what is in comes out before SHUT", () => {
  const { put, get, at, words } = ring();
  put([1, 2]);
  words[at + P_WORD] |= FLAG;
  assertEquals([put([3]), get(1), gettable(words, at), get(9), get(1)], [SHUT, [1], true, [2], SHUT]);
});

test("who can wait lets one that insists go first", () => {
  const { put, at, words, thread } = ring();
  words[at + P_INSISTS] = thread.id + 256;
  assertEquals(put([1]), NOT_YET);
  words[at + P_INSISTS] = thread.id;
  assertEquals(put([1]), 1);
});

test("who is refused by maxsize says so when bytes lack as well", () => {
  const { put, at, words } = ring(2, 64);
  assertEquals([put([1]), put([2], 4), words[at + BYTES_WANTED]], [1, 1, 0]);
  assertEquals([put([3]), words[at + BYTES_WANTED]], [0, 0]);
  assertEquals([put([4], 12), words[at + BYTES_WANTED]], [0, 1]);
});
