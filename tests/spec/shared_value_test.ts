/** SharedValue, and what it has in common with SharedArray. */
import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type ElementKind,
  type IsthmusError,
  Lock,
  Process,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
} from "../../mod.ts";
import { openObjects, thrown } from "./queue_helper.ts";

const module = new URL("../fixtures/pipe_targets.ts", import.meta.url);

/** Each kind of integers with its letters and range. */
const integers: [string[], bigint, bigint][] = [
  [["int8", "b"], -128n, 127n],
  [["uint8", "B"], 0n, 255n],
  [["int16", "h"], -32768n, 32767n],
  [["uint16", "H"], 0n, 65535n],
  [["int32", "i"], -(2n ** 31n), 2n ** 31n - 1n],
  [["uint32", "I"], 0n, 2n ** 32n - 1n],
  [["bigint64", "l", "q"], -(2n ** 63n), 2n ** 63n - 1n],
  [["biguint64", "L", "Q"], 0n, 2n ** 64n - 1n],
];

const isBig = (kind: string) => kind.startsWith("big") || "lLqQ".includes(kind);

for (const [kinds, low, high] of integers) {
  for (const kind of kinds) {
    test(`kind ${kind}: from ${low} to ${high}, and beyond it a RangeError that changes nothing`, () => {
      const of = (value: bigint) => (isBig(kind) ? value : Number(value)) as never;
      using value = new SharedValue<ElementKind>(kind as ElementKind, undefined, { lock: false });
      assertEquals(value.value, of(0n));
      for (const good of [low, high, 1n]) {
        value.value = of(good);
        assertEquals(value.value, of(good));
      }
      for (const bad of [low - 1n, high + 1n]) {
        assertThrows(() => value.value = of(bad), RangeError, String(bad));
        assertThrows(() => new SharedValue(kind as ElementKind, of(bad)), RangeError);
        assertThrows(() => value.compareExchange(of(1n), of(bad)), RangeError);
        assertThrows(() => value.compareExchange(of(bad), of(1n)), RangeError);
      }
      value.value = of(high);
      assertThrows(() => value.add(of(1n)), RangeError);
      assertEquals(value.add(of(-1n)), of(high));
      value.value = of(low);
      assertThrows(() => value.add(of(-1n)), RangeError);
      assertEquals(value.add(of(3n)), of(low));
      assertEquals(value.value, of(low + 3n));
      assertEquals(value.compareExchange(of(low), of(high)), of(low + 3n));
      assertEquals(value.compareExchange(of(low + 3n), of(high)), of(low + 3n));
      assertEquals(value.value, of(high));
      const other = (isBig(kind) ? 1 : 1n) as never;
      for (const wrong of [other, "1", null, undefined] as never[]) {
        assertThrows(() => value.value = wrong, TypeError);
        assertThrows(() => value.add(wrong), TypeError);
      }
      if (!isBig(kind)) {
        for (const part of [0.5, NaN, Infinity]) assertThrows(() => value.value = part as never, RangeError);
      }
    });
  }
}

test("floats keep every value of theirs, and have no add and compareExchange", () => {
  for (const kind of ["float64", "d", "float32", "f"] as const) {
    using value = new SharedValue(kind, 1.5);
    assertEquals(value.value, 1.5);
    for (const number of [-0, NaN, Infinity, -Infinity, 2 ** -149, 3]) {
      value.value = number;
      assert(Object.is(value.value, number), `${kind} ${number}`);
    }
    value.value = 0.1;
    assertEquals(value.value, kind === "float64" || kind === "d" ? 0.1 : Math.fround(0.1));
    assertThrows(() => value.add(1), TypeError, "lock");
    assertThrows(() => value.compareExchange(1, 2), TypeError);
    assertThrows(() => value.value = 1n as never, TypeError);
  }
});

test("an unknown kind, and Python's characters, are TypeErrors", () => {
  for (const kind of ["int7", "c", "u", "toString", 5, undefined]) {
    assertThrows(() => new SharedValue(kind as never), TypeError, "kind");
    assertThrows(() => new SharedArray(kind as never, 1), TypeError, "kind");
  }
});

