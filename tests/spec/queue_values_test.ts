/** What can be put, and how it arrives: in this thread and after a way through another one. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { JoinableQueue, NotSerializable, Queue, QueueEmpty } from "../../mod.ts";
import { describe } from "../core/encode_helper.ts";
import { eachForm, range, rejected, start, thrown } from "./queue_helper.ts";

class Point {
  x = 1;
  get length(): number {
    return this.x;
  }
}

function values(): Record<string, unknown> {
  const shared = { name: "shared" };
  const cycle: Record<string, unknown> = { shared, again: shared };
  cycle.self = cycle;
  const buffer = new Uint8Array(range(100)).buffer;
  // deno-lint-ignore no-sparse-arrays
  const holes = [1, , 3, , ,];
  const keys = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "2": "b", "1": "a"}');
  return {
    "primitives": [undefined, null, true, false, "", "text", 0, -0, NaN, Infinity, -Infinity, 1.5, 2 ** 53],
    "integers at every border": [2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 30, 2 ** 32],
    "bigints": [0n, -1n, 2n ** 64n, -(2n ** 200n)],
    "strings": ["é", "字", "😀", "\ud800", "\udfff", "\0", "x".repeat(100_000), "字".repeat(50_000)],
    "holes": holes,
    "dates": [new Date(0), new Date(NaN)],
    "patterns": [/a+/gi, /\u{1F600}/u],
    "collections": [new Map<unknown, unknown>([[{ k: 1 }, new Set([1, "2"])]]), new Set([[1], new Map()])],
    "boxed": [Object(1), Object("s"), Object(true), Object(5n), Object(-0)],
    "a cycle and shared references": cycle,
    "names that are dangerous": keys,
    "views over one buffer": [
      new Uint8Array(buffer, 8, 8),
      new DataView(buffer, 12, 4),
      new Float64Array(buffer, 16, 2),
    ],
    "buffers": [buffer, new ArrayBuffer(0), new BigInt64Array([-1n, 2n]), new Float32Array([0.1, -0])],
    "many keys": Object.fromEntries(range(2000).map((i) => [`key ${i}`, i])),
    "deep": range(999).reduce<unknown>((inner) => [inner], "bottom"),
  };
}

for (const [name, value] of Object.entries(values())) {
  eachForm(`arrives as structuredClone gives it: ${name}`, async (form) => {
    const queue = new Queue<unknown>();
    const expected = describe(shape(name, structuredClone(value)));
    await form.put(queue, value);
    await form.putMany(queue, [value, [value]]);
    assertEquals(describe(shape(name, await form.get(queue))), expected);
    assertEquals(describe(shape(name, (await form.getMany(queue, 2))[0])), expected);
  });
}

eachForm("texts of every length that matters arrive, of any alphabet, alone and in batches", async (form) => {
  const queue = new Queue<string>();
  // What receivers remember ends at 34 characters; what has a record of its own at 8192.
  const lengths = [0, 1, 33, 34, 35, 36, 37, 38, 63, 64, 65, 1023, 1024, 4095, 8191, 8192, 8193];
  // Who has taken so many reads them where they lie.
  for (let i = 0; i < 2000; i++) {
    await form.put(queue, "x".repeat(40));
    await form.get(queue);
  }
  for (const letter of ["a", "é", "\0", "字", "\ud800", "😀"]) {
    const texts = lengths.flatMap((length) => [letter.repeat(length).slice(0, length), "x".repeat(length) + letter]);
    for (const text of texts) await form.put(queue, text);
    // The same memory takes others before it is looked at what came.
    const got: string[] = [];
    for (const text of texts) {
      got.push(await form.get(queue) as string);
      await form.put(queue, text.replaceAll("x", "y"));
    }
    assertEquals(got, texts);
    assertEquals(await form.getMany(queue, texts.length), texts.map((text) => text.replaceAll("x", "y")));
    assertEquals(await form.putMany(queue, texts), texts.length);
    const rest: unknown[] = [];
    while (!queue.empty()) rest.push(...await form.getMany(queue, 7) as string[]);
    assertEquals(rest, texts);
  }
});

/** What can be compared. Of a view only the bytes that it sees travel, so the offsets of views differ; the rest is alike. */
function shape(name: string, value: unknown): unknown {
  if (name !== "views over one buffer") return value;
  const [bytes, view, floats] = value as [Uint8Array, DataView, Float64Array];
  return [[...bytes], view.getInt32(0), [...floats], bytes.buffer === view.buffer, view.buffer === floats.buffer];
}

