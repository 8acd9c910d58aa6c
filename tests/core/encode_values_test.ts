import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { describe, encoded, roundTrip } from "./encode_helper.ts";

/** Whatever structuredClone copies, the codec copies the same. */
function alike(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    test(`arrives as structuredClone gives it: ${name}`, () => {
      assertEquals(describe(roundTrip(value)), describe(structuredClone(value)));
    });
  }
}

const integers = [0, 1, -1, 127, 128, -128, -129, 2 ** 23 - 1, 2 ** 23, -(2 ** 23), -(2 ** 23) - 1];
const numbers = [
  ...integers,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  -0,
  NaN,
  Infinity,
  -Infinity,
  0.1,
  5e-324,
];
for (const number of numbers) {
  test(`number ${Object.is(number, -0) ? "-0" : number}, alone and in a list`, () => {
    assert(Object.is(roundTrip(number), number));
    assert(Object.is((roundTrip([number]) as number[])[0], number));
    assert(Object.is((roundTrip([1, number, "x"]) as number[])[1], number));
  });
}

test("strings of every length up to 300, in each alphabet, alone and in a list", () => {
  for (let length = 0; length <= 300; length++) {
    for (const letter of ["a", "é", "字", "\ud800", "\udc00", "\0", "\xff", "\u0100", "😀"]) {
      const text = letter.repeat(length);
      assertStrictEquals(roundTrip(text), text);
      const mixed = `${"b".repeat(length)}${letter}`;
      assertEquals(roundTrip([text, mixed, 1]), [text, mixed, 1]);
    }
  }
});

test("long strings", () => {
  for (const letter of ["a", "é", "字", "\ud800x", "\ufeff"]) {
    const text = letter.repeat(100_001);
    assertStrictEquals(roundTrip(text), text);
  }
});

test("bigints of every size", () => {
  for (let bits = 0n; bits < 600n; bits += 7n) {
    for (const value of [1n << bits, -(1n << bits), (1n << bits) - 1n, 1n - (1n << bits)]) {
      assertStrictEquals(roundTrip(value), value);
    }
  }
  assertStrictEquals(roundTrip(1n << 100_000n), 1n << 100_000n);
});

const shared = { a: 1 };
const cycle: Record<string, unknown> = { name: "cycle", list: [] };
cycle.self = cycle;
(cycle.list as unknown[]).push(cycle, cycle.list);
const cyclicMap = new Map<unknown, unknown>();
cyclicMap.set(cyclicMap, new Set([cyclicMap]));
const many = Array.from({ length: 100 }, (_, i) => ({ i }));
const deepSparse: unknown[] = [1, , 3];
deepSparse[5000] = { far: true };
class Point {
  x = 1;
  #secret = 2;
  get secret(): number {
    return this.#secret;
  }
}
const inherited = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } });

