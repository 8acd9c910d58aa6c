import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { encode, SHARED, type SharedObjects } from "../../core/encode/encode.ts";
import { Outbox } from "../../core/encode/scratch.ts";
import { IsthmusError, NotSerializable, QueueEmpty, QueueError } from "../../core/errors.ts";
import { decoded, encoded, noShared, roundTrip } from "./encode_helper.ts";

test("getters run once and in order, also when the scratch grows meanwhile", () => {
  const calls: string[] = [];
  const item = {
    get a() {
      calls.push("a");
      return "x".repeat(300_000);
    },
    get b() {
      calls.push("b");
      return Array.from({ length: 100_000 }, (_, i) => ({ i }));
    },
    c: new Map([["k", {
      get d() {
        calls.push("d");
        return new Uint8Array(10_000);
      },
    }]]),
  };
  const copy = roundTrip(item) as { a: string; b: { i: number }[] };
  assertEquals(calls, ["a", "b", "d"]);
  assertStrictEquals(copy.a.length, 300_000);
  assertStrictEquals(copy.b[99_999].i, 99_999);
});

test("an element that is a getter runs once, whatever comes before it", () => {
  for (const before of [[], [1, 2], [1, 1000], [0.5], ["a"]]) {
    let calls = 0;
    const item = [...before, 0, 7];
    Object.defineProperty(item, before.length, { get: () => ++calls, enumerable: true });
    assertEquals(roundTrip(item), [...before, 1, 7]);
    assertStrictEquals(calls, 1);
  }
});

test("what throws when asked what it is travels all the same", () => {
  const strict = new Proxy({ a: 1 }, {
    get(target, key) {
      if (!Object.hasOwn(target, key)) throw new Error(`no property ${String(key)}`);
      return Reflect.get(target, key);
    },
  });
  const thrower = {
    get() {
      throw new Error("asked");
    },
  };
  const hidden = Object.defineProperties({ a: 1 }, { constructor: thrower, [Symbol.toStringTag]: thrower });
  for (const item of [strict, hidden]) assertEquals(roundTrip(item), { a: 1 });
});

test("a getter may encode another item, of the same shape too", () => {
  const inner: unknown[] = [];
  const make = (depth: number): object => ({
    id: depth,
    get next() {
      if (depth === 0) return null;
      inner.push(roundTrip(make(depth - 1)));
      return [depth];
    },
    last: { id: depth },
  });
  assertEquals(roundTrip(make(3)), { id: 3, next: [3], last: { id: 3 } });
  assertEquals(inner.at(-1), { id: 2, next: [2], last: { id: 2 } });
});

test("a getter that fails in a call within a call disturbs nobody", () => {
  const item = {
    a: { x: 1 },
    get b() {
      assertThrows(() => encoded({ a: [() => 1] }), NotSerializable);
      return { x: 2 };
    },
    c: { x: 3 },
  };
  assertEquals(roundTrip(item), { a: { x: 1 }, b: { x: 2 }, c: { x: 3 } });
});

test("several items one after another in one outbox", () => {
  const out = new Outbox();
  const items = [
    1,
    "two",
    { three: [new Uint8Array(20_000).fill(3)] },
    { three: new Uint8Array(17_000).fill(4) },
    null,
  ];
  const places = items.map((item) => {
    const start = out.length, bulk = out.bulkBytes;
    encode(item, out, noShared);
    assertStrictEquals(out.length % 8, 0);
    return [start, out.length, bulk, out.bulkBytes];
  });
  const area = new Uint8Array(out.bulkBytes);
  out.bulks.reduce((at, bulk) => (area.set(bulk, at), at + Math.ceil(bulk.length / 8) * 8), 0);
  for (const [i, [start, end, from, to]] of places.entries()) {
    assertEquals(decoded({ bytes: out.bytes.slice(start, end), bulks: area.slice(from, to) }), items[i]);
  }
});

test("a lone view brings only what it sees; several share a buffer", () => {
  const pool = new Uint8Array(1000).map((_, i) => i);
  const lone = roundTrip(pool.subarray(100, 103)) as Uint8Array;
  assertEquals([...lone], [100, 101, 102]);
  assertStrictEquals(lone.buffer.byteLength, 3);
  const [a, b] = roundTrip([pool.subarray(11, 13), new Float64Array(pool.buffer, 16, 2)]) as [Uint8Array, Float64Array];
  assertStrictEquals(a.buffer, b.buffer as ArrayBufferLike);
  assertEquals([...a], [11, 12]);
  assertEquals([...new Uint8Array(b.buffer, b.byteOffset, 16)], [...pool.subarray(16, 32)]);
  assertEquals([...new Uint8Array(b.buffer, 0, 3)], [0, 0, 0], "what nobody sees stays behind");
});

test("more buffers than a short list holds", () => {
  const buffers = Array.from({ length: 100 }, (_, i) => new Uint8Array([i, i, i]));
  const copy = roundTrip([buffers, buffers.map((b) => b.subarray(1))]) as Uint8Array[][];
  for (let i = 0; i < 100; i++) {
    assertEquals([...copy[1][i]], [i, i]);
    assertStrictEquals(copy[0][i].buffer, copy[1][i].buffer);
  }
});

