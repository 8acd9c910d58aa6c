/** Every argument of every call is checked at the call: the error names the argument, the value and what is accepted. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { JoinableQueue, Queue } from "../../mod.ts";
import { check, checkEach, checkWaits, noCount, noOptions, type Wrong } from "./bad_input_helper.ts";
import { openObjects, range, rejected, thrown } from "./queue_helper.ts";

const construction: Wrong[] = [
  ...noOptions.filter(([value]) => typeof value !== "number"),
  [1.5, RangeError, ["maxsize", "1.5"]],
  [NaN, RangeError, ["maxsize", "NaN"]],
  [Infinity, RangeError, ["maxsize", "Infinity"]],
  [-Infinity, RangeError, ["maxsize", "-Infinity"]],
  [2 ** 30, RangeError, ["maxsize", String(2 ** 30), String(2 ** 30 - 1)]],
  [{ maxsize: "5" }, TypeError, ["maxsize", '"5"']],
  [{ maxsize: null }, TypeError, ["maxsize", "null"]],
  [{ maxsize: 5n }, TypeError, ["maxsize", "5n"]],
  [{ maxSize: 5 }, TypeError, ["maxSize", "maxsize"]],
  [{ maxBytes: 0 }, RangeError, ["maxBytes", "0"]],
  [{ maxBytes: 7 }, RangeError, ["maxBytes", "7"]],
  [{ maxBytes: -8 }, RangeError, ["maxBytes", "-8"]],
  [{ maxBytes: 2 ** 32 + 8 }, RangeError, ["maxBytes", String(2 ** 32 + 8)]],
  [{ maxBytes: Infinity }, RangeError, ["maxBytes", "Infinity"]],
  [{ maxBytes: "1 MB" }, TypeError, ["maxBytes", '"1 MB"']],
  [{ name: 5 }, TypeError, ["name", "5"]],
  [{ name: "x".repeat(129) }, RangeError, ["name", "129", "128"]],
  [{ name: "é".repeat(65) }, RangeError, ["name", "130"]],
  [{ codec: {} }, TypeError, ["codec", "encode"]],
  [{ codec: null }, TypeError, ["codec", "null"]],
  [{ codec: { id: "", encode() {}, decode() {} } }, TypeError, ["codec", "id"]],
  [{ codec: { id: "x", encode() {} } }, TypeError, ["codec", "decode"]],
  [{ codec: { id: "x".repeat(129), encode() {}, decode() {} } }, RangeError, ["codec", "128"]],
  [[5], TypeError, ["array"]],
];
for (const Class of [Queue, JoinableQueue]) {
  test(`constructor of ${Class.name}`, async () => {
    const before = openObjects();
    await checkEach(`new ${Class.name}`, construction, (options) => new Class(options));
    assertEquals(openObjects(), before);
  });
}

test("what is accepted by the constructor", () => {
  const accepted: unknown[] = [undefined, 0, -0, -1, 1, 2 ** 30 - 1, {}, { maxsize: undefined, maxBytes: undefined }];
  accepted.push({ name: "x".repeat(128) }, { maxBytes: 8 }, { maxBytes: 2 ** 32 }, {
    name: undefined,
    codec: undefined,
  });
  accepted.push(Object.create(null));
  for (const options of accepted) new Queue(options as never).close();
});

test("wait options; a signal in a Sync form is a TypeError", async () => {
  const queue = new JoinableQueue<number>();
  await checkWaits({
    put: (wait) => queue.put(1, wait),
    get: (wait) => queue.get(wait),
    putMany: (wait) => queue.putMany([1], wait),
    getMany: (wait) => queue.getMany(1, wait),
    join: (wait) => queue.join(wait),
  }, {
    putSync: (wait) => queue.putSync(1, wait),
    getSync: (wait) => queue.getSync(wait),
    putManySync: (wait) => queue.putManySync([1], wait),
    getManySync: (wait) => queue.getManySync(1, wait),
    joinSync: (wait) => queue.joinSync(wait),
  });
  assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
});

test("max of getMany", async () => {
  const queue = new Queue<number>();
  queue.putManyNowait(range(3));
  const wrong: Wrong[] = [...noCount("max"), [undefined, TypeError, ["max", "undefined"]]];
  await checkEach("getMany", wrong, (max) => queue.getMany(max));
  await checkEach("getManySync", wrong, (max) => queue.getManySync(max));
  await checkEach("getManyNowait", wrong, (max) => queue.getManyNowait(max));
  assertEquals(queue.qsize(), 3);
});

test("items of putMany", async () => {
  const queue = new Queue<unknown>();
  const others = [5, null, undefined, {}, true, () => {}, { length: 2 }, (async function* () {})()];
  const wrong = [...others, { [Symbol.iterator]: 5 }].map((items): Wrong => [items, TypeError, ["items", "iterable"]]);
  await checkEach("putMany", wrong, (items) => queue.putMany(items));
  await checkEach("putManySync", wrong, (items) => queue.putManySync(items));
  await checkEach("putManyNowait", wrong, (items) => queue.putManyNowait(items));
  assertEquals(queue.empty(), true);
});

test("options of shutdown", async () => {
  const queue = new Queue();
  await checkEach("shutdown", [
    ...noOptions,
    [{ immediate: 1 }, TypeError, ["immediate", "1"]],
    [{ immediate: "yes" }, TypeError, ["immediate", '"yes"']],
    [{ immediate: null }, TypeError, ["immediate", "null"]],
    [{ now: true }, TypeError, ["now", "immediate"]],
  ], (options) => queue.shutdown(options));
  assertEquals(queue.isShutdown, false);
  queue.shutdown({ immediate: undefined });
  assertEquals(queue.isShutdown, true);
});

test("options of attach", async () => {
  for (const Class of [Queue, JoinableQueue]) {
    using queue = new Class();
    const { handle } = queue;
    const before = openObjects();
    await checkEach("attach", [
      ...noOptions,
      [{ codec: 5 }, TypeError, ["codec", "5"]],
      [{ codec: null }, TypeError, ["codec", "null"]],
      [{ codec: { id: "x", encode() {} } }, TypeError, ["codec", "decode"]],
      [{ codex: {} }, TypeError, ["codex", "codec"]],
    ], (options) => Class.attach(handle, options));
    assertEquals(openObjects(), before);
    Class.attach(handle, { codec: undefined }).close();
  }
});

test("putMany and getMany take no item when an argument is wrong", () => {
  const queue = new Queue<number>();
  let read = 0;
  const items = {
    [Symbol.iterator]: function* () {
      for (;;) yield read++;
    },
  };
  check("putManySync", thrown(() => queue.putManySync(items, { timeout: NaN })), RangeError, ["timeout"]);
  assertEquals([read, queue.qsize()], [0, 0]);
});

test("arguments are checked before anything else", async () => {
  const queue = new Queue<unknown>();
  queue.shutdown();
  queue.close();
  check("put", await rejected(queue.put(() => {}, { timeout: NaN })), RangeError, ["timeout"]);
  check("getManySync", thrown(() => queue.getManySync(-1)), RangeError, ["max"]);
  check("shutdown", thrown(() => queue.shutdown(5 as never)), TypeError, ["5"]);
  check("putMany", await rejected(queue.putMany(5 as never)), TypeError, ["iterable"]);
});
