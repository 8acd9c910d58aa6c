import { Buffer } from "node:buffer";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { detect } from "../../adapters/detect.ts";
import { freshOf } from "../../adapters/fresh.ts";
import { freshBytes, portableFresh } from "../../core/fresh.ts";
import { Queue } from "../../mod.ts";

const { name } = detect();

for (const [way, fresh] of Object.entries({ portable: portableFresh, [name]: freshOf(name) })) {
  test(`${way}: fresh memory is a plain array of its own buffer, which can be transferred`, () => {
    for (const length of [0, 1, 32_767, 32_768, 1_000_001]) {
      const bytes = fresh(length);
      assertEquals(bytes.constructor, Uint8Array);
      assertEquals([bytes.length, bytes.byteOffset, bytes.buffer.byteLength], [length, 0, length]);
      bytes.fill(7);
      const sent = structuredClone(bytes, { transfer: [bytes.buffer] });
      assertEquals([bytes.length, sent.length, sent.every((byte) => byte === 7)], [0, length, true]);
    }
  });
}

test("large bytes arrive in memory that nobody has filled with zeros, where a runtime has such", () => {
  if (name === "deno") return assertEquals(freshBytes, portableFresh);
  const allocate = Buffer.allocUnsafeSlow;
  const asked: number[] = [];
  const queue = new Queue<Uint8Array>();
  try {
    Buffer.allocUnsafeSlow = (length) => {
      asked.push(length);
      return allocate(length);
    };
    for (const length of [100, 1 << 20]) {
      const item = new Uint8Array(length).fill(3);
      queue.putSync(item);
      const got = queue.getSync();
      assert(got.constructor === Uint8Array && Buffer.compare(got, item) === 0);
    }
  } finally {
    Buffer.allocUnsafeSlow = allocate;
    queue.close();
  }
  assertEquals(asked, [1 << 20]);
});
