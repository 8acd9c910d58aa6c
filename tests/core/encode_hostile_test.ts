import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ERROR, INT24, NULL, REFERENCE, TRUE } from "../../core/encode/tags.ts";
import { IsthmusError, NotSerializable } from "../../core/errors.ts";
import { type Bytes, decoded, describe, encoded, roundTrip } from "./encode_helper.ts";

const samples: unknown[] = [
  1.5,
  "short",
  "é".repeat(50),
  -(2n ** 90n),
  { id: 1, name: "item", x: [1, 2, 3], y: [1000, 2], z: [0.5] },
  [{ a: 1 }, { a: 2 }, [, 1], new Array(500), "text".repeat(20)],
  new Map<unknown, unknown>([["k", new Set([1, 2])], [{}, new Date(1)]]),
  [/a+/g, new Error("e", { cause: 1 }), Object(1), new Uint8Array(10), new Float64Array(2), new ArrayBuffer(9)],
  Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`key${i}`, i])),
  [new Uint8Array(20_000), new Uint32Array(5000)],
  new Uint8Array(70).fill(1),
];
const cycle: unknown[] = [];
cycle.push(cycle, { cycle });
samples.push(cycle);

/** Decoding gives a value or the one error, whatever the bytes are. */
function survives(bytes: Bytes): void {
  try {
    describe(decoded(bytes));
  } catch (error) {
    if (!(error instanceof IsthmusError) || error.code !== "ISTHMUS_CORRUPT_ITEM") throw error;
  }
}

test("any bytes decode or are refused", () => {
  fc.assert(
    fc.property(fc.int32Array({ minLength: 0, maxLength: 40 }), fc.boolean(), (words, record) => {
      if (record && words.length > 0) words[0] = 34 | words[0] & 0x3300 | (words[0] & 15) + 1 << 12;
      for (let i = record ? 1 : 0; i < words.length; i++) if (words[i] & 1) words[i] = words[i] >>> 8 & 0xf3f;
      survives({ bytes: new Uint8Array(words.slice(0, words.length & ~1).buffer), bulks: new Uint8Array(0) });
    }),
    { numRuns: 8000 },
  );
});

test("a damaged item decodes to something else or is refused", () => {
  const encodings = samples.map((sample) => encoded(sample));
  fc.assert(
    fc.property(
      fc.nat(samples.length - 1),
      fc.array(fc.tuple(fc.nat(1 << 20), fc.oneof(fc.integer(), fc.nat(40)), fc.boolean()), {
        minLength: 1,
        maxLength: 3,
      }),
      (sample, changes) => {
        const { bytes, bulks } = encodings[sample];
        const damaged = bytes.slice();
        const words = new Int32Array(damaged.buffer);
        for (const [at, value, byte] of changes) {
          if (byte) damaged[at % damaged.length] = value;
          else words[at % words.length] = value;
        }
        survives({ bytes: damaged, bulks });
      },
    ),
    { numRuns: 8000 },
  );
});

test("false counts and lengths are refused before memory is taken or time is spent", () => {
  const bulks = new Uint8Array(0);
  for (const tag of Array.from({ length: 40 }, (_, i) => i)) {
    for (const flags of [0, 0x100, 0x300]) {
      for (const count of [-1, -4, 0x7fffffff, 0x40000000]) {
        const words = new Int32Array([34 | flags | 7 << 12, tag | -256, count, count, count, 0, 0, 0]);
        survives({ bytes: new Uint8Array(words.buffer), bulks });
        const trailer = new Int32Array([34 | flags | 1 << 12, count, 0, 0, 0, 0, 0x42000000, count, 0x42000000, 0]);
        survives({ bytes: new Uint8Array(trailer.buffer), bulks });
        words[0] = 34 | flags | 6 << 12;
        words[1] = 16 | 5 << 8;
        words[2] = 35 | tag << 8;
        survives({ bytes: new Uint8Array(words.buffer), bulks });
      }
    }
  }
});

