/** Every argument of Pipe, Connection and wait is checked at the call, and nothing is sent, taken or changed. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Condition, Connection, Lock, Pipe, Process, Queue, SharedArray, wait, waitSync } from "../../mod.ts";
import { check, checkCode, checkEach, checkWaits, noOptions, type Wrong } from "./bad_input_helper.ts";
import { openObjects, thrown } from "./queue_helper.ts";

test("options of Pipe", async () => {
  const before = openObjects();
  const wrong: Wrong[] = [
    ...noOptions,
    [{ duplex: 1 }, TypeError, ["duplex", "1"]],
    [{ duplex: null }, TypeError, ["duplex", "null"]],
    [{ duplex: "false" }, TypeError, ["duplex", '"false"']],
    [{ duplexed: true }, TypeError, ['"duplexed"', "duplex"]],
    [{ maxBytes: 0 }, RangeError, ["maxBytes", "0"]],
    [{ maxBytes: 7 }, RangeError, ["maxBytes", "7"]],
    [{ maxBytes: 8.5 }, RangeError, ["maxBytes", "8.5"]],
    [{ maxBytes: NaN }, RangeError, ["maxBytes", "NaN"]],
    [{ maxBytes: Infinity }, RangeError, ["maxBytes", "Infinity"]],
    [{ maxBytes: 2 ** 32 + 1 }, RangeError, ["maxBytes", String(2 ** 32 + 1)]],
    [{ maxBytes: null }, TypeError, ["maxBytes", "null"]],
    [{ maxBytes: 8n }, TypeError, ["maxBytes", "8n"]],
  ];
  await checkEach("Pipe", wrong, (options) => Pipe(options));
  for (const value of [undefined, null, {}, 5, Pipe(), new Queue()]) {
    check("new Connection", thrown(() => new Connection(value as never)), TypeError, ["Pipe()"]);
  }
  assertEquals(openObjects(), before + 3);
});

test("wait options of a Connection", async () => {
  const [left, right] = Pipe<unknown>();
  right.sendNowait("here");
  const [bytes, target] = [new Uint8Array(4), new Uint8Array(4)];
  await checkWaits({
    send: (options) => left.send(1, options),
    recv: (options) => left.recv(options),
    sendBytes: (options) => left.sendBytes(bytes, 0, 4, options),
    recvBytes: (options) => left.recvBytes(4, options),
    recvBytesInto: (options) => left.recvBytesInto(target, 0, options),
    poll: (options) => left.poll(options),
  }, {
    sendSync: (options) => left.sendSync(1, options),
    recvSync: (options) => left.recvSync(options),
    sendBytesSync: (options) => left.sendBytesSync(bytes, 0, 4, options),
    recvBytesSync: (options) => left.recvBytesSync(4, options),
    recvBytesIntoSync: (options) => left.recvBytesIntoSync(target, 0, options),
    pollSync: (options) => left.pollSync(options),
  });
  assertEquals([left.recvNowait(), left.pollSync(), right.pollSync()], ["here", false, false]);
});

/** A place outside 0 … 10, or none at all. */
function noPlace(name: string): Wrong[] {
  return [
    [-1, RangeError, [name, "-1"]],
    [11, RangeError, [name, "11", "10"]],
    [0.5, RangeError, [name, "0.5"]],
    [NaN, RangeError, [name, "NaN"]],
    [Infinity, RangeError, [name, "Infinity"]],
    ["1", TypeError, [name, '"1"']],
    [null, TypeError, [name, "null"]],
    [1n, TypeError, [name, "1n"]],
    [{ timeout: 5 }, TypeError, [name, "object"]],
  ];
}

