/** Waiting: exact, cheap, leaving nothing behind, and what it means for the event loop. */
import { test } from "node:test";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { GETTERS, PUTTERS } from "../../core/ring.ts";
import { enrolled } from "../../core/wait_set.ts";
import { JoinableQueue, Queue, QueueEmpty } from "../../mod.ts";
import { pending, range, rejected, start, turns } from "./queue_helper.ts";

/** Runs a program of the fixture by the runtime that runs this. Gives what it printed, its exit code and its seconds. */
function run(program: string): Promise<{ output: string; code: number; seconds: number }> {
  const file = fileURLToPath(new URL("../fixtures/queue_program.ts", import.meta.url));
  const before = performance.now();
  const args = "deno" in process.versions ? ["run", "-A", "--no-check", file, program] : [file, program];
  return new Promise((resolve) =>
    execFile(process.execPath, args, { timeout: 30_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({
        output: `${stdout}${code === 0 ? "" : stderr}`.trim(),
        code,
        seconds: (performance.now() - before) / 1000,
      });
    })
  );
}

test("an idle handle does not keep the program, however it was used", async () => {
  const { output, code, seconds } = await run("idle");
  assertEquals([output, code], ["idle", 0]);
  assert(seconds < 20);
});

test("a pending get keeps the program until it is served", async () => {
  const { output, code } = await run("pending");
  assertEquals([output, code], ["got late", 0]);
});

test("the same is true of all other objects, and of all other calls that wait", async () => {
  assertEquals(await run("idleOthers").then(({ output, code }) => [output, code]), ["idle", 0]);
  assertEquals(await run("pendingOthers").then(({ output, code }) => [output, code]), ["all came", 0]);
});

test("a program may end with unread items", async () => {
  assertEquals((await run("unread")).output, "unread 2000");
});

test("process.exit ends a program whose get waits", async () => {
  const { output, code } = await run("exit");
  assertEquals([output.split("\n")[0], code], ["exit", 7]);
});

test("timeouts are never early, and at most 20 ms late on an idle machine", async () => {
  const queue = new JoinableQueue<number>(1);
  const empty = new Queue<number>();
  queue.putNowait(1);
  const calls: [string, (timeout: number) => unknown][] = [
    ["get", (timeout) => empty.get({ timeout })],
    ["put", (timeout) => queue.put(1, { timeout })],
    ["join", (timeout) => queue.join({ timeout })],
    ["getSync", (timeout) => empty.getSync({ timeout })],
    ["putSync", (timeout) => queue.putSync(1, { timeout })],
    ["joinSync", (timeout) => queue.joinSync({ timeout })],
    ["getMany", (timeout) => empty.getMany(2, { timeout })],
    ["putMany", (timeout) => queue.putMany([1], { timeout })],
  ];
  for (const [name, call] of calls) {
    let least = Infinity;
    for (const timeout of [0.5, 1, 7, 12.25, 30]) {
      const before = performance.now();
      await Promise.resolve().then(() => call(timeout)).catch(() => {});
      const late = performance.now() - before - timeout;
      assert(late >= 0, `${name} of ${timeout} ms ended ${-late} ms early`);
      least = Math.min(least, late);
    }
    // The machine may be busy with something else, but not each time.
    assert(least <= 20, `${name} was always at least ${least} ms late`);
  }
});

test("an abort is served at once", async () => {
  const queue = new Queue<number>();
  const aborter = new AbortController();
  const waiting = rejected(queue.get({ signal: aborter.signal, timeout: 20_000 }));
  await turns(5);
  const before = performance.now();
  aborter.abort();
  await waiting;
  assert(performance.now() - before < 1000);
});

