/** What is refused is given back on the error, whatever the reason, unless the reason is the user's own. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import {
  ConnectionClosed,
  IsthmusError,
  NotSerializable,
  OutOfSharedMemory,
  Pipe,
  Queue,
  QueueClosed,
  TimeoutError,
} from "../../mod.ts";
import { blocksInUse, eachForm, rejected, spendMemory, thrown, turns } from "./queue_helper.ts";

type Refusal = Error & { item: unknown; put?: number };

/** `error` is an instance of `type`, has `item`, and does not show it to who prints it. */
function bears(error: unknown, type: new (...args: never[]) => Error, item: unknown): void {
  assertInstanceOf(error, type);
  assertStrictEquals((error as Refusal).item, item);
  assert(!Object.keys(error).includes("item"));
}

eachForm("a put that is refused gives its item back", async (form) => {
  const queue = new Queue<unknown>({ maxBytes: 1000, name: "small" });
  const large = { text: "x".repeat(2000) };
  bears(await rejected(form.put(queue, large)), RangeError, large);
  const culprit = { bad: () => {} };
  bears(await rejected(form.put(queue, culprit)), NotSerializable, culprit);
  for (const item of [large, culprit]) {
    const error = await rejected(form.putMany(queue, [1, item, 2])) as Refusal;
    assertStrictEquals(error.item, item);
    assertEquals([error.put, queue.getNowait(), queue.qsize()], [1, 1, 0]);
  }
  const coded = new Queue<string>({ codec: { id: "t", encode: () => new Uint8Array(1), decode: () => "" } });
  bears(await rejected(form.put(Queue.attach<string>(coded.handle), "uncoded")), IsthmusError, "uncoded");
  const item = { late: true };
  queue.close();
  bears(await rejected(form.put(queue, item)), QueueClosed, item);
});

eachForm("so does one for which there is no memory", async (form) => {
  const queue = new Queue<unknown>();
  queue.putManyNowait([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const [inline, large] = [{ text: "x".repeat(1000) }, new Uint8Array(100_000)];
  const free = spendMemory();
  try {
    for (const item of [inline, large]) {
      bears(await rejected(form.put(queue, item)), OutOfSharedMemory, item);
      bears(await rejected(form.putMany(queue, [item])), OutOfSharedMemory, item);
    }
  } finally {
    free();
  }
});

test("a waiting put whose handle is closed gives its own item back; the reason of an abort is left as it is", async () => {
  const queue = new Queue<unknown>(1);
  queue.putNowait(0);
  const [first, second] = [{ a: 1 }, { b: 2 }];
  const controller = new AbortController();
  const reason = new QueueClosed("the user's own");
  const aborted = [queue.put(first, { signal: controller.signal }), queue.put(second, { signal: controller.signal })];
  const waiting = [queue.put(first), queue.put(second), queue.putMany([second, first])];
  const errors = waiting.map(rejected);
  await turns();
  controller.abort(reason);
  for (const promise of aborted) assertStrictEquals(await rejected(promise), reason);
  assertStrictEquals((reason as unknown as Refusal).item, undefined);
  queue.close();
  const [one, two, many] = await Promise.all(errors);
  bears(one, QueueClosed, first);
  bears(two, QueueClosed, second);
  bears(many, QueueClosed, second);
});

test("a send that is refused gives its item back", async () => {
  const [left, right] = Pipe<unknown>({ maxBytes: 1000 });
  const [large, culprit, bytes] = [{ text: "x".repeat(2000) }, { bad: Symbol() }, new Uint8Array(2000)];
  const refusals = [(item: unknown) => rejected(left.send(item)), (item: unknown) => thrown(() => left.sendSync(item))];
  for (const refuse of refusals) {
    bears(await refuse(large), RangeError, large);
    bears(await refuse(culprit), NotSerializable, culprit);
  }
  bears(thrown(() => left.sendBytesSync(bytes)), RangeError, bytes);
  for (let i = 0; i < 100; i++) left.sendNowait(i);
  const filling = { text: "x".repeat(300) };
  bears(thrown(() => left.sendNowait(filling)), TimeoutError, filling);
  const waiting = rejected(left.send(filling));
  await turns();
  left.close();
  bears(await waiting, ConnectionClosed, filling);
  bears(await rejected(left.send(filling)), ConnectionClosed, filling);
  right.close();
});

test("a send for which there is no memory gives its item back, and keeps nothing of it", async () => {
  const [left, right] = Pipe<unknown>();
  const inner = new Queue<unknown>();
  const item = { inner, text: "x".repeat(1000) };
  const free = spendMemory();
  try {
    bears(thrown(() => left.sendSync(item)), OutOfSharedMemory, item);
    bears(await rejected(left.send(item)), OutOfSharedMemory, item);
  } finally {
    free();
  }
  // What the refused items held would keep the queue, and with it its items' block.
  const before = blocksInUse();
  inner.putNowait(new Uint8Array(100_000));
  inner.close();
  assertEquals(blocksInUse(), before);
  left.close();
  right.close();
});
