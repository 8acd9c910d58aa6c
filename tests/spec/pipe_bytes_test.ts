/** sendBytes, recvBytes and recvBytesInto. */
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NotSerializable, Pipe, Queue } from "../../mod.ts";
import { blocksInUse, turns } from "./queue_helper.ts";

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 255);

test("bytes of any length arrive whole, as one message each, by recvBytes and recvBytesInto", async () => {
  const [left, right] = Pipe();
  const before = blocksInUse();
  const target = new Uint8Array(1_000_010);
  for (const length of [0, 1, 7, 8, 9, 1000, 16_383, 16_384, 16_385, 65_536, 300_001, 1_000_000]) {
    const bytes = pattern(length);
    left.sendBytesSync(bytes);
    await left.sendBytes(bytes);
    const got = await right.recvBytes();
    assert(got instanceof Uint8Array && got.buffer instanceof ArrayBuffer);
    assertEquals(got.length, length);
    assertEquals(Buffer.compare(got, bytes), 0);
    target.fill(0);
    assertEquals(right.recvBytesIntoSync(target, 10), length);
    assertEquals(Buffer.compare(target.subarray(10, 10 + length), bytes), 0);
    assertEquals(target.subarray(10 + length).every((byte) => byte === 0), true);
  }
  assert(blocksInUse() <= before + 2);
});

test("offset and size are counted in bytes of the view; an ArrayBuffer and any view will do", async () => {
  const [left, right] = Pipe();
  const bytes = pattern(32);
  left.sendBytesSync(bytes, 5);
  left.sendBytesSync(bytes, 5, 3);
  left.sendBytesSync(bytes, 32);
  left.sendBytesSync(bytes.buffer as ArrayBuffer, 1, 2);
  await left.sendBytes(new Uint32Array(bytes.buffer, 8, 2), 2);
  await left.sendBytes(new DataView(bytes.buffer as ArrayBuffer, 4, 4), 0, 4);
  const got = [];
  while (right.pollSync()) got.push([...right.recvBytesSync()]);
  const parts = [[5, 32], [5, 8], [32, 32], [1, 3], [10, 16], [4, 8]];
  assertEquals(got, parts.map(([from, to]) => [...bytes.subarray(from, to)]));
});

test("an offset or size outside what is given is a RangeError, another type a TypeError", async () => {
  const [left, right] = Pipe();
  const bytes = new Uint8Array(10);
  for (const [offset, size] of [[-1], [11], [0.5], [0, 11], [5, 6], [0, -1], [0, 1.5], [NaN]]) {
    assertThrows(() => left.sendBytesSync(bytes, offset, size), RangeError);
    await assertRejects(() => left.sendBytes(bytes, offset, size), RangeError);
  }
  for (const wrong of ["text", [1], null, 5, {}]) {
    assertThrows(() => left.sendBytesSync(wrong as never), TypeError, "bytes");
  }
  assertThrows(() => left.sendBytesSync(bytes, "1" as never), TypeError, "offset");
  assertThrows(() => right.recvBytesSync(-1), RangeError, "maxLength");
  assertThrows(() => right.recvBytesSync(1.5), RangeError, "maxLength");
  assertThrows(() => right.recvBytesSync("1" as never), TypeError, "maxLength");
  assertThrows(() => right.recvBytesIntoSync(bytes, 11), RangeError, "offset");
  assertThrows(() => right.recvBytesIntoSync(bytes, -1), RangeError, "offset");
  assertThrows(() => right.recvBytesIntoSync(new Uint16Array(1) as never), TypeError, "target");
  assertEquals(right.pollSync(), false);
});

test("a message of the other kind is a TypeError, one that is too long a RangeError; either way it stays", async () => {
  const [left, right] = Pipe<unknown>();
  const long = pattern(40_000);
  for (const bytes of [pattern(100), long]) {
    left.sendBytesSync(bytes);
    assertThrows(() => right.recvSync(), TypeError, "It stays");
    assertThrows(() => right.recvNowait(), TypeError);
    await assertRejects(() => right.recv(), TypeError);
    assertThrows(() => right.recvBytesSync(bytes.length - 1), RangeError, `${bytes.length} bytes`);
    await assertRejects(() => right.recvBytes(0), RangeError);
    assertThrows(() => right.recvBytesIntoSync(new Uint8Array(bytes.length), 1), RangeError);
    await assertRejects(() => right.recvBytesInto(new Uint8Array(bytes.length - 1)), RangeError);
    assertEquals(right.recvBytesSync(bytes.length), bytes);
  }
  for (const item of [5, "text", { long: "x".repeat(50_000) }, long]) {
    left.sendNowait(item);
    assertThrows(() => right.recvBytesSync(), TypeError);
    await assertRejects(() => right.recvBytesInto(new Uint8Array(9)), TypeError);
    assertEquals(right.recvSync(), item);
  }
});

test("the first message of a new segment is looked at as well", () => {
  const [left, right] = Pipe<unknown>();
  for (let i = 0; i < 3000; i++) {
    if (i % 2) left.sendNowait({ i });
    else left.sendBytesSync(pattern(i % 200));
  }
  for (let i = 0; i < 3000; i++) {
    if (i % 2) {
      assertThrows(() => right.recvBytesSync(), TypeError);
      assertEquals(right.recvNowait(), { i });
    } else {
      assertThrows(() => right.recvNowait(), TypeError);
      assertEquals(right.recvBytesSync(i % 200).length, i % 200);
    }
  }
});