alike({
  null: null,
  undefined: undefined,
  booleans: [true, false],
  "empty object": {},
  "empty array": [],
  "small object": { id: 1, name: "item 12345", x: [1, 2, 3] },
  "many keys": Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`, i])),
  "keys that are integers": { b: 1, 2: "two", 1: "one", a: 0, "-1": 2, "4294967295": 3 },
  "keys of any text": {
    "": 1,
    "é": 2,
    "字": 3,
    "\ud800": 4,
    ["k".repeat(300)]: 5,
    constructor: 6,
    length: 7,
    toString: 8,
  },
  "symbols as keys": { [Symbol.iterator]: 1, a: 2 },
  "null prototype": Object.assign(Object.create(null), { a: 1 }),
  "class instance": new Point(),
  "inherited properties": inherited,
  getters: {
    get a() {
      return [1];
    },
  },
  "shared references": [shared, { shared }, shared],
  cycle,
  "cyclic map": cyclicMap,
  "references to many": [many, [...many].reverse()],
  holes: [, 1, , , 2, ,],
  "only holes": new Array(7),
  "many holes": new Array(3000),
  sparse: deepSparse,
  "undefined in an array": [undefined, , undefined],
  "match of a pattern": "a1b2".match(/(?<letter>[a-z])\d/),
  "subclass of Array with fields": Object.assign(new (class extends Array {})(), { 0: 1, 1: 2, named: 3 }),
  "numbers, then others": [1, 2, 3, 1000, 70000, 1.5, "x", 2, null],
  "bytes, then a double": [1, 2, 3, 0.5],
  "doubles": [0.5, 1.5, -0, NaN, 3],
  "wide integers": [1000, -70000, 2 ** 31, 3],
  "integers, then a hole": [1, 2, , 3],
  map: new Map<unknown, unknown>([[1, "a"], ["b", { c: 1 }], [NaN, -0], [shared, shared]]),
  set: new Set<unknown>([1, "a", shared, new Set([1])]),
  dates: [new Date(0), new Date(NaN), new Date(8.64e15), new Date(-1.5)],
  patterns: [/a/, /[/\]]+/giu, new RegExp(""), Object.assign(/x/g, { lastIndex: 5 })],
  boxed: [Object(1), Object(-0), Object("text"), Object(true), Object(10n), Object("")],
  "fake map": Object.create(Map.prototype),
  "fake date": Object.assign(Object.create(Date.prototype), { a: 1 }),
  "own tag": { [Symbol.toStringTag]: "Promise", a: 1 },
  "subclass of Map": new (class extends Map<number, number> {
    override get [Symbol.toStringTag]() {
      return "Mine";
    }
  })([[1, 2]]),
  buffer: new Uint8Array([1, 2, 3]).buffer,
  "buffer, twice": ((b) => [b, b, new Uint8Array(b, 1)])(new ArrayBuffer(5)),
  "views with everything in view": [
    new Int8Array([-1]),
    new Uint8Array([1, 2, 3]),
    new Uint8ClampedArray([300]),
    new Int16Array([-1, 2]),
    new Uint16Array([1]),
    new Int32Array([1]),
    new Uint32Array([1, 2]),
    new Float32Array([1.5]),
    new Float64Array([-0, NaN]),
    new BigInt64Array([-1n]),
    new BigUint64Array([1n]),
    new DataView(new ArrayBuffer(3)),
    new Uint8Array(0),
  ],
  "large views": [new Uint8Array(16384).fill(1), new Float64Array(10_000).fill(2), new Uint8Array(16383).fill(3)],
});

test("a sparse array of the greatest length arrives without memory for its holes", () => {
  const huge: unknown[] = [];
  huge[2 ** 32 - 2] = "last";
  const copy = roundTrip(huge) as unknown[];
  assertStrictEquals(copy.length, 2 ** 32 - 1);
  assertEquals(Object.keys(copy), [String(2 ** 32 - 2)]);
});

test("every object of a record keeps its own fields, whatever 200 shapes came before", () => {
  const shapes = Array.from({ length: 200 }, (_, i) => {
    const keys = Array.from({ length: 1 + i % 9 }, (_, j) => `k${(i * 7 + j * 3) % 40}${j}`);
    return (n: number) => Object.fromEntries(keys.map((key, j) => [key, n + j]));
  });
  for (let round = 0; round < 20; round++) {
    for (const [i, make] of shapes.entries()) {
      const value = [make(round), shapes[(i * 31 + round) % 200](i), make(i)];
      assertEquals(roundTrip(value), value);
    }
  }
});

test("objects used as dictionaries, with ever new keys", () => {
  for (let i = 0; i < 20_000; i++) {
    const value = { [`user-${i}`]: i, [`b${i * 7}`]: { [`c${i}`]: 1 } };
    if (i % 100 === 0) assertEquals(roundTrip(value), value);
    else encoded(value);
  }
});

test("__proto__ is a key like any other, and no prototype is touched", () => {
  const value = JSON.parse('{"a": 1, "__proto__": {"polluted": true}, "b": 2}');
  const big = JSON.parse(`{${Array.from({ length: 100 }, (_, i) => `"k${i}": 1`)}, "__proto__": {"polluted": true}}`);
  const list = Object.defineProperty(new (class extends Array {})(), "__proto__", { value: 1, enumerable: true });
  for (const source of [value, big, list]) {
    const copy = roundTrip(source) as object;
    assert(Object.hasOwn(copy, "__proto__"));
    assertEquals(Object.keys(copy), Object.keys(source));
    assertStrictEquals(Object.getPrototypeOf(copy), Array.isArray(source) ? Array.prototype : Object.prototype);
  }
  assertStrictEquals(({} as { polluted?: boolean }).polluted, undefined);
});

test("enumerable properties of Object.prototype do not travel", () => {
  const prototype = Object.prototype as unknown as Record<string, unknown>;
  assertEquals(roundTrip({ a: 1 }), { a: 1 });
  prototype.polluted = 1;
  try {
    assertEquals(Object.keys(roundTrip({ a: 1, b: { c: 1 } }) as object), ["a", "b"]);
  } finally {
    delete prototype.polluted;
  }
});

test("Float16Array, where there is one", () => {
  const Class = (globalThis as unknown as { Float16Array?: typeof Float32Array }).Float16Array;
  if (Class === undefined) return;
  const copy = roundTrip(new Class([1.5, 2])) as Float32Array;
  assert(copy instanceof Class);
  assertEquals([...copy], [1.5, 2]);
});

test("a dictionary's keys do not keep the shapes of later objects from being learned", () => {
  for (let i = 0; i < 3000; i++) encoded({ [`first${i}`]: i });
  const list = Array.from({ length: 100 }, (_, i) => ({ learned: i, later: i }));
  for (let i = 0; i < 20; i++) encoded(list);
  assertEquals(roundTrip(list), list);
  assert(encoded(list).bytes.length < 100 * 16, "the keys are sent once");
});

test("an item of more than 4 MiB finds its trailer", () => {
  for (const length of [4_194_280, 4_194_300, 5_000_000, 5_000_003, 5_000_006, 5_000_009]) {
    const item = { text: "x".repeat(length), last: [{ a: 1 }, new Uint8Array(3)] };
    const copy = roundTrip(item) as typeof item;
    assert(copy.text === item.text);
    assertEquals(copy.last, item.last);
  }
});

test("an item that is a Uint8Array travels as its bytes and little more, and arrives with a buffer of its own", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 63, 64, 65, 1024, 16 * 1024 - 1, 16 * 1024]) {
    const around = new Uint8Array(length + 6).map((_, i) => i * 7);
    for (const bytes of [around.slice(3, length + 3), around.subarray(3, length + 3)]) {
      const arrived = roundTrip(bytes) as Uint8Array;
      assertEquals(arrived, bytes);
      assertEquals([arrived.byteOffset, arrived.buffer.byteLength], [0, length]);
      if (length > 0 && length < 16 * 1024) assert(encoded(bytes).bytes.length <= length + 16);
    }
  }
});

test("an item that is another view, or a subclass's, arrives as structuredClone gives it", () => {
  class Own extends Uint8Array {}
  for (
    const bytes of [Uint8ClampedArray.of(1, 2, 3), Own.of(4, 5), Int8Array.of(-1), new DataView(new ArrayBuffer(3))]
  ) {
    assertEquals(describe(roundTrip(bytes)), describe(structuredClone(bytes)));
  }
});

test("an item that is a Uint8Array travels as long as it is, whatever its class says of its length", () => {
  for (const length of [0, 1, 3, 100_000]) {
    class Own extends Uint8Array {
      override get length() {
        return length;
      }
    }
    const bytes = new Own(8).fill(5);
    const arrived = roundTrip(bytes) as Uint8Array;
    assertEquals([arrived.byteLength, ...arrived], [8, 5, 5, 5, 5, 5, 5, 5, 5]);
  }
});

test("an array's elements before one that is no small integer are those that were put", () => {
  for (let length = 1; length <= 9; length++) {
    for (const last of [127, -128, 128, 2 ** 31, 0.5, -0, "x", undefined]) {
      const items = [...Array.from({ length }, (_, i) => (i * 37) % 256 - 128), last];
      assertEquals(roundTrip(items), items);
    }
  }
});
