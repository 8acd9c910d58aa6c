import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { createArena } from "../../core/arena.ts";
import { encode } from "../../core/encode/encode.ts";
import { Outbox } from "../../core/encode/scratch.ts";
import { NotSerializable } from "../../core/errors.ts";
import type { Region } from "../../core/region.ts";
import { encoded, noShared, roundTrip } from "./encode_helper.ts";

function refusal(item: unknown): string {
  const error = assertThrows(() => encoded(item), NotSerializable) as NotSerializable;
  assertStrictEquals(error.item, item);
  return error.message;
}

const fn = () => 1;
const paths: [string, unknown, string][] = [
  ["the item itself", fn, "item is a function"],
  ["a property", { tasks: [0, 1, 2, { callback: fn }] }, "item.tasks[3].callback is a function"],
  ["a key that is no name", { "a b": { "é": Symbol("s") } }, 'item["a b"]["é"] is a symbol'],
  ["a value of a Map", { m: new Map([["k", [fn]]]) }, 'item.m.get("k")[0] is a function'],
  ["a key of a Map", new Map<unknown, unknown>([[1, 1], [2, 2], [{ a: fn }, 3]]), "item key 2.a is a function"],
  ["a value under an odd key", new Map<unknown, unknown>([[{}, fn]]), "item.get(an object) is a function"],
  ["an element of a Set", new Set([1, fn]), "item element 1 is a function"],
  ["a cause", new Error("x", { cause: { fn } }), "item.cause.fn is a function"],
  ["an array's named property", Object.assign("a".match(/a/)!, { fn }), "item.fn is a function"],
  ["far out in a sparse array", Object.assign(new Array(9000), { 8000: fn }), "item[8000] is a function"],
  ["a symbol", [Symbol.iterator], "item[0] is a symbol"],
  ["a promise", [Promise.resolve()], "item[0] is a Promise"],
  ["a WeakMap", new WeakMap(), "item is a WeakMap"],
  ["a WeakSet", new WeakSet(), "item is a WeakSet"],
  ["a WeakRef", new WeakRef({}), "item is a WeakRef"],
  ["a generator", (function* () {})(), "item is a Generator"],
  ["an iterator", new Map().entries(), "item is a Map Iterator"],
  ["an AbortSignal", { signal: new AbortController().signal }, "item.signal is an AbortSignal"],
  ["a Blob", new Blob([]), "item is a Blob"],
  ["a boxed symbol", Object(Symbol("x")), "item is a Symbol"],
  ["a format", new Intl.NumberFormat("en"), "item is a NumberFormat"],
  ["a SharedArrayBuffer", { b: new SharedArrayBuffer(8) }, "item.b is a SharedArrayBuffer"],
  ["a handle", { arena: createArena(), cell: 1 }, "item.arena is the memory in the handle of a shared object"],
  [
    "a handle with a window",
    { arena: createArena(4 << 20, () => ({ whole: createArena(), beginning: createArena() }) as Region), cell: 1 },
    "item.arena.whole is the memory in the handle of a shared object",
  ],
  ["a view on one", new Uint8Array(new SharedArrayBuffer(8)), "item is a view on a SharedArrayBuffer"],
];
for (const [what, item, expected] of paths) {
  test(`the refusal names the culprit: ${what}`, () => {
    const message = refusal(item);
    assert(message.startsWith(expected), message);
    assert(message.length > expected.length + 10, "it says what to do");
  });
}

test("a MessagePort is refused by name", () => {
  const { port1, port2 } = new MessageChannel();
  assert(refusal({ port: port1 }).startsWith("item.port is a MessagePort"));
  port1.close();
  port2.close();
});

test("a long path is shortened", () => {
  let item: unknown = fn;
  for (let i = 0; i < 100; i++) item = { next: item };
  const message = refusal(item);
  assert(message.includes("… (88 levels) …"), message);
});

test("a transferred buffer is refused", () => {
  const buffer = new ArrayBuffer(8);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  assert(refusal({ buffer }).startsWith("item.buffer is or sees an ArrayBuffer that was transferred"));
  assert(refusal([view]).startsWith("item[0] is or sees an ArrayBuffer that was transferred"));
});

test("what a getter throws is thrown as it is", () => {
  const mine = new Error("mine");
  const item = {
    a: [1],
    get b() {
      throw mine;
    },
  };
  assertStrictEquals(assertThrows(() => encoded(item)), mine);
});

test("a refusal leaves the outbox as it was, and the codec works on", () => {
  const out = new Outbox();
  encode({ first: new Uint8Array(20_000) }, out, noShared);
  const { length, bulkBytes } = out;
  const before = out.bytes.slice(0, length);
  const buffers: SharedArrayBuffer[] = [];
  const item = [new Uint8Array(30_000), new SharedArrayBuffer(8), "x".repeat(200_000), { a: { b: fn } }];
  assertThrows(() => encode(item, out, noShared, { buffers }), NotSerializable);
  assertEquals([out.length, out.bulkBytes, out.bulks.length, out.refs.length, buffers.length], [
    length,
    bulkBytes,
    1,
    0,
    0,
  ]);
  assertEquals(out.bytes.slice(0, length), before);
  assertEquals(roundTrip({ a: { b: 1 } }), { a: { b: 1 } });
});
