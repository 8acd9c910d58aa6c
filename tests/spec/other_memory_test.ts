/** Two memories in one thread: that of the program, and that of what was made before the thread was handed it. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { createArena } from "../../core/arena.ts";
import { generationOf } from "../../core/cells.ts";
import { runtime, thisThread, threadIn } from "../../core/current.ts";
import { createObject } from "../../core/handles.ts";
import { EVENT, LOCK } from "../../core/kinds.ts";
import { AT_IDENTITY } from "../../core/layout.ts";
import { beginningOf, wholeOf } from "../../core/region.ts";
import {
  Condition,
  Event,
  Lock,
  NotSerializable,
  Process,
  Queue,
  SharedArray,
  SharedValue,
  wait,
  waitSync,
} from "../../mod.ts";
import { checkCode, outcome } from "./bad_input_helper.ts";

thisThread();
const arena = createArena(8 << 20, runtime().allocate);
new Float64Array(beginningOf(arena), AT_IDENTITY * 4, 1)[0] = Math.random() + 1;
const other = threadIn(arena);

/** The handle of a new object there, as a message from there would bring it. */
function there(isthmus: string, kind: number) {
  const cell = createObject(other, kind, () => {});
  return { isthmus, arena, cell, generation: generationOf(other.memory, cell) };
}

test("an object of another memory is attached by its handle, and works", async () => {
  using event = Event.attach(there("Event", EVENT));
  using lock = Lock.attach(there("Lock", LOCK));
  const waiting = event.wait();
  const [ready] = [wait([event])];
  event.set();
  assertEquals([await waiting, await ready, waitSync([event])], [true, [event], [event]]);
  using again = Lock.attach(structuredClone(lock.handle));
  lock.acquireSync();
  assertEquals([again.locked(), again.acquireSync({ timeout: 1 })], [true, false]);
  lock.release();
});

test("it does not travel in items of this memory, nor by arguments, and the error says why", async () => {
  using lock = Lock.attach(there("Lock", LOCK));
  using queue = new Queue<unknown>();
  const uses = [
    () => queue.putNowait({ deep: [lock] }),
    () => queue.put([lock]),
    () => new Process({ module: import.meta.url, target: "none", args: [lock] }).start(),
  ];
  for (const use of uses) {
    const error = await outcome(use) as Error;
    assert(error instanceof NotSerializable && error.message.includes("another memory"), String(error));
  }
  assertEquals(queue.qsize(), 0);
});

test("one wait sees one memory", async () => {
  using event = Event.attach(there("Event", EVENT));
  using queue = new Queue<unknown>();
  await checkCode("wait", () => wait([event, queue]), "ISTHMUS_OTHER_MEMORY");
  await checkCode("waitSync", () => waitSync([queue, event], { timeout: 0 }), "ISTHMUS_OTHER_MEMORY");
});

test("what is made with a lock of another memory lives where its lock does", () => {
  using lock = Lock.attach(there("Lock", LOCK));
  using condition = new Condition(lock);
  using value = new SharedValue("int8", 7, { lock });
  using array = new SharedArray("int32", [1, 2, 3], { lock });
  for (const object of [condition, value, array]) assertEquals(object.handle.arena === arena, true);
  using again = SharedValue.attach<"int8">(value.handle);
  using more = SharedArray.attach<"int32">(array.handle);
  lock.acquireSync();
  assertEquals([again.lock!.locked(), more.lock!.locked(), condition.acquireNowait()], [true, true, false]);
  lock.release();
  value.add(1);
  assertEquals([again.value, ...more], [8, 1, 2, 3]);
});

test("elements are seen through the window on an arena's beginning while they lie there, else through the whole", () => {
  using lock = Lock.attach(there("Lock", LOCK));
  using small = new SharedArray("int32", 4, { lock });
  using large = new SharedArray("float64", 2 ** 21, { lock });
  assertEquals([small.view.buffer === beginningOf(arena), large.view.buffer === wholeOf(arena)], [true, true]);
  large.view[2 ** 21 - 1] = 7;
  using again = SharedArray.attach<"float64">(large.handle);
  assertEquals(again.at(-1), 7);
});
