import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { decode } from "../../core/encode/decode.ts";
import { encode } from "../../core/encode/encode.ts";
import { Inbox, Outbox } from "../../core/encode/scratch.ts";
import { describe, noShared } from "./encode_helper.ts";

const twice = { a: 1 };
/** Of each way to write something, one that may be the first for which there is no room. */
const VALUES: readonly unknown[] = [
  ...[null, undefined, true, 7, 1 << 30, 0.5, -0, 12n, 1n << 90n, "", "ab", "a short text", "ü".repeat(30), "文"],
  ...["a longer text, beyond what is short, of some length", new Date(5), /a/g, new Number(3), Object("boxed")],
  ...[{}, { a: {} }, { a: { b: {} } }, { a: 1, b: "text", c: [1, 2, 3] }, [twice, twice]],
  ...[[], [[]], [1, 2, 3], [1, 300, 70000], [0.5, 1], [1, "a"], ["a", 1], [, 1], [[[[]]]], [{}, {}, {}]],
  ...[new Map([[1, {}]]), new Set([[], "a"]), new Map(), new Set(), new Error("no"), new TypeError("yes")],
  ...[new Uint8Array([1, 2, 3]), new Float64Array(2), new ArrayBuffer(5), { a: new Uint8Array(3) }],
  Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`key${i}`, i])),
];

test("whatever has no room in the scratch makes it larger, wherever in the item that is", () => {
  for (const value of VALUES) {
    const whole = new Outbox();
    encode(value, whole, noShared);
    const size = new Outbox().bytes.length;
    for (let start = size; start >= size - whole.length - 160; start -= 8) {
      const out = new Outbox();
      out.length = start;
      encode(value, out, noShared);
      const from = new Inbox();
      from.reserve(out.length);
      from.bytes.set(out.bytes.subarray(0, out.length));
      assertEquals(describe(decode(from, start, out.length, noShared)), describe(value), `${start} of ${size}`);
    }
  }
});