test("the same through another thread and back", async () => {
  const tasks = new Queue<unknown>();
  const results = new Queue<unknown>();
  const worker = start("echo", tasks, results);
  for (const [name, value] of Object.entries(values())) {
    tasks.putSync([value]);
    const [got] = await results.get({ timeout: 20_000 }) as unknown[];
    assertEquals(describe(shape(name, got)), describe(shape(name, structuredClone(value))), name);
  }
  tasks.putSync(null);
  await worker.join();
});

eachForm("errors arrive with their class, name, message and cause", async (form) => {
  const queue = new Queue<Error>();
  const named = Object.assign(new Error("own"), { name: "OwnError" });
  await form.putMany(queue, [new RangeError("far", { cause: new TypeError("near") }), new QueueEmpty("none"), named]);
  const far = await form.get(queue);
  assert(far instanceof RangeError && far.cause instanceof TypeError);
  assertEquals([far.name, far.message, far.cause.message], ["RangeError", "far", "near"]);
  const empty = await form.get(queue) as QueueEmpty;
  assert(empty instanceof QueueEmpty && QueueEmpty.is(empty));
  assertEquals([empty.code, empty.message], ["ISTHMUS_QUEUE_EMPTY", "none"]);
  assertEquals((await form.get(queue)).message, "own");
});

test("class instances arrive as plain objects", () => {
  const queue = new Queue<Point>();
  queue.putNowait(new Point());
  const got = queue.getNowait();
  assertStrictEquals(Object.getPrototypeOf(got), Object.prototype);
  assertEquals({ ...got }, { x: 1 });
});

test("the value is copied at the call: later changes are not seen, of what waits neither", async () => {
  const queue = new Queue<{ x: number; bytes: Uint8Array }>(1);
  const item = { x: 1, bytes: new Uint8Array(50_000) };
  await queue.put(item);
  const waiting = queue.put(item);
  item.x = 2;
  item.bytes.fill(9);
  for (let i = 0; i < 2; i++) {
    const got = await queue.get();
    assertEquals([got.x, got.bytes[0], got.bytes[49_999]], [1, 0, 0]);
  }
  await waiting;
});

test("each get gives a value of its own", () => {
  const queue = new Queue<number[]>();
  const item = [1];
  queue.putManyNowait([item, item]);
  const [one, two] = queue.getManyNowait(2);
  assert(one !== two && one !== item);
});

const culprits: [string, unknown, string][] = [
  ["a function", () => {}, "item is a function"],
  ["a symbol", Symbol("s"), "item is a symbol"],
  ["a function within", { tasks: [0, 1, 2, { callback() {} }] }, "item.tasks[3].callback is a function"],
  ["a symbol in a Map", new Map([["key", Symbol("s")]]), "item"],
  ["a shared buffer", [new SharedArrayBuffer(8)], "item[0]"],
  ["a view of one", { view: new Int32Array(new SharedArrayBuffer(8)) }, "item.view"],
  ["a port", { port: new MessageChannel().port1 }, "item.port"],
  ["a Blob", [new Blob(["x"])], "item[0]"],
  ["a promise", { p: Promise.resolve() }, "item.p"],
  ["a WeakMap", new WeakMap(), "item"],
];
for (const [name, value, path] of culprits) {
  eachForm(`refused in put, with the path, and nothing was changed: ${name}`, async (form) => {
    const queue = new JoinableQueue<unknown>();
    const error = await rejected(form.put(queue, value)) as NotSerializable;
    assertInstanceOf(error, NotSerializable);
    assert(error.message.includes(path), error.message);
    assert(error.item === value);
    assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
    await form.put(queue, "next");
    assertEquals(await form.get(queue), "next");
  });
}
for (const value of Object.values(Object.fromEntries(culprits.map(([name, value]) => [name, value])))) {
  // A port that is open would hold the event loop.
  const port = (value as { port?: MessagePort } | null)?.port;
  port?.close();
}