/** Counts the timers that were set, did not fire and were not cleared, while `body` runs. */
async function countingTimers(body: (timers: ReadonlySet<unknown>) => Promise<void>): Promise<void> {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const timers = new Set<unknown>();
  globalThis.setTimeout = ((callback: () => void, time: number) => {
    const timer = set(() => (timers.delete(timer), callback()), time);
    timers.add(timer);
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((timer: never) => (timers.delete(timer), clear(timer))) as typeof clearTimeout;
  try {
    await body(timers);
  } finally {
    globalThis.setTimeout = set;
    globalThis.clearTimeout = clear;
  }
}

test("a deadline that has passed before the wait begins asks no timer for a time below 0", async () => {
  const queue = new Queue<unknown>(1);
  queue.putNowait(1);
  const slow = {
    get x() {
      const end = performance.now() + 4;
      while (performance.now() < end);
      return 1;
    },
  };
  const { setTimeout: set } = globalThis;
  const times: number[] = [];
  globalThis.setTimeout =
    ((callback: () => void, time: number) => (times.push(time), set(callback, time))) as typeof setTimeout;
  try {
    await rejected(queue.put(slow, { timeout: 1 }));
  } finally {
    globalThis.setTimeout = set;
  }
  assert(times.length > 0 && times.every((time) => time >= 0), String(times));
});

/** How waits end, by what is done to them. */
const ends: Record<string, (full: JoinableQueue<number>, empty: Queue<number>, aborter: AbortController) => void> = {
  "timeout": () => {},
  "abort": (_full, _empty, aborter) => aborter.abort(),
  "close": (full, empty) => [full, empty].forEach((queue) => queue.close()),
  "shutdown": (full, empty) => [full, empty].forEach((queue) => queue.shutdown({ immediate: true })),
  "service": (full, empty) => {
    empty.putManyNowait([1, 2, 3]);
    full.taskDone();
    full.getNowait();
  },
};
for (const [name, end] of Object.entries(ends)) {
  test(`nothing is left behind, no timers, no listeners, no waiters, by the end through ${name}`, () =>
    countingTimers(async (timers) => {
      const aborter = new AbortController();
      const { signal } = aborter;
      let listeners = 0;
      const { addEventListener: add, removeEventListener: remove } = signal;
      signal.addEventListener = (...args: [string, never]) => (listeners++, add.apply(signal, args));
      signal.removeEventListener = (...args: [string, never]) => (listeners--, remove.apply(signal, args));
      const [full, empty] = [new JoinableQueue<number>(1), new Queue<number>()];
      const watched = [cellAt(full.handle.cell) + PUTTERS, cellAt(empty.handle.cell) + GETTERS];
      full.putNowait(0);
      const options = { timeout: name === "timeout" ? 5 : 60_000, signal };
      const gets = [empty.get(options), empty.getMany(2, options)];
      // Handled from the start: where this thread is held up, the time may be over before the next line.
      const waiting = Promise.allSettled([...gets, full.join(options), full.put(1, options)]);
      assertEquals([pending(), timers.size, listeners], [4, 4, 4]);
      await turns(2);
      end(full, empty, aborter);
      await waiting;
      assertEquals([pending(), timers.size, listeners], [0, 0, 0]);
      const { memory, slot } = thisThread();
      for (const set of watched) assertEquals(enrolled(memory, set, slot), false);
    }));
}

test("a thread that waits no longer is in no wait set: its rings go to others", async () => {
  const queue = new Queue<number>();
  const { memory, slot } = thisThread();
  const set = cellAt(queue.handle.cell) + GETTERS;
  for (let round = 0; round < 60; round++) {
    const aborter = new AbortController();
    const first = rejected(queue.get({ signal: aborter.signal }));
    await turns(round % 4);
    // Rung, and gone before it hears of it; then it looks again for another get.
    queue.putNowait(1);
    queue.getNowait();
    aborter.abort();
    const second = queue.get();
    await first;
    await turns(0);
    queue.putNowait(2);
    assertEquals(await second, 2);
    assertEquals(enrolled(memory, set, slot), false, `round ${round}`);
  }
});

for (const maxsize of [1, 100]) {
  test(`nobody starves beside threads that put and get without a pause (maxsize ${maxsize})`, async () => {
    using queue = new Queue<unknown>(maxsize);
    const crowd = ["produceForEver", "produceForEver", "getForEver", "getForEver"].map((target) =>
      start(target, queue)
    );
    try {
      await queue.get({ timeout: 20_000 });
      for (let i = 0; i < 5; i++) {
        await queue.put(-1, { timeout: 20_000 });
        await queue.get({ timeout: 20_000 });
        queue.putSync(-1, { timeout: 20_000 });
        queue.getSync({ timeout: 20_000 });
        assert((await queue.getMany(3, { timeout: 20_000 })).length > 0);
        assert(await queue.putMany([-1, -2], { timeout: 20_000 }) > 0);
      }
    } finally {
      for (const one of crowd) one.terminate();
      for (const one of crowd) await one.join({ timeout: 20_000 });
    }
  });
}

test("thousands of pending gets are cheap, to wait and to serve and to abort", async () => {
  const queue = new Queue<number>();
  const before = performance.now();
  const count = 10_000;
  const aborter = new AbortController();
  const gets = range(count).map(() => queue.get({ signal: aborter.signal }));
  assertEquals(pending(), count);
  queue.putManySync(range(count / 2));
  assertEquals(await Promise.all(gets.slice(0, count / 2)), range(count / 2));
  assertEquals(pending(), count / 2);
  const rest = Promise.allSettled(gets.slice(count / 2));
  aborter.abort("enough");
  assert((await rest).every((outcome) => outcome.status === "rejected" && outcome.reason === "enough"));
  assertEquals(pending(), 0);
  assert(performance.now() - before < 10_000);
});

test("a wake-up is never lost to a waiter that gave up", async () => {
  const queue = new Queue<number | null>();
  const results = new Queue<number>();
  const worker = start("echo", queue, results);
  for (let round = 0; round < 150; round++) {
    const aborter = new AbortController();
    const timeout = round % 2 === 0 ? 1 : undefined;
    const waiting = queue.get({ signal: aborter.signal, timeout }).then((item) => results.putSync(item!), () => {});
    await turns(round % 3);
    queue.putSync(round);
    if (round % 3 !== 0) aborter.abort();
    assertEquals(await results.get({ timeout: 20_000 }), round);
    aborter.abort();
    await waiting;
  }
  queue.putSync(null);
  assertEquals(await worker.join({ timeout: 20_000 }), true);
});

test("promise forms are served while their thread blocks in a Sync form of something else", async () => {
  const queue = new Queue<number | null>();
  const results = new Queue<unknown>();
  const other = new Queue<unknown>();
  const waiting = other.get();
  await turns(3);
  const worker = start("echo", queue, other);
  queue.putSync(5);
  assertInstanceOf(await rejected(Promise.resolve().then(() => results.getSync({ timeout: 300 }))), QueueEmpty);
  assertEquals(await waiting, 5);
  queue.putSync(null);
  await worker.join();
});
