/** SharedArray. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { SharedArray } from "../../mod.ts";
import { blocksInUse } from "./queue_helper.ts";

const views = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  ...{ b: Int8Array, B: Uint8Array, h: Int16Array, H: Uint16Array, i: Int32Array, I: Uint32Array },
  ...{ l: BigInt64Array, L: BigUint64Array, q: BigInt64Array, Q: BigUint64Array, f: Float32Array, d: Float64Array },
} as const;

test("each kind has its typed array as view, over shared memory", () => {
  for (const [kind, view] of Object.entries(views)) {
    using array = new SharedArray(kind as keyof typeof views, 5, { lock: false });
    assertInstanceOf(array.view, view);
    assertInstanceOf(array.view.buffer, SharedArrayBuffer);
    assertEquals([array.length, array.view.length], [5, 5]);
    const one = kind.startsWith("big") || "lLqQ".includes(kind) ? 1n : 1;
    array.view[4] = one;
    assertEquals(array.at(-1), one as never);
    array.set(0, one as never);
    assertEquals(array.view[0], one);
    assertStrictEquals(array.view, array.view);
  }
});

test("a length gives zeros, also in memory used before; values are copied", () => {
  for (const length of [0, 1, 112, 113, 10_000, 100_000]) {
    for (let round = 0; round < 2; round++) {
      using array = new SharedArray("float64", length, { lock: false });
      assertEquals(array.length, length);
      assert(array.view.every((value) => value === 0));
      array.fill(7);
    }
  }
  const source = [1, 2, 3];
  for (const values of [source, new Set(source), Int16Array.of(1, 2, 3), { length: 3, 0: 1, 1: 2, 2: 3 }]) {
    assertEquals([...new SharedArray("int32", values)], source);
  }
  function* generate() {
    yield* source;
  }
  const array = new SharedArray("int32", generate());
  source[0] = 9;
  assertEquals([...array], [1, 2, 3]);
});

test("lengths and values are checked before anything is made", () => {
  for (const length of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => new SharedArray("int8", length), RangeError, "length");
  }
  for (const wrong of [null, undefined, {}, "123", 5n]) {
    assertThrows(() => new SharedArray("int8", wrong as never), TypeError);
  }
  assertThrows(() => new SharedArray("int8", [1, 128]), RangeError, "element 1");
  assertThrows(() => new SharedArray("int8", [1, "2"] as never), TypeError, "element 1");
  assertThrows(() => new SharedArray("bigint64", [1] as never), TypeError, "bigint");
});

test("at is that of Array.prototype", () => {
  const array = new SharedArray("int32", [10, 20, 30]);
  const plain = [10, 20, 30];
  for (const index of [0, 2, -1, -3, 3, -4, 1.9, -0.5, NaN, Infinity, -Infinity, "1", undefined, 2 ** 40] as number[]) {
    assertEquals(array.at(index), plain.at(index), String(index));
  }
});

test("set takes an index from 0 to length - 1 alone, and values that do not wrap", () => {
  const array = new SharedArray("uint8", [1, 2, 3]);
  array.set(2, 255);
  for (const index of [-1, 3, 0.5, NaN]) assertThrows(() => array.set(index, 1), RangeError, "index");
  assertThrows(() => array.set("1" as never, 1), TypeError, "index");
  for (const value of [-1, 256, 1.5]) assertThrows(() => array.set(0, value), RangeError, String(value));
  assertThrows(() => array.set(0, 1n as never), TypeError);
  assertEquals([...array], [1, 2, 255]);
});

test("slice is a private copy, fill sets a stretch", () => {
  const array = new SharedArray("int16", [1, 2, 3, 4]);
  const copy = array.slice();
  assertInstanceOf(copy, Int16Array);
  assertInstanceOf(copy.buffer, ArrayBuffer);
  assertStrictEquals(array.fill(9, 1, -1), array);
  assertEquals([...copy, ...array], [1, 2, 3, 4, 1, 9, 9, 4]);
  assertEquals([...array.slice(-2), ...array.slice(1, 2)], [9, 4, 9]);
  for (const value of [40_000, 0.5]) assertThrows(() => array.fill(value), RangeError);
  assertThrows(() => array.fill("1" as never), TypeError);
  assertEquals([...array.fill(0)], [0, 0, 0, 0]);
});

test("a second handle sees the same elements; large arrays lie in one piece and are freed by the last", () => {
  new SharedArray("int8", 1).close();
  const before = blocksInUse();
  const array = new SharedArray("uint32", 1_000_000, { lock: false });
  assert(blocksInUse() >= before + 61);
  const again = SharedArray.attach<"uint32">(array.handle);
  assertEquals(again.lock, null);
  array.set(999_999, 5);
  again.view[500_000] = 6;
  Atomics.add(again.view, 0, 7);
  assertEquals([array.at(0), array.at(500_000), again.at(-1)], [7, 6, 5]);
  array.close();
  assertEquals(again.at(-1), 5);
  again.close();
  assertEquals(blocksInUse(), before);
});

test("arrays that come and go between others find their room", () => {
  const before = blocksInUse();
  const kept: SharedArray<"uint8">[] = [];
  for (let i = 0; i < 200; i++) {
    const array = new SharedArray("uint8", (i * 7919) % 400_000, { lock: false });
    array.fill(i);
    if (i % 3) kept.push(array);
    else array.close();
    if (kept.length > 20) kept.splice(i % 20, 1)[0]!.close();
    for (const other of kept) assertEquals(other.length === 0 || other.at(0) === other.at(-1), true);
  }
  for (const array of kept) array.close();
  assert(blocksInUse() <= before + 1);
});
