import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { Channel } from "../../core/channel.ts";
import type { Codec } from "../../core/codec.ts";
import { AT_ONCE, now } from "../../core/deadline.ts";
import { IsthmusError, QueueClosed, QueueEmpty, QueueFull, QueueShutDown } from "../../core/errors.ts";
import { createObject } from "../../core/handles.ts";
import { QUEUE } from "../../core/kinds.ts";
import { initQueue, shutDown } from "../../core/queue_cell.ts";
import "../../core/queue.ts";
import { C_COPIES, C_UNITS, NEXT_LOOK, TAKEN_THEN } from "../../core/ring.ts";
import { arena, FakeRuntime, join } from "./stage_helper.ts";

const codec = (id: string): Codec<unknown> => ({ id, encode: () => new Uint8Array(1), decode: () => id });

/** A channel of a new queue called "q", in an arena of its own. */
function channel(
  { maxsize = 0, maxBytes = 1 << 16, codecId = "", given = undefined as Codec<unknown> | undefined } = {},
) {
  const runtime = new FakeRuntime();
  const thread = join(arena(), runtime);
  const words = { maxsize, maxBytes, name: "q", codec: codecId };
  const cell = createObject(thread, QUEUE, (_, at) => initQueue(thread, at, words));
  return { thread, cell, runtime, channel: new Channel(thread, cell, {}, "Queue", given) };
}

test("it reads its constants from the cell", () => {
  const { channel: one } = channel({ maxsize: 3, maxBytes: 1001 });
  assertEquals([one.name, one.maxsize, one.maxBytes, one.title, one.open], ["q", 3, 1001, 'Queue "q"', true]);
});

test("items go in and out in all forms, one and many", async () => {
  const { channel: one } = channel();
  one.putSync("a", Infinity);
  await one.put({ b: 1 }, Infinity, undefined);
  assertEquals([one.putManySync([1, 2], AT_ONCE), await one.putMany(new Set(["c"]), Infinity, undefined)], [2, 1]);
  assertEquals([one.getSync(Infinity), await one.get(Infinity, undefined)], ["a", { b: 1 }]);
  assertEquals([one.getSync(AT_ONCE, 2), await one.get(Infinity, undefined, 9)], [[1, 2], ["c"]]);
});

test("a full one and an empty one say so, at once or late", async () => {
  const { channel: one, thread } = channel({ maxsize: 1 });
  const item = {};
  assertThrows(() => one.getSync(AT_ONCE), QueueEmpty, 'Queue "q" is empty. Put');
  assertThrows(() => one.getSync(now() + 1), QueueEmpty, "in time");
  one.putSync(1, AT_ONCE);
  for (const until of [AT_ONCE, now() + 1]) {
    const error = assertThrows(() => one.putSync(item, until), QueueFull) as QueueFull;
    assertStrictEquals(error.item, item);
  }
  await assertRejects(() => one.put(item, now() + 1, undefined), QueueFull, "stayed so");
  assertEquals(thread.parker.pending, 0);
});

test("only a blocking put that may take time lets the consumers catch up", async () => {
  const { channel: one, thread, runtime } = channel();
  const { words } = thread.memory;
  let naps = 0;
  Object.defineProperty(runtime, "mayBlock", { get: () => (naps++, false) });
  /** Whether `put` would nap, had it a long lead before fast consumers. */
  const rests = async (put: () => unknown): Promise<boolean> => {
    words[one.at + C_COPIES + C_UNITS] = -(1 << 20);
    words[one.at + NEXT_LOOK] = words[one.at + TAKEN_THEN] = -(1 << 21);
    const before = naps;
    await put();
    return naps > before;
  };
  for (const until of [Infinity, now() + 10_000]) {
    assert(await rests(() => one.putSync(1, until)));
    assert(await rests(() => one.putManySync([1, 2], until)));
  }
  assertEquals(await rests(() => one.putSync(1, AT_ONCE)), false);
  assertEquals(await rests(() => one.putManySync([1, 2], AT_ONCE)), false);
  assertEquals(await rests(() => one.put(1, Infinity, undefined)), false);
  assertEquals(await rests(() => one.putMany([1, 2], Infinity, undefined)), false);
});

test("closing rejects what waits on its owner, and lets go of the object", async () => {
  const { channel: one, thread } = channel();
  const waiting = one.get(Infinity, undefined).catch((error) => error);
  assertEquals([thread.parker.pending, one.watched.ready()], [1, false]);
  one.close();
  assert(QueueClosed.is(await waiting));
  assertEquals([thread.parker.pending, thread.openObjects, one.open, one.watched.ready()], [0, 0, false, true]);
  assertThrows(() => one.getSync(AT_ONCE), QueueClosed);
  assertThrows(() => one.putManySync([], AT_ONCE), QueueClosed);
});

test("shut down, what is left comes out, and then QueueShutDown", async () => {
  const { channel: one, thread } = channel();
  one.putSync(1, AT_ONCE);
  const waiting = one.get(Infinity, undefined).then(() => one.get(Infinity, undefined)).catch((error) => error);
  shutDown(thread, one.at, false);
  assertThrows(() => one.putSync(2, AT_ONCE), QueueShutDown, "takes no more items");
  assert(QueueShutDown.is(await waiting));
});

test("a codec belongs to its queue: another one is refused, and without it no item goes in or out", () => {
  assertEquals(channel({ codecId: "a", given: codec("a") }).channel.open, true);
  for (const codecId of ["", "b"]) assertThrows(() => channel({ codecId, given: codec("a") }), TypeError, '"a"');
  const { channel: without } = channel({ codecId: "a" });
  const codeOf = (act: () => unknown) => (assertThrows(act, IsthmusError) as IsthmusError).code;
  assertEquals(codeOf(() => without.putSync(1, AT_ONCE)), "ISTHMUS_NO_CODEC");
  assertEquals(codeOf(() => without.getSync(AT_ONCE)), "ISTHMUS_NO_CODEC");
});