test("a resizable buffer arrives resizable", () => {
  type Resizable = ArrayBuffer & { resize?(length: number): void; maxByteLength: number };
  const buffer = new (ArrayBuffer as new (n: number, o: object) => Resizable)(8, { maxByteLength: 64 });
  if (buffer.resize === undefined) return;
  const copy = roundTrip(buffer) as Resizable;
  assertEquals([copy.byteLength, copy.maxByteLength], [8, 64]);
});

test("errors keep class, name, message, stack, cause; ours keep what tells them", () => {
  class Mine extends Error {
    override name = "Mine";
  }
  const mine = roundTrip(new Mine("m")) as Error;
  assertEquals([mine.name, mine.message, Object.keys(mine).length], ["Mine", "m", 0]);
  const cause = { deep: [1] };
  const range = new RangeError("r", { cause });
  const copy = roundTrip(range) as Error;
  assert(copy instanceof RangeError);
  assertEquals([copy.name, copy.message, copy.stack, copy.cause], ["RangeError", "r", range.stack, cause]);
  const self = new Error("self");
  self.cause = self;
  const selfCopy = roundTrip(self) as Error;
  assertStrictEquals(selfCopy.cause, selfCopy);
  const empty = roundTrip(new QueueEmpty("none came")) as QueueEmpty;
  assert(QueueEmpty.is(empty) && empty instanceof QueueError && empty instanceof IsthmusError);
  assertEquals([empty.name, empty.code, empty.message], ["QueueEmpty", "ISTHMUS_QUEUE_EMPTY", "none came"]);
  const several = roundTrip(new AggregateError([new TypeError("t"), 2], "a")) as AggregateError;
  assert(several instanceof AggregateError && several.errors[0] instanceof TypeError);
  const dom = roundTrip(new DOMException("stop", "AbortError")) as DOMException;
  assertEquals([dom instanceof DOMException, dom.name, dom.message], [true, "AbortError", "stop"]);
});

test("SharedArrayBuffers go by a list of their own where that is allowed", () => {
  const buffer = new SharedArrayBuffer(16), buffers: SharedArrayBuffer[] = [];
  const bytes = encoded({ buffer, again: buffer, view: new Int16Array(buffer, 2, 3) }, noShared, buffers);
  assertEquals(buffers, [buffer]);
  const copy = decoded(bytes, noShared, buffers) as { buffer: unknown; again: unknown; view: Int16Array };
  assertStrictEquals(copy.buffer, buffer);
  assertStrictEquals(copy.again, buffer);
  assertStrictEquals(copy.view.buffer, buffer as ArrayBufferLike);
  assertEquals([copy.view.byteOffset, copy.view.length], [2, 3]);
});

test("shared objects go by their reference, each once", () => {
  class Handle {
    readonly cell: number;
    constructor(cell: number) {
      this.cell = cell;
    }
    get [SHARED]() {
      return true;
    }
  }
  const shared: SharedObjects = {
    refOf(value) {
      if (!(value instanceof Handle)) return undefined;
      if (value.cell === 0) throw "is closed; put it before it is closed";
      return { cell: value.cell, generation: 0xffffff01 };
    },
    open: (cell, generation) => ({ cell, generation }),
  };
  const handle = new Handle(7);
  const out = new Outbox();
  encode([handle, { handle }, new Handle(9)], out, shared);
  assertEquals(out.refs, [7, 0xffffff01, 9, 0xffffff01]);
  const copy = decoded(encoded([handle, { handle }, 1], shared), shared) as [object, { handle: object }];
  assertEquals(copy[0], { cell: 7, generation: 0xffffff01 });
  assertStrictEquals(copy[1].handle, copy[0]);
  const error = assertThrows(() => encoded({ q: new Handle(0) }, shared), NotSerializable);
  assert((error as Error).message.startsWith("item.q is closed"));
});

test("what an item refers to twice stays one object, in many calls after one another, and calls within", () => {
  for (let call = 0; call < 1200; call++) {
    const shared = { call };
    const objects = Array.from({ length: call % 3 === 0 ? 40 : 3 }, (_, i) => ({ i }));
    const inner = {
      get nested() {
        const [one, two] = roundTrip([shared, shared]) as object[];
        return one === two;
      },
    };
    const [first, list, second, { nested }] = roundTrip([shared, [...objects, objects[1]], shared, inner]) as [
      object,
      object[],
      object,
      { nested: boolean },
    ];
    assertEquals([first === second, list[1] === list.at(-1), list[0] === list[1], nested], [true, true, false, true]);
  }
});

test("an item knows nothing of the objects of the one before, however many these were", () => {
  for (const count of [30, 31, 32, 33, 34, 100]) {
    const old = Array.from({ length: count }, (_, i) => ({ name: `old ${i}` }));
    for (const again of [0, count - 1]) {
      roundTrip([...old, old[again]]);
      const fresh = Array.from({ length: 40 }, (_, i) => ({ name: `new ${i}` }));
      fresh[35] = old[5];
      fresh[36] = fresh[2];
      const copy = roundTrip(fresh) as typeof fresh;
      assertEquals(copy, fresh);
      assert(copy[36] === copy[2] && copy[35] !== copy[5], `${count} objects, number ${again} again`);
    }
  }
});
