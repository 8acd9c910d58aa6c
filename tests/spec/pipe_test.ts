/** Pipe and Connection, within one thread. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  Connection,
  ConnectionClosed,
  type IsthmusError,
  NotSerializable,
  Pipe,
  Queue,
  TimeoutError,
} from "../../mod.ts";
import { blocksInUse, openObjects, pending, rejected, thrown, turns } from "./queue_helper.ts";

const deep = { text: "héllo", list: [1, , -0, NaN], map: new Map([[1, new Set([2n])]]), date: new Date(5) };

test("both ends of a duplex pipe send and receive, in every form, in order", async () => {
  const [left, right] = Pipe<unknown>();
  assertEquals([left.readable, left.writable, right.readable, right.writable], [true, true, true, true]);
  left.sendNowait(deep);
  left.sendSync("second");
  await left.send(3);
  assertEquals(await right.recv(), deep);
  assertEquals(right.recvSync(), "second");
  assertEquals(right.recvNowait(), 3);
  await right.send("back");
  assertEquals(left.recvSync(), "back");
});

test("duplex: false gives a receiver and a sender, and names the misuse", async () => {
  const [receiver, sender] = Pipe<string>({ duplex: false });
  assertEquals([receiver.readable, receiver.writable, sender.readable, sender.writable], [true, false, false, true]);
  sender.sendNowait("x");
  assertEquals(receiver.recvNowait(), "x");
  const wrong = [
    () => receiver.sendSync("x"),
    () => receiver.sendNowait("x"),
    () => receiver.sendBytesSync(new Uint8Array(1)),
  ];
  for (const act of wrong) assertEquals((thrown(act) as IsthmusError).code, "ISTHMUS_CONNECTION_NOT_WRITABLE");
  const target = new Uint8Array(1);
  const other = [
    () => sender.recvSync(),
    () => sender.recvNowait(),
    () => sender.recvBytesSync(),
    () => sender.recvBytesIntoSync(target),
    () => sender.pollSync(),
  ];
  for (const act of other) assertEquals((thrown(act) as IsthmusError).code, "ISTHMUS_CONNECTION_NOT_READABLE");
  assertEquals((await rejected(sender.poll()) as IsthmusError).code, "ISTHMUS_CONNECTION_NOT_READABLE");
  assertEquals((await rejected(receiver.send("x")) as IsthmusError).code, "ISTHMUS_CONNECTION_NOT_WRITABLE");
});

test("the other side gets what is buffered, then the end of the stream; what is sent to a closed side comes back", async () => {
  const [left, right] = Pipe<unknown>();
  left.sendNowait("last");
  left.close();
  assert(left.closed && !right.closed);
  const item = { again: 1 };
  assertStrictEquals((thrown(() => right.sendSync(item)) as ConnectionClosed).item, item);
  assertStrictEquals((await rejected(right.send(item)) as ConnectionClosed).item, item);
  assertEquals(right.recvSync(), "last");
  for (let i = 0; i < 2; i++) {
    assertThrows(() => right.recvSync(), ConnectionClosed, "End of stream");
    assertThrows(() => right.recvNowait(), ConnectionClosed);
    assertThrows(() => right.recvBytesSync(), ConnectionClosed);
    await assertRejects(() => right.recv({ timeout: 5 }), ConnectionClosed);
    assertEquals(right.pollSync(), true);
    assertEquals(await right.poll(), true);
  }
});

test("an end is closed when all of its handles are, and an item on its way counts as one", async () => {
  const [left, right] = Pipe<unknown>();
  const again = Connection.attach<unknown>(left.handle);
  left.close();
  again.sendNowait(1);
  assertEquals(await right.recv(), 1);
  const [carrier, receiver] = Pipe<Connection<unknown>>();
  carrier.sendNowait(again);
  again.close();
  assertThrows(() => right.recvNowait(), TimeoutError);
  const arrived = await receiver.recv();
  arrived.sendNowait(2);
  assertEquals(right.recvSync(), 2);
  arrived.close();
  assertThrows(() => right.recvNowait(), ConnectionClosed);
  const [lost, other] = Pipe<unknown>();
  carrier.sendNowait(lost as never);
  lost.close();
  assertThrows(() => other.recvNowait(), TimeoutError);
  receiver.close();
  assertThrows(() => other.recvNowait(), ConnectionClosed);
});

test("waiting receivers and senders hear that the other side is closed", async () => {
  const [left, right] = Pipe<unknown>({ maxBytes: 64 });
  const receiving = rejected(left.recv());
  for (let i = 0; i < 4; i++) left.sendNowait(i);
  const sending = rejected(left.send("x".repeat(40)));
  await turns();
  right.close();
  assert(ConnectionClosed.is(await receiving));
  const error = await sending as ConnectionClosed;
  assert(ConnectionClosed.is(error));
  assertEquals(error.item, "x".repeat(40));
  assertEquals(pending(), 0);
});

test("close is idempotent, ends this handle's waits, and every use afterwards is ConnectionClosed", async () => {
  const [left, right] = Pipe<unknown>();
  const waits = [left.recv(), left.recvBytes(), left.poll({ timeout: Infinity })].map(rejected);
  await turns();
  left.close();
  left.close();
  left[Symbol.dispose]();
  for (const wait of waits) assert(ConnectionClosed.is(await wait));
  const target = new Uint8Array(1);
  const uses = [
    () => left.sendNowait(1),
    () => left.recvNowait(),
    () => left.recvBytesSync(),
    () => left.recvBytesIntoSync(target),
    () => left.sendBytesSync(target),
    () => left.pollSync(),
    () => left.handle,
  ];
  for (const use of uses) assert(ConnectionClosed.is(thrown(use)), String(use));
  assertEquals([left.closed, left.readable, left.writable], [true, true, true]);
  right.close();
});

test("timeouts of send and recv are TimeoutErrors, of poll false; the item comes back", async () => {
  const [left, right] = Pipe<unknown>({ maxBytes: 64 });
  assertThrows(() => left.recvNowait(), TimeoutError);
  assertThrows(() => left.recvSync({ timeout: 3 }), TimeoutError);
  await assertRejects(() => left.recv({ timeout: 3 }), TimeoutError);
  await assertRejects(() => left.recvBytes(9, { timeout: 0 }), TimeoutError);
  assertThrows(() => left.recvBytesIntoSync(new Uint8Array(1), 0, { timeout: 3 }), TimeoutError);
  assertEquals(left.pollSync(), false);
  assertEquals(left.pollSync({ timeout: 3 }), false);
  assertEquals(await left.poll(), false);
  assertEquals(await left.poll({ timeout: 3 }), false);
  while (thrownOrUndefined(() => left.sendNowait("filling")) === undefined);
  const item = { text: "too much" };
  for (const error of [thrown(() => left.sendNowait(item)), thrown(() => left.sendSync(item, { timeout: 3 }))]) {
    assertInstanceOf(error, TimeoutError);
    assertStrictEquals(error.item, item);
  }
  await assertRejects(() => left.send(item, { timeout: 3 }), TimeoutError);
  await assertRejects(() => left.sendBytes(new Uint8Array(40), 0, 40, { timeout: 3 }), TimeoutError);
  right.recvNowait();
  left.sendNowait("fits");
});

function thrownOrUndefined(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

test("an abort rejects with its reason, also where the operation could be done, and takes nothing", async () => {
  const [left, right] = Pipe<unknown>();
  left.sendNowait(1);
  const signal = AbortSignal.abort("enough");
  assertEquals(await rejected(right.recv({ signal })), "enough");
  assertEquals(await rejected(right.poll({ signal })), "enough");
  assertEquals(await rejected(left.send(2, { signal })), "enough");
  assertEquals(right.recvNowait(), 1);
  const controller = new AbortController();
  const wait = rejected(right.recv({ signal: controller.signal }));
  controller.abort("later");
  assertEquals(await wait, "later");
  left.sendNowait(3);
  assertEquals(await right.recv(), 3);
  assertThrows(() => right.recvSync({ signal } as never), TypeError, "signal");
});

test("the order of checks: arguments, closed, aborted, the item, the other side closed, full", async () => {
  const signal = AbortSignal.abort("aborted");
  const [left, right] = Pipe<unknown>({ maxBytes: 64 });
  const [bad, large] = [() => {}, "x".repeat(500)];
  const name = async (promise: Promise<unknown>) => {
    const error = await rejected(promise);
    return error instanceof Error ? error.name : error;
  };
  left.sendBytesSync(new Uint8Array(40));
  assertEquals(await name(left.send("x".repeat(40), { timeout: 0 })), "TimeoutError");
  right.close();
  assertEquals(await name(left.send("x".repeat(40), { timeout: 0 })), "ConnectionClosed");
  assertEquals(await name(left.send(bad, { timeout: 0 })), "NotSerializable");
  assertEquals(await name(left.send(large, { timeout: 0 })), "RangeError");
  assertEquals(await name(left.sendBytes(new Uint8Array(500), 0, 500, { timeout: 0 })), "RangeError");
  assertEquals(await name(left.send(bad, { signal })), "aborted");
  assertEquals(await name(left.recv({ signal })), "aborted");
  left.close();
  assertEquals(await name(left.send(bad, { signal })), "ConnectionClosed");
  assertEquals(await name(left.recvBytes(5, { signal })), "ConnectionClosed");
  assertEquals(await name(left.send(bad, { signal, timeout: NaN })), "RangeError");
  assertEquals(await name(left.recvBytes(-1, { signal })), "RangeError");
});

test("poll waits for a message, for an empty one too, and takes nothing", async () => {
  const [left, right] = Pipe<unknown>();
  const polling = right.poll({ timeout: Infinity });
  await turns();
  left.sendBytesSync(new Uint8Array(0));
  assertEquals(await polling, true);
  assertEquals(right.pollSync(), true);
  assertEquals(right.recvBytesSync().length, 0);
  assertEquals(right.pollSync(), false);
});

test("an item that cannot travel, or is too large, is refused by send, and nothing is sent", async () => {
  const [left, right] = Pipe<unknown>({ maxBytes: 1000 });
  const item = { f() {} };
  const error = await assertRejects(() => left.send(item), NotSerializable, "item.f");
  assertStrictEquals((error as NotSerializable).item, item);
  assertThrows(() => left.sendSync("x".repeat(1001)), RangeError, "maxBytes");
  assertThrows(() => left.sendBytesSync(new Uint8Array(1001)), RangeError, "maxBytes");
  right.close();
  assertThrows(() => left.sendNowait(right), NotSerializable, "closed");
  assertThrows(() => left.sendNowait(left.handle), NotSerializable);
});

test("options and handles are checked", () => {
  assertThrows(() => Pipe(5 as never), TypeError, "5");
  assertThrows(() => Pipe([] as never), TypeError, "array");
  assertThrows(() => Pipe({ duplex: 1 } as never), TypeError, "duplex");
  assertThrows(() => Pipe({ double: true } as never), TypeError, "double");
  assertThrows(() => Pipe({ maxBytes: 7 }), RangeError, "maxBytes");
  assertThrows(() => Pipe({ maxBytes: 8.5 }), RangeError, "8.5");
  assertThrows(() => new Connection(undefined as never), TypeError, "Pipe()");
  const [left] = Pipe();
  assertThrows(() => Connection.attach({} as never), TypeError);
  const { handle } = left;
  left.close();
  assertEquals((thrown(() => Connection.attach(handle)) as IsthmusError).code, "ISTHMUS_GONE");
});

test("what a closed pair held is free again", () => {
  const open = openObjects();
  const [first] = Pipe();
  first.close();
  const before = blocksInUse();
  for (let i = 0; i < 300; i++) {
    const [left, right] = Pipe<unknown>();
    left.sendNowait("x".repeat(50_000));
    const queue = new Queue();
    right.sendNowait([queue, queue]);
    queue.close();
    left.sendBytesSync(new Uint8Array(200_000));
    if (i % 2) left.close();
    right.close();
    left.close();
  }
  assertEquals(openObjects(), open + 1);
  assert(blocksInUse() <= before + 4, `${before} blocks became ${blocksInUse()}`);
});