/** Bytes whose buffer has gone to another thread. */
function transferred(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

test("bytes, offset and size of sendBytes", async () => {
  const [left, right] = Pipe<unknown>();
  const bytes = new Uint8Array(10);
  const noBytes: Wrong[] = [
    ["text", TypeError, ["bytes", '"text"']],
    [[1, 2], TypeError, ["bytes", "array"]],
    [null, TypeError, ["bytes", "null"]],
    [undefined, TypeError, ["bytes", "undefined"]],
    [5, TypeError, ["bytes", "5"]],
    [{ length: 3 }, TypeError, ["bytes", "object"]],
    [new SharedArrayBuffer(8), TypeError, ["bytes", "SharedArrayBuffer"]],
    [transferred(), TypeError, ["bytes", "transferred"]],
    [transferred().buffer, TypeError, ["bytes", "transferred"]],
  ];
  const forms = [left.sendBytes.bind(left), left.sendBytesSync.bind(left)];
  for (const send of forms) {
    await checkEach("bytes", noBytes, (value) => send(value));
    await checkEach("offset", noPlace("offset"), (offset) => send(bytes, offset));
    await checkEach("size", noPlace("size"), (size) => send(bytes, 0, size));
    await checkEach("size", [[6, RangeError, ["size", "6", "5"]]], (size) => send(bytes, 5, size));
  }
  assertEquals(right.pollSync(), false);
  left.close();
  check("closed", thrown(() => left.sendBytesSync(bytes, 11)), RangeError, ["offset"]);
  await checkCode(
    "closed",
    () => left.sendBytes(bytes, 0, 1, { signal: AbortSignal.abort() }),
    "ISTHMUS_CONNECTION_CLOSED",
  );
});

test("maxLength of recvBytes, target and offset of recvBytesInto", async () => {
  const [left, right] = Pipe<unknown>();
  left.sendBytesSync(Uint8Array.of(1, 2, 3));
  const target = new Uint8Array(10);
  const lengths = noPlace("maxLength").filter(([value]) => value !== 11 && value !== Infinity);
  for (const recv of [right.recvBytes.bind(right), right.recvBytesSync.bind(right)]) {
    await checkEach("maxLength", lengths, (length) => recv(length));
  }
  const noTarget: Wrong[] = [
    [null, TypeError, ["target", "null"]],
    [10, TypeError, ["target", "10"]],
    [new ArrayBuffer(8), TypeError, ["target", "ArrayBuffer"]],
    [new Uint16Array(8), TypeError, ["target", "Uint16Array"]],
    [new DataView(new ArrayBuffer(8)), TypeError, ["target", "DataView"]],
    [transferred(), TypeError, ["target", "transferred"]],
  ];
  for (const into of [right.recvBytesInto.bind(right), right.recvBytesIntoSync.bind(right)]) {
    await checkEach("target", noTarget, (value) => into(value));
    await checkEach("offset", noPlace("offset"), (offset) => into(target, offset));
  }
  assertEquals([...right.recvBytesSync(3), ...target.slice(0, 3)], [1, 2, 3, 0, 0, 0]);
});

test("objects of wait", async () => {
  const before = openObjects();
  const sender = Pipe({ duplex: false })[1];
  const lists: Wrong[] = [
    [undefined, TypeError, ["objects", "undefined"]],
    [null, TypeError, ["objects", "null"]],
    [5, TypeError, ["objects", "5"]],
    ["queue", TypeError, ["objects", '"queue"']],
    [{}, TypeError, ["objects", "object"]],
    [() => [], TypeError, ["objects", "function"]],
    [{ [Symbol.iterator]: 5 }, TypeError, ["objects", "object"]],
    [[], RangeError, ["objects", "empty", "timeout"]],
    [new Set(), RangeError, ["objects", "empty"]],
    [[5], TypeError, ["5", "Connections"]],
    [[null], TypeError, ["null"]],
    [[undefined], TypeError, ["undefined"]],
    [["queue"], TypeError, ['"queue"']],
    [[{}], TypeError, ["object"]],
    [[[new Queue()]], TypeError, ["array"]],
    [[new Lock()], TypeError, ["Lock"]],
    [[new Condition()], TypeError, ["Condition"]],
    [[new SharedArray("int8", 1)], TypeError, ["SharedArray"]],
    [[new Queue().handle], TypeError, ["object"]],
    [[sender], TypeError, ["receive"]],
    [new Map([[1, new Queue()]]), TypeError, ["array"]],
  ];
  await checkEach("wait", lists, (objects) => wait(objects));
  await checkEach("waitSync", lists, (objects) => waitSync(objects));
  const queue = new Queue<number>();
  queue.putNowait(1);
  await checkWaits({ wait: (options) => wait([queue], options) }, {
    waitSync: (options) => waitSync([queue], options),
  });
  const process = new Process({ module: import.meta.url, target: "none" });
  await checkCode("not started", () => wait([queue, process]), "ISTHMUS_PROCESS_NOT_STARTED");
  await checkCode("not started", () => waitSync([process], { timeout: 0 }), "ISTHMUS_PROCESS_NOT_STARTED");
  assertEquals([queue.qsize(), openObjects() > before], [1, true]);
});
