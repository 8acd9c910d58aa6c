import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { detect } from "../../adapters/detect.ts";
import { freshBy, freshOf } from "../../adapters/fresh.ts";
import { type FreshBytes, freshBytes, portableFresh, setFresh } from "../../core/fresh.ts";
import { SHARED } from "../../core/encode/encode.ts";
import { BLOCK_WORDS } from "../../core/layout.ts";
import { type Codec, IsthmusError, Pipe, Queue } from "../../mod.ts";

const { name } = detect();
const LARGE = 1 << 20;

for (const [way, fresh] of Object.entries({ portable: portableFresh, [name]: freshOf(name) })) {
  test(`${way}: fresh memory is a plain array of its own buffer, which can be transferred`, () => {
    for (const length of [0, 1, 32_767, 32_768, 1_000_001]) {
      const bytes = fresh(length);
      assertEquals(bytes.constructor, Uint8Array);
      assert(bytes.buffer instanceof ArrayBuffer);
      assertEquals([bytes.length, bytes.byteOffset, bytes.buffer.byteLength], [length, 0, length]);
      bytes.fill(7);
      const sent = structuredClone(bytes, { transfer: [bytes.buffer] });
      assertEquals([bytes.length, sent.length, sent.every((byte) => byte === 7)], [0, length, true]);
    }
  });
}

test("only large arrays are allocated the fast way, and none where its buffers are of another realm", () => {
  const asked: number[] = [];
  const allocate = (length: number) => {
    asked.push(length);
    return new ArrayBuffer(length);
  };
  const fresh = freshBy(allocate);
  asked.length = 0;
  for (const length of [100, LARGE]) assertEquals(fresh(length).length, length);
  assertEquals(asked, [LARGE]);
  const foreign = (length: number) =>
    Object.setPrototypeOf(new ArrayBuffer(length), Object.create(null)) as ArrayBuffer;
  assertEquals(freshBy(foreign), portableFresh);
});

test("Node and Bun have a fast way, and Deno's import loads nothing for one", () => {
  assertEquals(freshBytes === portableFresh, name === "deno");
});

/** Runs `act` where fresh memory is full of something else, and gives how often some was asked for. */
function withDirtyMemory(act: () => void): number {
  const usual: FreshBytes = freshBytes;
  let asked = 0;
  setFresh((length) => {
    asked++;
    return new Uint8Array(length).fill(0xaa);
  });
  try {
    act();
  } finally {
    setFresh(usual);
  }
  return asked;
}

const pattern = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 127);
const isPattern = (bytes: Uint8Array, from = 0) =>
  bytes.every((byte, i) => byte === ((i + from) * 7 + ((i + from) >> 8) & 127));

test("of fresh memory nothing is left as it was: items in every form", () => {
  const queue = new Queue<ArrayBuffer | DataView | Uint8Array[] | Uint8Array>();
  const asked = withDirtyMemory(() => {
    const bytes = pattern(LARGE + 3);
    queue.putSync(bytes);
    assert(isPattern(queue.getSync() as Uint8Array));
    queue.putSync(bytes.buffer);
    assert(isPattern(new Uint8Array(queue.getSync() as ArrayBuffer)));
    queue.putSync(new DataView(bytes.buffer, 5, 100_001));
    const { buffer, byteOffset, byteLength } = queue.getSync() as DataView;
    assert(isPattern(new Uint8Array(buffer, byteOffset, byteLength), 5));
    queue.putSync([bytes.subarray(8, 50_008), bytes.subarray(60_000, 110_000)]);
    const [one, other] = queue.getSync() as Uint8Array[];
    assert(one.buffer === other.buffer && isPattern(one, 8) && isPattern(other, 60_000));
    // What lies between the two travels, too.
    assertEquals([one.length, other.length, new Uint8Array(one.buffer).indexOf(0xaa)], [50_000, 50_000, -1]);
  });
  assertEquals(asked, 4);
  queue.close();
});

test("of fresh memory nothing is left as it was: messages of bytes, and a codec's", () => {
  const codec: Codec<Uint8Array> = { id: "same", encode: (item) => item, decode: (bytes) => bytes };
  const queue = new Queue<Uint8Array>({ codec });
  const [reader, writer] = Pipe({ duplex: false });
  const asked = withDirtyMemory(() => {
    for (const length of [40_000, LARGE + 5]) {
      queue.putSync(pattern(length));
      assert(isPattern(queue.getSync()));
      writer.sendBytesSync(pattern(length));
      assert(isPattern(reader.recvBytesSync()));
    }
  });
  assertEquals(asked, 4);
  for (const object of [queue, reader, writer]) object.close();
});

test("a length that shared memory says and that is more than lies there is refused, inline and out of line", () => {
  const codec: Codec<Uint8Array> = { id: "same", encode: (item) => item, decode: (bytes) => bytes };
  const queue = new Queue<Uint8Array>({ codec });
  const [reader, writer] = Pipe({ duplex: false });
  const { words } = queue[SHARED].thread.memory;
  /** In the first blocks, makes a length that nothing else has one of `wrong`. */
  const overwrite = (length: number, wrong: number) => {
    const found = words.subarray(0, 64 * BLOCK_WORDS).indexOf(length);
    assert(found > 0);
    words[found] = wrong;
  };
  for (const [length, wrong] of [[3331, 3340], [3333, -1], [54_321, 54_329], [54_323, -1]]) {
    queue.putSync(pattern(length));
    overwrite(length, wrong);
    assertThrows(() => queue.getSync(), IsthmusError, "of a codec");
    writer.sendBytesSync(pattern(length + 1));
    overwrite(length + 1, wrong);
    assertThrows(() => reader.recvBytesSync(), IsthmusError, "a message of");
  }
  for (const object of [queue, reader, writer]) object.close();
});
