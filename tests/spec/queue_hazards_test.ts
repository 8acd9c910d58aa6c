/**
 * What is known to go wrong with queues between processes, each thing with its test: deadlocks at exit, lost and late
 * items, corruption by a death, counts that lie. The numbers are those of the list that the contract was written against.
 */
import { test } from "node:test";
import process from "node:process";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { JoinableQueue, NotSerializable, Queue, QueueEmpty, QueueShutDown } from "../../mod.ts";
import { eachForm, range, rejected, start, thrown, turns, until } from "./queue_helper.ts";

const patience = { timeout: 20_000 };

test("H1: a producer ends, and is joined, while nobody has taken its items", async () => {
  const queue = new Queue<number>();
  const worker = start("produce", queue, 0, 50_000);
  assertEquals(worker.joinSync(patience), true);
  assertEquals([worker.exitCode, queue.qsize()], [0, 50_000]);
  assertEquals(await queue.getMany(50_000), range(50_000));
});

for (const end of ["terminate", "kill"] as const) {
  test(`H3, H8: a producer that was ended by ${end}() corrupts nothing, and its places come back`, async () => {
    for (let round = 0; round < 3; round++) {
      const queue = new Queue<unknown>(64);
      const worker = start("produceForEver", queue);
      for (let i = 0; i < 200; i++) assertEquals(await queue.get(patience), [i, `text ${i}`]);
      worker[end]();
      assertEquals(await worker.join(patience), true);
      let next = 200;
      for (; !queue.empty(); next++) assertEquals(queue.getNowait(), [next, `text ${next}`]);
      // All places are there, and others go on. On Deno the one put that was under way may still land, as soon as there is room.
      const strays: unknown[] = [];
      const takeAll = () => {
        const items = queue.getManyNowait(100);
        strays.push(...items.filter((item) => typeof item !== "number"));
        return items.filter((item) => typeof item === "number");
      };
      while (queue.putManyNowait(range(64)) < 64) {
        const before = strays.length;
        takeAll();
        assert(strays.length > before, "places are lost");
      }
      assertEquals([queue.full(), takeAll()], [true, range(64)]);
      assertEquals(strays, "deno" in process.versions ? [[next, `text ${next}`]].slice(0, strays.length) : []);
    }
  });

  test(`H4, H10: a consumer that was ended by ${end}() while it waited keeps no item and no lock`, async () => {
    const queue = new Queue<unknown>();
    const results = new Queue<unknown>();
    const worker = start("getOne", queue, results, "victim");
    assertEquals(await results.get(patience), "victim waits");
    await turns(10);
    worker[end]();
    assertEquals(await worker.join(patience), true);
    queue.putSync("for the living");
    assertEquals([queue.qsize(), queue.empty()], [1, false]);
    assertEquals(queue.getSync({ timeout: 1000 }), "for the living");
  });
}

test("H7: an item that was put survives a process.exit right after the put", async () => {
  const queue = new Queue<unknown>();
  const workers = range(5).map((i) => start("putAndExit", queue, { from: i }));
  for (const worker of workers) assertEquals(await worker.join(patience), true);
  const got = queue.getManyNowait(10) as { from: number }[];
  assertEquals(got.map((item) => item.from).sort(), range(5));
});

eachForm("H9: after put has returned, empty, qsize and getNowait know", async (form) => {
  const queue = new Queue<number>();
  for (let round = 0; round < 2000; round++) {
    await form.put(queue, round);
    assertEquals([queue.empty(), queue.qsize(), queue.getNowait()], [false, 1, round]);
  }
});

test("H10: no QueueEmpty because another consumer is at it", async () => {
  const queue = new Queue<number>();
  const sink = new Queue<number>();
  queue.putManyNowait(range(20_000));
  const workers = range(2).map(() => start("drain", queue, sink));
  let mine = 0;
  // Whatever the others do, while something is in, getNowait gets something.
  for (;;) {
    const before = queue.qsize();
    try {
      queue.getNowait();
      mine++;
    } catch {
      assert(queue.empty() || before === 0, "empty, and yet not");
      break;
    }
  }
  for (const worker of workers) assertEquals(await worker.join(patience), true);
  assertEquals(mine + sink.getManyNowait(20_000).reduce((sum, count) => sum + count, 0), 20_000);
});

test("H11: a timeout bounds the call also while a large item is on its way", async () => {
  const queue = new Queue<unknown>();
  const worker = start("putLarge", queue, 50_000_000);
  for (;;) {
    const before = performance.now();
    const got = await queue.get({ timeout: 20 }).catch((error) => error);
    assert(performance.now() - before < 5000);
    if (!QueueEmpty.is(got)) break;
  }
  await worker.join(patience);
});

test("H12: one order for all, also between threads: see queue_order_test", async () => {
  const [queue, signals, answers] = [new Queue<string>(), new Queue<number>(), new Queue<number>()];
  const worker = start("putThenSignal", queue, signals, answers, 50);
  for (let round = 0; round < 50; round++) {
    signals.putSync(round);
    answers.getSync(patience);
    queue.putSync("mine");
    assertEquals(queue.getManySync(2), [`first ${round}`, "mine"]);
  }
  await worker.join();
});

test("H13: the item is copied in put, and refused in put; a refused one is no task", async () => {
  const queue = new JoinableQueue<unknown>();
  const item = { x: 1 };
  const put = queue.put(item);
  item.x = 2;
  await put;
  assertEquals(queue.getNowait(), { x: 1 });
  assertInstanceOf(await rejected(queue.put({ f() {} })), NotSerializable);
  queue.taskDone();
  assertEquals(await queue.join({ timeout: 0 }), true);
});

test("H14, H15: sizes work on every system, and there is no small cap on them", () => {
  const queue = new Queue<number>(100_000);
  assertEquals(queue.putManyNowait(range(100_001)), 100_000);
  assertEquals([queue.qsize(), queue.full()], [100_000, true]);
});

test("H16: the end of the stream reaches everybody who waits", async () => {
  const queue = new Queue<unknown>();
  const results = new Queue<unknown>();
  const worker = start("getOne", queue, results, "reader");
  await results.get(patience);
  const here = rejected(queue.get());
  queue.shutdown();
  assertInstanceOf(await here, QueueShutDown);
  assertInstanceOf((await results.get(patience) as unknown[])[1], QueueShutDown);
  await worker.join();
});

test("H18, H19: a queue can be handed over at any time, through a queue too, and is held on its way", async () => {
  const queue = new Queue<Queue<string>>();
  const results = new Queue<Queue<string>>();
  const worker = start("sendBack", queue, results);
  await until(() => worker.isAlive());
  queue.putSync((() => new Queue<string>())());
  assertEquals(await (await results.get(patience)).get(patience), "from the other thread");
  await worker.join();
});

test("H20: put from within a put, of what a getter runs, does not deadlock", () => {
  const queue = new JoinableQueue<unknown>(10);
  queue.putSync({
    get x() {
      queue.putSync("inner");
      queue.getSync();
      queue.taskDone();
      return queue.qsize();
    },
  });
  assertEquals(queue.getNowait(), { x: 0 });
  const error = thrown(() =>
    queue.putSync({
      get x() {
        throw queue.qsize();
      },
    })
  );
  assertEquals(error, 0);
});

test("H22: by default the backlog is bounded by bytes", () => {
  const queue = new Queue<Uint8Array>();
  const item = new Uint8Array(16 * 1024 * 1024);
  let put = 0;
  while (!thrownBy(() => queue.putNowait(item))) put++;
  assertEquals(put, 15);
  queue.close();
});

function thrownBy(act: () => void): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}
