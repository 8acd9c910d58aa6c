import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { row } from "../../core/arena.ts";
import { cellAt, generationOf, isLive } from "../../core/cells.ts";
import { createObject } from "../../core/handles.ts";
import { QUEUE } from "../../core/kinds.ts";
import { FIRST_BLOCK } from "../../core/layout.ts";
import { appendInteger } from "../../core/record.ts";
import { initQueue } from "../../core/queue_cell.ts";
import { recover } from "../../core/recovery.ts";
import { CONTENDED } from "../../core/mutex.ts";
import { createPipe, ringsOf } from "../../core/pipe_cell.ts";
import { C_LOCK, GETTERS, P_LOCK, sizeOf } from "../../core/ring.ts";
import { pop } from "../../core/ring_pop.ts";
import { push } from "../../core/ring_push.ts";
import type { Thread } from "../../core/thread.ts";
import { stateOf, VACANT } from "../../core/threads.ts";
import { enroll, enrolled } from "../../core/wait_set.ts";
import "../../core/pipe.ts";
import "../../core/queue.ts";
import { arena, batchIn, join } from "./stage_helper.ts";

const none = "";

/** A queue that `thread` holds. */
function queue(thread: Thread): { cell: number; at: number } {
  const words = { maxsize: 0, maxBytes: 1 << 20, name: none, codec: none };
  const cell = createObject(thread, QUEUE, (_, at) => initQueue(thread, at, words));
  return { cell, at: cellAt(cell) };
}

function put(thread: Thread, at: number, values: readonly number[]): number {
  const out = thread.takeOutbox();
  for (const value of values) appendInteger(out, value);
  const batch = batchIn(out, values.length);
  const pushed = push(thread, at, batch, Infinity, true);
  thread.giveOutbox(out);
  return pushed;
}

function get(thread: Thread, at: number, max: number): number[] {
  const inbox = thread.takeInbox();
  const popped = pop(thread, at, inbox, max, Infinity, true);
  return Array.from({ length: Math.max(popped, 0) }, (_, i) => inbox.words[2 * i + 1]);
}

function used({ memory }: Thread): number {
  let count = 0;
  for (let block = FIRST_BLOCK; block < memory.blocks; block++) if (memory.words[row(block)] !== 0) count++;
  return count;
}

test("the locks that a dead thread held are released, and its places in wait sets are empty", () => {
  const buffer = arena();
  const [dead, living] = [join(buffer), join(buffer)];
  const { at } = queue(living);
  const { words } = living.memory;
  for (const lock of [P_LOCK, C_LOCK]) words[at + lock] = dead.id;
  enroll(living.memory, at + GETTERS, dead.slot);
  assertEquals([recover(living, dead.id), recover(living, dead.id)], [true, false]);
  assertEquals([words[at + P_LOCK], words[at + C_LOCK], enrolled(living.memory, at + GETTERS, dead.slot)], [
    0,
    0,
    false,
  ]);
  assertEquals(stateOf(living.memory, dead.id), VACANT);
  assertEquals([put(living, at, [1, 2]), get(living, at, 9)], [2, [1, 2]]);
});

test("what only the dead held ends, with its items and blocks; what others hold stays", () => {
  const buffer = arena();
  const [dead, living] = [join(buffer), join(buffer)];
  const before = used(living);
  const [own, shared] = [queue(dead), queue(dead)];
  const generation = living.memory.words[shared.at] >>> 8;
  living.enter(shared.cell, generation);
  for (let i = 0; i < 30_000; i += 200) put(dead, own.at, Array.from({ length: 200 }, () => i));
  put(dead, shared.at, [5]);
  recover(living, dead.id);
  assertEquals(isLive(living.memory, own.cell, living.memory.words[own.at] >>> 8), false);
  assertEquals([isLive(living.memory, shared.cell, generation), get(living, shared.at, 9)], [true, [5]]);
  // The block in which cells lie stays one of cells.
  assertEquals(used(living) - before, 1);
});

test("an object whose words were overwritten keeps no other one from being repaired and freed", () => {
  const buffer = arena();
  const [dead, living] = [join(buffer), join(buffer)];
  const [damaged, own, shared] = [queue(dead), queue(dead), queue(living)];
  const { words } = living.memory;
  words[shared.at + P_LOCK] = dead.id;
  // No kind has this number.
  words[damaged.at] |= 0xff;
  const failures: unknown[] = [];
  assertEquals(recover(living, dead.id, (error) => failures.push(error)), true);
  assertEquals(failures.map((error) => (error as { code?: string }).code), ["ISTHMUS_CORRUPT"]);
  assertEquals([words[shared.at + P_LOCK], isLive(living.memory, own.cell, words[own.at] >>> 8)], [0, false]);
  assertEquals(stateOf(living.memory, dead.id), VACANT);
});

test("a thread that ends by itself recovers itself", () => {
  const buffer = arena();
  const [ending, other] = [join(buffer), join(buffer)];
  const { cell, at } = queue(ending);
  assertEquals(recover(ending, ending.id), true);
  assertEquals([isLive(other.memory, cell, other.memory.words[at] >>> 8), stateOf(other.memory, ending.id)], [
    false,
    VACANT,
  ]);
});

test("a recovery waits for no lock of a pipe: its holder may be dead, too, and known to be only later", () => {
  const buffer = arena();
  const [first, second, living] = [join(buffer), join(buffer), join(buffer)];
  const [reader, writer] = createPipe(first, false, 1 << 20);
  assert(living.enter(writer, generationOf(living.memory, writer)));
  const { inward } = ringsOf(first, reader);
  const { words } = living.memory;
  put(first, inward, [1, 2, 3]);
  // Died when it dropped what nobody reads any more. Who waits for this lock waits for ever.
  words[inward + C_LOCK] = second.id;
  // The end that reads ends with the thread that held it.
  assertEquals(recover(living, first.id), true);
  assertEquals([words[inward + C_LOCK] & ~CONTENDED, sizeOf(words, inward)], [second.id, 3]);
  assertEquals(recover(living, second.id), true);
  assertEquals([words[inward + C_LOCK], sizeOf(words, inward)], [0, 0]);
});

test("a push that was not committed is forgotten; one that was is whole", () => {
  const buffer = arena();
  const [dead, living] = [join(buffer), join(buffer)];
  const { at } = queue(living);
  put(dead, at, [1, 2, 3]);
  // Died with the lock in hand, words of the next record written, nothing committed.
  living.memory.words[at + P_LOCK] = dead.id;
  living.memory.words.fill(0x55555555, at + 182, at + 200);
  recover(living, dead.id);
  assertEquals(sizeOf(living.memory.words, at), 3);
  put(living, at, [4]);
  assertEquals(get(living, at, 9), [1, 2, 3, 4]);
});
