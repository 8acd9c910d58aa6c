/** putMany and getMany. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { JoinableQueue, NotSerializable, Queue, QueueEmpty } from "../../mod.ts";
import { eachForm, range, rejected, start, turns } from "./queue_helper.ts";

eachForm("all lengths around the size of a batch, and every size of item", async (form) => {
  for (const count of [0, 1, 2, 255, 256, 257, 513, 5000]) {
    const queue = new Queue<unknown>();
    assertEquals(await form.putMany(queue, range(count)), count);
    assertEquals(queue.qsize(), count);
    if (count > 0) assertEquals(await form.getMany(queue, count + 1), range(count));
  }
  const items = range(60).map((i) => i % 7 === 0 ? new Uint8Array(i * 2000).fill(i) : { i, text: "x".repeat(i * 50) });
  const queue = new Queue<unknown>();
  assertEquals(await form.putMany(queue, items), items.length);
  assertEquals(await form.getMany(queue, 1000), items);
});

eachForm("any iterable: arrays, sets, strings, generators, typed arrays", async (form) => {
  const queue = new Queue<unknown>();
  const iterables: Iterable<unknown>[] = [
    new Set([1, 2]),
    "añ😀",
    new Map([["k", 1]]),
    new Uint8Array([7, 8]),
    (function* () {
      yield "generated";
    })(),
  ];
  for (const iterable of iterables) {
    const again = typeof iterable === "string" || !("next" in iterable) ? [...iterable] : ["generated"];
    assertEquals(await form.putMany(queue, iterable), again.length);
    assertEquals(await form.getMany(queue, 99), again);
  }
  assertEquals(await form.putMany(queue, []), 0);
});

/** An array that makes something of itself when its element at `index`, of that `value`, is read. */
function reactive(items: unknown[], index: number, value: unknown, act: (items: unknown[]) => void): unknown[] {
  return Object.defineProperty(items, index, {
    enumerable: true,
    get() {
      act(items);
      return value;
    },
  });
}

eachForm("an array that changes while it is read is read as its iterator reads it", async (form) => {
  const once = (act: (items: unknown[]) => void) => {
    let done = false;
    return (items: unknown[]) => {
      if (!done) act(items);
      done = true;
    };
  };
  const arrays: (() => unknown[])[] = [
    () => reactive([1, 2], 1, 2, once((items) => items.push(33, 44))),
    () => reactive(["x", 5.5, 1, 2], 3, 2, once((items) => items.push(33, "y", 44))),
    () => reactive([1, 7, 8], 0, 1.5, (items) => items.length = 0),
    () => reactive([1, 7, 8], 0, 3, (items) => items.length = 0),
    () => reactive([1, 2, 8, 9], 1, "s", (items) => items.length = 1),
    () => reactive([1, 2, 8, 9], 1, 2, (items) => items.length = 1),
  ];
  const queue = new Queue<unknown>();
  for (const make of arrays) {
    const expected = [...make()];
    assertEquals(await form.putMany(queue, make()), expected.length);
    assertEquals(await form.getMany(queue, 99), expected);
  }
});

eachForm("each element of an array is read once, wherever batches end", async (form) => {
  for (const arrays of [1, 8, 9, 10, 11, 40]) {
    const large = range(arrays).map(() => range(200).map((i) => i * 1e5 + 0.5));
    const items: unknown[] = [...large, ...range(150), "", 7];
    let reads = 0;
    reactive(items, items.length - 2, "read", () => reads++);
    const queue = new Queue<unknown>();
    assertEquals(await form.putMany(queue, items), items.length);
    assertEquals(reads, 1);
  }
});

eachForm("getMany takes at least one: it waits for the first, not for the rest", async (form) => {
  const queue = new Queue<number>();
  assertInstanceOf(await rejected(form.getMany(queue, 3, 1)), QueueEmpty);
  queue.putManyNowait([1, 2]);
  assertEquals(await form.getMany(queue, 3, 10_000), [1, 2]);
  queue.putManyNowait([3, 4]);
  assertEquals(await form.getMany(queue, 1), [3]);
  assertEquals(await form.getMany(queue, Number.MAX_SAFE_INTEGER), [4]);
});

eachForm("an item refused for what it is throws, with how many went in before it", async (form) => {
  const queue = new Queue<unknown>();
  const bad = { callback: () => {} };
  const error = await rejected(form.putMany(queue, ["a", "b", bad, "c"])) as NotSerializable & { put: number };
  assertInstanceOf(error, NotSerializable);
  assertEquals(error.put, 2);
  assert(error.item === bad);
  assertEquals(queue.getManyNowait(9), ["a", "b"]);
  const first = await rejected(form.putMany(queue, [bad, "a"])) as NotSerializable & { put: number };
  assertEquals([first.put, queue.qsize()], [0, 0]);
  const late = await rejected(form.putMany(queue, [...range(700), bad])) as NotSerializable & { put: number };
  assertEquals([late.put, queue.qsize()], [700, 700]);
});

eachForm("one that is too large throws likewise; an iterator that throws too, and is not asked again", async (form) => {
  const queue = new Queue<unknown>({ maxBytes: 1000 });
  const large = await rejected(form.putMany(queue, [1, 2, "x".repeat(2000)])) as RangeError & { put: number };
  assertInstanceOf(large, RangeError);
  assertEquals(large.put, 2);
  const own = new Error("from the iterator") as Error & { put?: number };
  const thrown = await rejected(form.putMany(
    queue,
    (function* () {
      yield 3;
      throw own;
    })(),
  ));
  assert(thrown === own);
  assertEquals(own.put, 1);
  assertEquals(queue.getManyNowait(9), [1, 2, 3]);
});

