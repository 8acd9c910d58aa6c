/** A user's own codec in place of structured clone. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { type IsthmusError, JoinableQueue, Queue } from "../../mod.ts";
import { eachForm, rejected, thrown } from "./queue_helper.ts";

const json = {
  id: "json",
  encode: (item: unknown) => new TextEncoder().encode(JSON.stringify(item)),
  decode: (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)),
};
const raw = { id: "raw", encode: (bytes: Uint8Array) => bytes, decode: (bytes: Uint8Array) => bytes };

eachForm("items take the form that the codec gives them, also integers", async (form) => {
  const encoded: unknown[] = [];
  const codec = { ...json, encode: (item: unknown) => (encoded.push(item), json.encode(item)) };
  const queue = new Queue<unknown>({ codec });
  const items = [1, "a", { x: [1, 2] }, null, new Date(0)];
  for (const item of items) {
    await form.put(queue, item);
    assertEquals(await form.get(queue), JSON.parse(JSON.stringify(item)));
  }
  assertEquals(encoded, items);
});

eachForm("bytes of every length arrive exactly, and are the receiver's own", async (form) => {
  const queue = new Queue<Uint8Array>({ codec: raw });
  const source = new Uint8Array(200_003).map((_, i) => i * 7);
  const lengths = [0, 1, 7, 8, 9, 255, 16375, 16376, 16377, 16383, 16384, 16385, 65535, 65536, 65537, 131_072, 200_000];
  for (const length of lengths) {
    await form.put(queue, source.subarray(3, 3 + length));
    const got = await form.get(queue);
    assertEquals(got.length, length);
    assert(got.every((byte, i) => byte === source[3 + i]), `${length} bytes`);
    assertEquals(got.buffer instanceof ArrayBuffer, true);
    got.fill(0);
  }
  await form.putMany(queue, lengths.map((length) => source.subarray(0, length)));
  const all = [];
  while (all.length < lengths.length) all.push(...await form.getMany(queue, 99));
  assertEquals(all.map((bytes) => bytes.length), lengths);
});

test("the bytes are copied at once: encode may use one buffer again and again", () => {
  const buffer = new Uint8Array(4);
  const codec = {
    id: "reuse",
    encode: (item: number) => (buffer[0] = item, buffer),
    decode: ([item]: Uint8Array) => item,
  };
  const queue = new Queue<number>({ codec });
  queue.putManyNowait([1, 2, 3]);
  assertEquals(queue.getManyNowait(3), [1, 2, 3]);
});

test("what encode throws, put throws, and nothing was put", async () => {
  const own = new Error("no");
  const queue = new JoinableQueue<number>({
    codec: {
      id: "no",
      encode: () => {
        throw own;
      },
      decode: () => 0,
    },
  });
  assertStrictEquals(thrown(() => queue.putNowait(1)), own);
  assertStrictEquals(await rejected(queue.put(1)), own);
  assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
});

test("what decode throws, get throws; the item counts as taken", async () => {
  const own = new Error("no");
  const queue = new JoinableQueue<number>({
    codec: {
      id: "no",
      encode: () => new Uint8Array(20_000),
      decode: () => {
        throw own;
      },
    },
  });
  queue.putManyNowait([1, 2, 3]);
  assertStrictEquals(thrown(() => queue.getNowait()), own);
  assertStrictEquals(await rejected(queue.get()), own);
  assertEquals([queue.qsize(), queue.unfinished], [1, 3]);
  const waiting = rejected(
    new Queue<number>({ codec: { id: "x", encode: () => new Uint8Array(), decode: () => 0 } }).get({ timeout: 1 }),
  );
  await waiting;
});

test("an encode that gives no Uint8Array is a TypeError", () => {
  for (const bytes of ["text", new ArrayBuffer(3), [1], undefined, new Uint16Array(2)]) {
    const queue = new Queue<number>({ codec: { id: "wrong", encode: () => bytes as never, decode: () => 0 } });
    const error = thrown(() => queue.putNowait(1)) as Error;
    assertInstanceOf(error, TypeError);
    assert(error.message.includes('"wrong"') && error.message.includes("Uint8Array"), error.message);
  }
});

test("the handle carries the codec's id: put and get without it throw and say so", async () => {
  const queue = new Queue<unknown>({ codec: json, name: "coded" });
  queue.putNowait(5);
  const other = Queue.attach<unknown>(queue.handle);
  for (
    const use of [
      () => other.putNowait(1),
      () => other.getNowait(),
      () => other.putManySync([1]),
      () => other.getManySync(1),
    ]
  ) {
    const error = thrown(use) as IsthmusError;
    assertEquals(error.code, "ISTHMUS_NO_CODEC");
    assert(error.message.includes('"json"') && error.message.includes('"coded"'), error.message);
  }
  assertEquals((await rejected(other.get()) as IsthmusError).code, "ISTHMUS_NO_CODEC");
  // All that needs no codec works.
  assertEquals([other.qsize(), other.full(), other.isShutdown], [1, false, false]);
  const third = Queue.attach<unknown>(queue.handle, { codec: json });
  assertEquals(third.getNowait(), 5);
});

test("a codec of another id is refused at attach, and the handle stays usable", () => {
  const queue = new Queue<unknown>({ codec: json });
  const plain = new Queue<unknown>();
  const error = thrown(() => Queue.attach(queue.handle, { codec: raw })) as Error;
  assertInstanceOf(error, TypeError);
  assert(error.message.includes('"json"') && error.message.includes('"raw"'), error.message);
  assertThrows(() => Queue.attach(plain.handle, { codec: raw }), TypeError, "has no codec");
  Queue.attach(queue.handle, { codec: json }).close();
});

test("a queue with a codec travels in an item; what arrives needs the codec again", () => {
  const carrier = new Queue<Queue<unknown>>();
  const queue = new Queue<unknown>({ codec: json });
  carrier.putNowait(queue);
  const arrived = carrier.getNowait();
  queue.putNowait([1]);
  assertEquals((thrown(() => arrived.getNowait()) as IsthmusError).code, "ISTHMUS_NO_CODEC");
  assertEquals(Queue.attach<unknown>(arrived.handle, { codec: json }).getNowait(), [1]);
});

test("what decode puts back is got by the same getMany; what encode closes is not put into", () => {
  let times = 0;
  const queue: Queue<number> = new Queue<number>({
    codec: {
      id: "again",
      encode: () => new Uint8Array(1),
      decode() {
        if (times++ < 3) queue.putNowait(0);
        return times;
      },
    },
  });
  queue.putNowait(0);
  const got = queue.getManySync(50);
  while (!queue.empty()) got.push(...queue.getManySync(50));
  assertEquals(got, [1, 2, 3, 4]);
  const closing: Queue<number> = new Queue<number>({
    codec: { id: "closing", encode: () => (closing.close(), new Uint8Array(20_000)), decode: () => 0 },
  });
  const observer = Queue.attach(closing.handle);
  assertEquals((thrown(() => closing.putNowait(1)) as IsthmusError).code, "ISTHMUS_QUEUE_CLOSED");
  assertEquals(observer.qsize(), 0);
});

test("JoinableQueues have codecs too", async () => {
  const queue = new JoinableQueue<unknown>({ codec: json });
  queue.putNowait({ a: 1 });
  const other = JoinableQueue.attach<unknown>(queue.handle, { codec: json });
  assertEquals(other.getNowait(), { a: 1 });
  other.taskDone();
  assertEquals([await queue.join(), queue.unfinished], [true, 0]);
});

test("a codec may use queues itself, also the one that it serves", () => {
  const log = new Queue<string>();
  const nested: Queue<number> = new Queue<number>({
    codec: {
      id: "nested",
      encode(item: number) {
        log.putNowait(`encode ${item}`);
        if (item > 0) nested.putNowait(item - 1);
        return new Uint8Array([item]);
      },
      decode([item]: Uint8Array) {
        log.putNowait(`decode ${item}`);
        return item + (nested.empty() ? 0 : 10 * nested.getNowait());
      },
    },
  });
  nested.putNowait(2);
  assertEquals(nested.qsize(), 3);
  assertEquals(nested.getNowait(), 210);
  assertEquals(log.qsize(), 6);
});
