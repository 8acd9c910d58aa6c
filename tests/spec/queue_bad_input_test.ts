/** Every argument of every call is checked at the call: the error names the argument, the value and what is accepted. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { JoinableQueue, Queue } from "../../mod.ts";
import { openObjects, range, rejected, thrown } from "./queue_helper.ts";

type Kind = typeof TypeError | typeof RangeError;

function check(what: string, error: unknown, kind: Kind, words: readonly string[]): void {
  assert(error instanceof kind, `${what}: ${error}`);
  for (const word of words) assert(error.message.includes(word), `${what}: "${error.message}" lacks "${word}"`);
}

const construction: [unknown, Kind, string[]][] = [
  [null, TypeError, ["null"]],
  ["5", TypeError, ['"5"']],
  [true, TypeError, ["true"]],
  [5n, TypeError, ["5n"]],
  [() => {}, TypeError, ["function"]],
  [Symbol("s"), TypeError, ["Symbol(s)"]],
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
  [[5], TypeError, ["0"]],
  [[], TypeError, ["array"]],
];
for (const Class of [Queue, JoinableQueue]) {
  test(`constructor of ${Class.name}`, () => {
    const before = openObjects();
    for (const [options, kind, words] of construction) {
      const error = thrown(() => new Class(options as never));
      check(`new ${Class.name}(${words})`, error, kind, words);
    }
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

const timeouts: [unknown, Kind, string[]][] = [
  [{ timeout: NaN }, RangeError, ["timeout", "NaN"]],
  [{ timeout: "5" }, TypeError, ["timeout", '"5"']],
  [{ timeout: null }, TypeError, ["timeout", "null"]],
  [{ timeout: 5n }, TypeError, ["timeout", "5n"]],
  [{ timeout: {} }, TypeError, ["timeout", "object"]],
  [{ timeOut: 5 }, TypeError, ["timeOut", "timeout"]],
  [5, TypeError, ["5", "timeout"]],
  [null, TypeError, ["null"]],
  [true, TypeError, ["true"]],
  ["5", TypeError, ['"5"']],
  [[], TypeError, ["an array", "timeout"]],
  [new AbortController().signal, TypeError, ["AbortSignal", "timeout"]],
];

test("wait options of every promise form", async () => {
  const queue = new JoinableQueue<number>();
  const signals: [unknown, Kind, string[]][] = [
    [{ signal: null }, TypeError, ["signal", "null"]],
    [{ signal: {} }, TypeError, ["signal", "AbortSignal"]],
    [{ signal: new AbortController() }, TypeError, ["signal", "AbortController"]],
  ];
  for (const [options, kind, words] of [...timeouts, ...signals]) {
    const wait = options as never;
    const calls = {
      put: queue.put(1, wait),
      get: queue.get(wait),
      putMany: queue.putMany([1], wait),
      getMany: queue.getMany(1, wait),
      join: queue.join(wait),
    };
    for (const [name, call] of Object.entries(calls)) check(name, await rejected(call), kind, words);
  }
  assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
});

test("wait options of every Sync form; a signal there is a TypeError", () => {
  const queue = new JoinableQueue<number>();
  const { signal } = new AbortController();
  for (const [options, kind, words] of [...timeouts, [{ signal }, TypeError, ["signal", "Sync"]] as const]) {
    const wait = options as never;
    const calls = {
      putSync: () => queue.putSync(1, wait),
      getSync: () => queue.getSync(wait),
      putManySync: () => queue.putManySync([1], wait),
      getManySync: () => queue.getManySync(1, wait),
      joinSync: () => queue.joinSync(wait),
    };
    for (const [name, call] of Object.entries(calls)) check(name, thrown(call), kind, [...words]);
  }
  assertEquals(queue.qsize(), 0);
});

test("max of getMany", async () => {
  const queue = new Queue<number>();
  queue.putManyNowait(range(3));
  const wrong: [unknown, Kind, string[]][] = [
    [0, RangeError, ["max", "0"]],
    [-1, RangeError, ["max", "-1"]],
    [1.5, RangeError, ["max", "1.5"]],
    [NaN, RangeError, ["max", "NaN"]],
    [Infinity, RangeError, ["max", "Infinity"]],
    ["2", TypeError, ["max", '"2"']],
    [undefined, TypeError, ["max", "undefined"]],
    [null, TypeError, ["max", "null"]],
    [2n, TypeError, ["max", "2n"]],
  ];
  for (const [max, kind, words] of wrong) {
    check("getMany", await rejected(queue.getMany(max as never)), kind, words);
    check("getManySync", thrown(() => queue.getManySync(max as never)), kind, words);
    check("getManyNowait", thrown(() => queue.getManyNowait(max as never)), kind, words);
  }
  assertEquals(queue.qsize(), 3);
});

test("items of putMany", async () => {
  const queue = new Queue<unknown>();
  for (const items of [5, null, undefined, {}, true, () => {}, { length: 2 }, (async function* () {})()]) {
    check("putMany", await rejected(queue.putMany(items as never)), TypeError, ["iterable"]);
    check("putManySync", thrown(() => queue.putManySync(items as never)), TypeError, ["iterable"]);
    check("putManyNowait", thrown(() => queue.putManyNowait(items as never)), TypeError, ["iterable"]);
  }
  assertEquals(queue.empty(), true);
});

test("options of shutdown", () => {
  const queue = new Queue();
  const wrong: [unknown, string[]][] = [
    [{ immediate: 1 }, ["immediate", "1"]],
    [{ immediate: "yes" }, ["immediate", '"yes"']],
    [{ immediate: null }, ["immediate", "null"]],
    [{ now: true }, ["now", "immediate"]],
    [true, ["true"]],
    [null, ["null"]],
  ];
  for (const [options, words] of wrong) {
    check(
      "shutdown",
      thrown(() => queue.shutdown(options as never)),
      TypeError,
      words,
    );
  }
  assertEquals(queue.isShutdown, false);
  queue.shutdown({ immediate: undefined });
  assertEquals(queue.isShutdown, true);
});

test("options of attach", () => {
  const { handle } = new Queue();
  const wrong: [unknown, string[]][] = [
    [{ codec: 5 }, ["codec", "5"]],
    [{ codex: {} }, ["codex", "codec"]],
    [null, ["null"]],
    ["codec", ['"codec"']],
  ];
  for (const [options, words] of wrong) {
    check(
      "attach",
      thrown(() => Queue.attach(handle, options as never)),
      TypeError,
      words,
    );
  }
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
