/** One total order; each item is got exactly once; in one thread and among several. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Queue } from "../../mod.ts";
import { eachForm, range, start } from "./queue_helper.ts";

eachForm("first in, first out, over every change of segment", async (form) => {
  const queue = new Queue<unknown>();
  // Backlogs that fit the first segment, wrap in it, leave it, and span several blocks; small and large items mixed.
  let put = 0;
  let got = 0;
  for (const backlog of [1, 3, 10, 40, 5, 200, 3000, 1, 20_000, 7]) {
    while (put - got < backlog) {
      const item = put % 97 === 0 ? [put, new Uint8Array(20_000)] : put % 5 === 0 ? [put, "x".repeat(put % 50)] : put;
      await form.put(queue, item);
      put++;
    }
    while (put - got > backlog >> 1) {
      const item = await form.get(queue) as number | [number];
      assertEquals(typeof item === "number" ? item : item[0], got++);
    }
  }
});

async function settlesInOrder(): Promise<void> {
  const queue = new Queue<number>(3);
  const order: string[] = [];
  const gets = range(20).map((i) => queue.get().then((item) => order.push(`get ${i}: ${item}`)));
  const puts = range(20).map((i) => queue.put(i).then(() => order.push(`put ${i}`)));
  await Promise.all([...gets, ...puts]);
  assertEquals(order.filter((entry) => entry.startsWith("get")), range(20).map((i) => `get ${i}: ${i}`));
  assertEquals(order.filter((entry) => entry.startsWith("put")), range(20).map((i) => `put ${i}`));
  queue.close();
}

test("promises of gets settle in the order of the calls, those of puts too", settlesInOrder);

test("they do so when one that need not wait lets the event loop have its turn first", async () => {
  // One in 64 does so, if the last turn was long ago; three puts of each round need not wait.
  for (let round = 0; round < 64; round++) {
    for (const begin = performance.now(); performance.now() - begin < 6;);
    await settlesInOrder();
  }
});

test("operations that fail settle in the order of the calls, too", async () => {
  for (let round = 0; round < 64; round++) {
    for (const begin = performance.now(); performance.now() - begin < 6;);
    const queue = new Queue<number>(3);
    const order: string[] = [];
    const note = (what: string) => [() => order.push(what), () => order.push(`${what} failed`)] as const;
    const all = range(2).map((i) => queue.put(i).then(...note(`put ${i}`)));
    all.push(queue.putMany([2, 3], { timeout: 0 }).then(...note("some")));
    all.push(queue.put(4, { timeout: 0 }).then(...note("none")));
    const waits = queue.put(5).then(...note("waits"));
    queue.close();
    await Promise.all([...all, waits]);
    assertEquals(order.filter((what) => what !== "some"), ["put 0", "put 1", "none failed", "waits failed"]);
    // A call in several steps takes some microtasks more, but no turn is between.
    assert(order.includes("some") && order.indexOf("some") >= 2, `${order}`);
  }
});

test("several producers: everything comes once, each producer's items in its order", async () => {
  const queue = new Queue<number>(50);
  const count = 3000;
  const producers = range(3).map((i) => start("produce", queue, i * count, count));
  const next = range(3).map((i) => i * count);
  for (let i = 0; i < 3 * count; i++) {
    const item = i % 2 === 0 ? queue.getSync({ timeout: 20_000 }) : await queue.get({ timeout: 20_000 });
    assertEquals(item, next[Math.floor(item / count)]++);
  }
  assertEquals(queue.empty(), true);
  for (const producer of producers) await producer.join();
});

for (const target of ["echo", "echoAsync"]) {
  test(`several consumers (${target}): everything comes once`, async () => {
    const tasks = new Queue<number | null>(20);
    const results = new Queue<number>();
    const workers = range(3).map(() => start(target, tasks, results));
    const count = 3000;
    const putting = tasks.putMany(range(count));
    const seen = new Set<number>();
    for (let i = 0; i < count; i++) seen.add(await results.get({ timeout: 20_000 }));
    assertEquals(seen.size, count);
    await putting;
    if (target === "echo") await tasks.putMany([null, null, null]);
    else tasks.shutdown();
    for (const worker of workers) assert(await worker.join({ timeout: 20_000 }));
    assertEquals([tasks.qsize(), results.qsize()], [0, 0]);
  });
}

test("what was put after a signal from another thread comes after what that thread had put before it", async () => {
  const queue = new Queue<string>();
  const signals = new Queue<number>();
  const rounds = 300;
  // Whose turn it is goes to and fro: a number to start a round, and one back when the other has put.
  const answers = new Queue<number>();
  const worker = start("putThenSignal", queue, signals, answers, rounds);
  for (let round = 0; round < rounds; round++) {
    signals.putSync(round);
    answers.getSync({ timeout: 20_000 });
    queue.putSync(`second ${round}`);
    assertEquals(queue.getManySync(5), [`first ${round}`, `second ${round}`]);
  }
  await worker.join();
});

test("an item that was put is seen by qsize, empty, full and getNowait of every other thread", async () => {
  const queue = new Queue<number>(1);
  const signals = new Queue<number>();
  const results = new Queue<unknown>();
  const worker = start("observe", queue, signals, results);
  for (let round = 0; round < 500; round++) {
    queue.putSync(round);
    signals.putSync(round);
    assertEquals(results.getSync({ timeout: 20_000 }), [1, false, true, round]);
    assertEquals([queue.qsize(), queue.empty(), queue.full()], [0, true, false]);
  }
  signals.putSync(-1);
  await worker.join();
});

test("a get in progress takes the first item, not one put later", async () => {
  const queue = new Queue<number>();
  const first = queue.get();
  queue.putNowait(1);
  queue.putNowait(2);
  // The one that waits may be served after this; what matters is that both come, each once.
  const second = queue.getNowait();
  assertEquals([await first, second].sort(), [1, 2]);
});
