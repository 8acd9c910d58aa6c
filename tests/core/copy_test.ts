import { Buffer } from "node:buffer";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { copyOf } from "../../adapters/copy.ts";
import { detect } from "../../adapters/detect.ts";
import { type CopyBytes, portableCopy } from "../../core/copy.ts";
import { plainView } from "../../core/real_view.ts";

const { name } = detect();
const ways: Record<string, CopyBytes> = { portable: portableCopy, [name]: copyOf(name) };

const SIZE = 200_000;
const shared = () => new Uint8Array(new SharedArrayBuffer(SIZE));
const own = () => new Uint8Array(new ArrayBuffer(SIZE + 3), 3);

/** Copies `length` bytes by `copy`, and checks them, and that nothing beside them has changed. */
function check(
  copy: CopyBytes,
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  length: number,
): void {
  for (let i = 0; i < source.length; i++) source[i] = i * 7 + (i >> 8);
  target.fill(99);
  copy(target, at, source, from, length);
  const expected = new Uint8Array(target.length).fill(99);
  for (let i = 0; i < length; i++) expected[at + i] = source[from + i];
  assertEquals(Buffer.compare(target, expected), 0, `${length} bytes from ${from} to ${at}`);
}

for (const [way, copy] of Object.entries(ways)) {
  test(`${way}: what is copied arrives, into shared memory, out of it and beside it, however it lies`, () => {
    for (const [to, from] of [[shared, own], [own, shared], [own, own]]) {
      const [target, source] = [to(), from()];
      for (const length of [0, 1, 511, 512, 32_768, 100_001]) {
        for (const [at, begin] of [[0, 0], [8, 24], [5, 0], [0, 3], [7, 6]]) {
          check(copy, target, at, source, begin, length);
        }
      }
    }
  });

  test(`${way}: copies up to the very ends`, () => {
    const [target, source] = [shared(), own()];
    for (const length of [1, 4096]) check(copy, target, SIZE - length, source, SIZE - length, length);
  });

  test(`${way}: copies the whole of a source, misaligned or not`, () => {
    for (const shift of [0, 3]) {
      const source = new Uint8Array(new ArrayBuffer(70_000 + shift), shift);
      check(copy, shared(), 5, source, 0, source.length);
    }
  });
}

test("a plain view is what an array really sees", () => {
  class Boastful extends Uint8Array {
    override get byteLength(): number {
      return 100;
    }
    override get buffer(): ArrayBuffer {
      return new ArrayBuffer(100);
    }
  }
  const buffer = new ArrayBuffer(50);
  const view = plainView(new Boastful(buffer, 4, 6));
  assertEquals([view.buffer === buffer, view.byteOffset, view.byteLength, view.constructor], [true, 4, 6, Uint8Array]);
});