eachForm("an iterator is closed when not all of it is wanted", async (form) => {
  const queue = new Queue<unknown>(2);
  let closed = 0;
  const endless = function* () {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      closed++;
    }
  };
  assertEquals(await form.putMany(queue, endless(), 3), 2);
  assertEquals(closed, 1);
});

/** Gives 1 for ever, but what `next` makes of the fourth; `log` hears of its closing, which throws. */
function careless(fourth: () => unknown, log: string[]): Iterable<unknown> {
  let count = 0;
  return {
    [Symbol.iterator]: () => ({
      next: () => (++count === 4 ? fourth() : { done: false, value: 1 }) as IteratorResult<unknown>,
      return() {
        log.push("closed");
        throw new Error("in return");
      },
    }),
  };
}

eachForm("what an iterator does wrong is told, with how many items went in", async (form) => {
  const fail = () => {
    throw new Error("in next");
  };
  const cases: [() => unknown, string, string[]][] = [
    // As for…of: one that failed is not closed; an earlier error is not hidden by one in closing.
    [fail, "in next", []],
    [() => 5, "gave 5", []],
    [() => undefined, "gave undefined", []],
    [() => ({ done: false, value: () => {} }), "item is a function", ["closed"]],
  ];
  for (const [fourth, text, expected] of cases) {
    const [queue, log] = [new Queue<unknown>(), [] as string[]];
    const error = await rejected(form.putMany(queue, careless(fourth, log))) as Error & { put: number };
    assert(error.message.includes(text), error.message);
    assertEquals([error.put, queue.qsize(), log], [3, 3, expected]);
  }
  const endless = careless(() => ({ done: false, value: 1 }), []);
  const late = await rejected(form.putMany(new Queue(2), endless, 5)) as Error & { put: number };
  assertEquals([late.message, late.put], ["in return", 2]);
});

test("an endless iterable is read a batch ahead, not more", async () => {
  const queue = new Queue<number>(10);
  let read = 0;
  const endless = function* () {
    for (;;) yield read++;
  };
  const putting = queue.putMany(endless());
  const seen: number[] = [];
  for (let i = 0; i < 1000; i++) {
    seen.push(await queue.get());
    assert(read - seen.length < 1000, `${read} read, ${seen.length} taken`);
  }
  assertEquals(seen, range(1000));
  queue.shutdown({ immediate: true });
  assert(await putting >= 1000);
});

test("others' items may come between those of a putMany that waits; its own stay in order", async () => {
  const queue = new Queue<number>(2);
  const both = [queue.putMany(range(50)), queue.putMany(range(50, 100))];
  const got: number[] = [];
  while (got.length < 100) got.push(...await queue.getMany(3));
  assertEquals(await Promise.all(both), [50, 50]);
  assertEquals(got.filter((item) => item < 50), range(50));
  assertEquals(got.filter((item) => item >= 50), range(50, 100));
});

test("putMany wakes as many waiters as it put items", async () => {
  const queue = new Queue<number>();
  const gets = range(10).map(() => queue.get());
  await turns(2);
  queue.putManySync(range(10));
  assertEquals(await Promise.all(gets), range(10));
});

test("putMany wakes getters that block in several threads", async () => {
  const queue = new Queue<unknown>();
  const results = new Queue<unknown>();
  const workers = range(3).map((i) => start("getOne", queue, results, String(i)));
  for (let i = 0; i < 3; i++) await results.get();
  await turns(20);
  queue.putManySync([1, 1, 1]);
  for (let i = 0; i < 3; i++) assertEquals((await results.get({ timeout: 20_000 }) as unknown[])[1], 1);
  for (const worker of workers) await worker.join();
});

eachForm("getMany of items that cannot be decoded: their error, with the others on it", async (form) => {
  for (const reason of [new TypeError("two"), "a text", Object.freeze(new Error("frozen")), undefined]) {
    const codec = {
      id: "picky",
      encode: (item: number) => new Uint8Array([item]),
      decode([item]: Uint8Array) {
        if (item === 2) throw reason;
        return item;
      },
    };
    const queue = new Queue<number>({ codec });
    queue.putManyNowait([1, 2, 3]);
    const error = await rejected(form.getMany(queue, 5)) as Error & { items: number[] };
    assert(error === reason || error.cause === reason, String(error));
    assertEquals(error.items, [1, 3]);
    // They count as taken.
    assertEquals(queue.qsize(), 0);
  }
});

test("tasks of a batch count one each", () => {
  const queue = new JoinableQueue<number>();
  queue.putManyNowait(range(300));
  assertEquals(queue.unfinished, 300);
  queue.getManyNowait(300).forEach(() => queue.taskDone());
  assertEquals(queue.unfinished, 0);
});

test("getMany makes room for as many puts as it took", async () => {
  const queue = new Queue<number>(4);
  queue.putManyNowait(range(4));
  const puts = range(4, 4).map((item) => queue.put(item));
  assertEquals(queue.getManySync(4), range(4));
  await Promise.all(puts);
  assertEquals(queue.getManySync(9), range(4, 4));
});