test("a waiting recvBytesInto is served; a waiting recv is told of the wrong kind, and the message is left for the next", async () => {
  const [left, right] = Pipe<unknown>();
  const target = new Uint8Array(8);
  const into = right.recvBytesInto(target, 2);
  await turns();
  left.sendBytesSync(Uint8Array.of(1, 2, 3));
  assertEquals(await into, 3);
  assertEquals([...target], [0, 0, 1, 2, 3, 0, 0, 0]);
  const wrong = right.recv().catch((error) => error);
  const good = right.recvBytes();
  await turns();
  left.sendBytesSync(Uint8Array.of(9));
  assert(await wrong instanceof TypeError);
  assertEquals([...await good], [9]);
});

test("a target that was transferred or shrunk while its recvBytesInto waited takes nothing: the message stays", async () => {
  const [left, right] = Pipe();
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer & {
    resize(length: number): void;
  };
  const buffer = new Resizable(8, { maxByteLength: 8 });
  const targets: [Uint8Array, () => void][] = [
    [new Uint8Array(buffer), () => buffer.resize(2)],
  ];
  const sent = new Uint8Array(8);
  targets.push([sent, () => structuredClone(sent.buffer, { transfer: [sent.buffer] })]);
  for (const [target, change] of targets) {
    for (const length of [3, 0]) {
      const into = right.recvBytesInto(target).catch((error) => error);
      await turns();
      if (length > 0) change();
      left.sendBytesSync(new Uint8Array(length).fill(7));
      // An empty one fits anywhere.
      if (length === 0) assertEquals(await into, 0);
      else {
        assert(await into instanceof RangeError, String(await into));
        assertEquals([...right.recvBytesSync()], [7, 7, 7]);
      }
      if (target.length === 0) break;
    }
  }
});

test("the bytes are copied at the call", () => {
  const [left, right] = Pipe();
  const bytes = pattern(100_000);
  left.sendBytesSync(bytes);
  bytes.fill(0);
  assertEquals(right.recvBytesSync(), pattern(100_000));
});

test("bytes arrive whole however source and target lie within words", () => {
  const [left, right] = Pipe();
  const source = pattern(200_020);
  const target = new Uint8Array(200_020);
  for (const [from, to] of [[0, 1], [1, 0], [3, 5], [7, 7], [4, 2]]) {
    left.sendBytesSync(source, from, 200_000);
    target.fill(0);
    assertEquals(right.recvBytesIntoSync(target, to), 200_000);
    assertEquals(Buffer.compare(target.subarray(to, to! + 200_000), source.subarray(from, from! + 200_000)), 0);
    assertEquals([target[to! + 200_000], to === 0 ? 0 : target[to! - 1]], [0, 0]);
  }
});

/** Says that it is longer than it is. */
class Boastful extends Uint8Array {
  override get byteLength(): number {
    return 150_000;
  }
  override get length(): number {
    return 150_000;
  }
}

test("no byte beyond an array is read or written, whatever its class says of its length", () => {
  const [reader, writer] = Pipe({ duplex: false });
  const queue = new Queue();
  for (const size of [10, 300_000]) {
    const buffer = new ArrayBuffer(size);
    const boastful = new Boastful(buffer, 0, 10);
    for (const item of [boastful, [boastful]]) {
      queue.putSync(item);
      assertEquals([queue.getSync()].flat(), [new Uint8Array(10)]);
    }
    writer.sendBytesSync(boastful);
    assertEquals(reader.recvBytesSync(), new Uint8Array(10));
    writer.sendBytesSync(new Uint8Array(100_000).fill(7));
    assertThrows(() => reader.recvBytesIntoSync(boastful), RangeError);
    assertEquals(new Uint8Array(buffer).indexOf(7), -1);
  }
  class Elsewhere extends Int16Array {
    override get byteOffset(): number {
      return 1000;
    }
    override get buffer(): ArrayBuffer {
      return new ArrayBuffer(100_000);
    }
  }
  queue.putSync(new Elsewhere(new ArrayBuffer(20_000), 2));
  const { byteOffset, byteLength } = queue.getSync() as Int16Array;
  assertEquals([byteOffset, byteLength], [0, 19_998]);
  queue.putSync("on");
  assertEquals(queue.getNowait(), "on");
});

test("a buffer that a getter beside it resizes or transfers is refused, and nothing is left behind", () => {
  type Resizable = ArrayBuffer & { resize(size: number): void };
  const make = () =>
    new (ArrayBuffer as never as new (size: number, options: object) => Resizable)(100_000, {
      maxByteLength: 400_000,
    });
  const queue = new Queue();
  const before = blocksInUse();
  for (
    const change of [
      (b: Resizable) => b.resize(300_000),
      (b: Resizable) => b.resize(10),
      (b: Resizable) => structuredClone(b, { transfer: [b] }),
    ]
  ) {
    const buffer = make();
    const item = [new Uint8Array(buffer), {
      get x() {
        change(buffer);
        return 1;
      },
    }];
    assertThrows(() => queue.putSync(item), NotSerializable, "resized or transferred");
    assertEquals(blocksInUse(), before);
  }
});