test("an Error whose name, message or stack is no text is refused: String(error) would never end, or throw", () => {
  const bulks = new Uint8Array(0);
  let refused = 0, taken = 0;
  for (const sample of [Object.assign(new Error("m"), { name: "own", stack: "s" }), cycle]) {
    const { bytes } = encoded(sample);
    // A reference to the item itself, and each constant, in the place of each word; each kind of Error, likewise.
    for (let at = 0; at < bytes.length / 4; at++) {
      for (
        const word of [
          REFERENCE,
          NULL,
          TRUE,
          INT24,
          ...Array.from({ length: 8 }, (_, i) => ERROR | (0x3f1 | i) << 8),
        ]
      ) {
        const words = new Int32Array(bytes.slice().buffer);
        words[at] = word;
        let value;
        try {
          value = decoded({ bytes: new Uint8Array(words.buffer), bulks });
        } catch (error) {
          assert(error instanceof IsthmusError && error.code === "ISTHMUS_CORRUPT_ITEM", String(error));
          refused++;
          continue;
        }
        describe(value);
        if (!(value instanceof Error)) continue;
        taken++;
        const { code = "" } = value as { code?: unknown };
        for (const text of [value.name, value.message, value.stack, code]) assertEquals(typeof text, "string");
      }
    }
  }
  assert(refused > 20 && taken > 5, `${refused} refused, ${taken} taken`);
});

test("an item cut short is refused", () => {
  for (const sample of samples) {
    const { bytes, bulks } = encoded(sample);
    for (let length = 0; length < Math.min(bytes.length, 400); length += 8) {
      survives({ bytes: bytes.slice(0, length), bulks });
    }
  }
  assertThrows(() => decoded({ bytes: new Uint8Array(0), bulks: new Uint8Array(0) }), IsthmusError, "decoded");
});

test("property: whatever fast-check makes arrives as structuredClone gives it", () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
    maxDepth: 4,
  });
  fc.assert(
    fc.property(anything, (value) => assertEquals(describe(roundTrip(value)), describe(structuredClone(value)))),
    { numRuns: 1000 },
  );
});

test("property: graphs with shared references and cycles", () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(3)), { maxLength: 40 });
  fc.assert(
    fc.property(edges, (list) => {
      const nodes: unknown[] = Array.from({ length: 10 }, (_, i) => [{}, [], new Map(), new Set()][i % 4]);
      for (const [from, to, key] of list) {
        const node = nodes[from];
        if (node instanceof Map) node.set(nodes[to], key);
        else if (node instanceof Set) node.add(nodes[to]);
        else (node as Record<string, unknown>)[Array.isArray(node) ? key : `k${key}`] = nodes[to];
      }
      assertEquals(describe(roundTrip(nodes)), describe(structuredClone(nodes)));
    }),
    { numRuns: 1000 },
  );
});

const nestings: Record<string, (inner: unknown) => unknown> = {
  objects: (inner) => ({ inner }),
  arrays: (inner) => [inner],
  maps: (inner) => new Map([["k", inner]]),
  "keys of maps": (inner) => new Map([[inner, 1]]),
  sets: (inner) => new Set([inner]),
  errors: (inner) => Object.assign(new Error("e", { cause: inner }), { stack: "s" }),
  dictionaries: (inner) => ({ ...Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`k${i}`, 0])), inner }),
};
const all = Object.values(nestings);
nestings["all of them"] = (inner) => all.reduce((value, nest) => nest(value), inner);

for (const [name, nest] of Object.entries(nestings)) {
  test(`a thousand levels of ${name}`, () => {
    let value: unknown = "core";
    const levels = name === "all of them" ? 1000 / all.length : 1000;
    for (let i = 1; i < levels; i++) value = nest(value);
    assertEquals(encoded(roundTrip(value)).bytes, encoded(value).bytes);
  });
}

test("too many levels are refused with the reason", () => {
  for (const levels of [1501, 100_000]) {
    let value: unknown = "core";
    for (let i = 0; i < levels; i++) value = { value };
    const error = assertThrows(() => encoded(value), NotSerializable) as Error;
    assert(error.message.includes("nested too deep"), error.message);
  }
  assertStrictEquals(roundTrip(1), 1);
});

test("a deep item put from a deep call either goes or is refused", () => {
  let value: unknown = "core";
  for (let i = 0; i < 1400; i++) value = { value };
  const dive = (depth: number): number => {
    if (depth > 0) return dive(depth - 1) + 1;
    encoded(value);
    return 0;
  };
  let refused = 0;
  for (let depth = 1000; depth < 15_000; depth += 250) {
    try {
      dive(depth);
    } catch (error) {
      if (error instanceof NotSerializable) refused++;
      else if (!(error instanceof RangeError)) throw error;
    }
    assertEquals(roundTrip({ still: "works" }), { still: "works" });
  }
  assert(refused >= 0);
});