test("lock: an RLock of its own, none, or the one that is given; anything else is a TypeError", () => {
  const value = new SharedValue("int32");
  assert(value.lock instanceof RLock);
  assertStrictEquals(value.lock, value.lock);
  value.lock.acquireSync();
  value.lock.acquireSync();
  value.lock.release();
  value.lock.release();
  assertEquals(new SharedValue("int32", 0, { lock: false }).lock, null);
  for (const lock of [new Lock(), new RLock()]) {
    const own = new SharedValue("int32", 0, { lock });
    const array = new SharedArray("int32", 3, { lock });
    assertStrictEquals(own.lock, lock);
    assertStrictEquals(array.lock, lock);
    const again = SharedValue.attach(own.handle);
    lock.acquireSync();
    assertEquals(again.lock!.locked(), true);
    lock.release();
    own.close();
    assertEquals(lock.locked(), false);
  }
  for (const lock of [5, "lock", null, {}, new Queue(), new Semaphore(1)]) {
    assertThrows(() => new SharedValue("int32", 0, { lock: lock as never }), TypeError, "lock");
  }
  const closed = new Lock();
  closed.close();
  assertEquals((thrown(() => new SharedValue("int32", 0, { lock: closed })) as IsthmusError).code, "ISTHMUS_CLOSED");
  assertThrows(() => new SharedValue("int32", 0, { locks: true } as never), TypeError, "locks");
  assertThrows(() => new SharedValue("int32", 0, 5 as never), TypeError, "5");
});

test("close is idempotent; every use afterwards says so; nothing stays open", () => {
  const before = openObjects();
  const value = new SharedValue("int32", 3);
  const array = new SharedArray("int32", 100_000);
  const { handle } = value;
  assertThrows(() => SharedArray.attach(handle), TypeError, "SharedValue.attach");
  for (const object of [value, array]) {
    object.lock!.acquireSync();
    object.lock!.release();
    object.close();
    object.close();
    object[Symbol.dispose]();
  }
  const uses = [
    () => value.value,
    () => value.value = 1,
    () => value.add(1),
    () => value.lock,
    () => value.handle,
    () => array.view,
    () => array.at(0),
    () => array.set(0, 1),
    () => array.slice(),
    () => array.fill(0),
    () => [...array],
  ];
  for (const use of uses) assertEquals((thrown(use) as IsthmusError).code, "ISTHMUS_CLOSED", String(use));
  assertEquals((thrown(() => SharedValue.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
  assertEquals(openObjects(), before);
});

test("values and arrays travel in items, with their locks, and the last holder frees them", async () => {
  const before = openObjects();
  const queue = new Queue<{ value: SharedValue<"int32">; arrays: Map<string, SharedArray<"float64">> }>();
  const value = new SharedValue("int32", 1);
  const array = new SharedArray("float64", [1, 2]);
  queue.putNowait({ value, arrays: new Map([["a", array]]) });
  value.close();
  array.close();
  const item = await queue.get();
  item.value.add(4);
  const arrived = item.arrays.get("a")!;
  assertEquals([item.value.value, ...arrived], [5, 1, 2]);
  arrived.lock!.acquireSync();
  arrived.lock!.release();
  item.value.close();
  arrived.close();
  queue.close();
  assertEquals(openObjects(), before);
});

test("a loop that only reads sees what another thread writes", () => {
  const value = new SharedValue("int32");
  const array = new SharedArray("float64", 2);
  const worker = new Process({ module, target: "addUp", args: [value, array, 200] }).start();
  const end = performance.now() + 20_000;
  let looks = 0;
  while (value.value < 200) if (++looks % 1_000_000 === 0) assert(performance.now() < end, "value");
  while (array.at(0) !== 200) if (++looks % 1_000_000 === 0) assert(performance.now() < end, "at");
  assertEquals(worker.joinSync({ timeout: 20_000 }), true);
});

test("add is atomic, and so is what happens under the lock, between threads", async () => {
  const value = new SharedValue("int32");
  const array = new SharedArray("float64", 2);
  const args = [value, array, 2000];
  const workers = [1, 2].map(() => new Process({ module, target: "addUp", args }).start());
  for (const worker of workers) assertEquals(await worker.join({ timeout: 30_000 }), true);
  assertEquals(workers.map((worker) => worker.error), [null, null]);
  assertEquals([value.value, ...array], [4000, 4000, -4000]);
});