test("what a getter throws, put throws, and the queue is unchanged", () => {
  const own = new Error("mine");
  const queue = new Queue<unknown>();
  assertStrictEquals(
    thrown(() =>
      queue.putNowait({
        get bad() {
          throw own;
        },
      })
    ),
    own,
  );
  assertEquals(queue.qsize(), 0);
});

test("a getter that puts into the same queue: the inner item comes first", () => {
  const queue = new Queue<unknown>();
  queue.putNowait({
    get inner() {
      queue.putNowait("inner");
      return 1;
    },
  });
  assertEquals(queue.getManyNowait(5), ["inner", { inner: 1 }]);
});

test("queues travel in items at any depth, and work where they arrive", () => {
  const queue = new Queue<unknown>();
  const inner = new Queue<string>({ name: "inner" });
  const joinable = new JoinableQueue<number>();
  queue.putNowait({ deep: [new Map([["k", new Set([inner])]]), { joinable, again: inner }] });
  const got = queue.getNowait() as {
    deep: [Map<string, Set<Queue<string>>>, { joinable: JoinableQueue; again: Queue }];
  };
  const [arrived] = got.deep[0].get("k")!;
  assertInstanceOf(arrived, Queue);
  assertInstanceOf(got.deep[1].joinable, JoinableQueue);
  assert(arrived === got.deep[1].again, "one queue in an item arrives as one");
  inner.putNowait("through");
  assertEquals([arrived.getNowait(), arrived.name], ["through", "inner"]);
});

test("a queue in an item is held by it: the sender may close its own at once", async () => {
  const queue = new Queue<Queue<string>>();
  const results = new Queue<Queue<string>>();
  const worker = start("sendBack", queue, results);
  const inner = new Queue<string>();
  queue.putSync(inner);
  inner.close();
  const back = await results.get({ timeout: 20_000 });
  assertEquals(back.getSync({ timeout: 20_000 }), "from the other thread");
  await worker.join();
  assertEquals(back.empty(), true);
});

test("a closed queue, and a handle, are refused in an item, with the way out", () => {
  const queue = new Queue<unknown>();
  const closed = new Queue();
  closed.close();
  const error = thrown(() => queue.putNowait({ q: closed })) as Error;
  assert(error instanceof NotSerializable && /item\.q.*closed/.test(error.message), error.message);
  const handle = thrown(() => queue.putNowait([queue.handle])) as Error;
  assert(handle instanceof NotSerializable && handle.message.includes("item[0]"), handle.message);
  const late = new Queue();
  assertInstanceOf(
    thrown(() =>
      queue.putNowait({
        late,
        get x() {
          return late.close();
        },
      })
    ),
    NotSerializable,
  );
  assertEquals(queue.qsize(), 0);
});

test("a queue can be put into itself", () => {
  const queue = new Queue<unknown>();
  queue.putNowait(queue);
  const got = queue.getNowait() as Queue<number>;
  got.putNowait(1);
  assertEquals(queue.getNowait(), 1);
});

test("objects of many differing shapes from several threads arrive as they were sent", async () => {
  const queue = new Queue<{ seed: number; body: unknown }>(200);
  const workers = range(3).map((i) => start("putShapes", queue, i * 10_000, 700));
  for (let i = 0; i < 3 * 700; i++) {
    const { seed, body } = await queue.get({ timeout: 20_000 });
    assertEquals(describe(body), describe(shapeOf(seed)));
  }
  for (const worker of workers) await worker.join();
  assertInstanceOf(thrown(() => queue.getNowait()), QueueEmpty);
});

/** As in the fixture. */
function shapeOf(seed: number): unknown {
  const body: Record<string, unknown> = {};
  for (let i = 0; i < seed % 9; i++) body[`k${(seed * (i + 3)) % 40}`] = i % 3 === 0 ? { [`n${seed % 50}`]: seed } : i;
  return body;
}

test("of a plain array elements and holes travel, its named properties do not; those of a match do", () => {
  const queue = new Queue<unknown>();
  const list = Object.assign([1, , 3], { total: 5 });
  queue.putManyNowait([list, /(?<letter>b)/.exec("abc")]);
  const [arrived, match] = queue.getManyNowait(2) as [typeof list, RegExpExecArray];
  assertEquals([Object.keys(arrived), arrived.length], [["0", "2"], 3]);
  assertEquals([match.index, match.input, match.groups!.letter], [1, "abc", "b"]);
});
