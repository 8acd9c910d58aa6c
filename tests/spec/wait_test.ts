/** wait and waitSync. */
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Connection,
  Event,
  JoinableQueue,
  Pipe,
  Process,
  ProcessError,
  Queue,
  SimpleQueue,
  wait,
  waitSync,
} from "../../mod.ts";
import { pending, rejected, turns } from "./queue_helper.ts";

const module = new URL("../fixtures/pipe_targets.ts", import.meta.url);

function start(target: string, ...args: unknown[]): Process {
  return new Process({ module, target, args, daemon: true }).start();
}

test("it gives the ready ones in the order given, each once, and takes nothing", async () => {
  const [left, right] = Pipe<number>();
  const queue = new Queue<number>();
  const joinable = new JoinableQueue<number>();
  const simple = new SimpleQueue<number>();
  left.sendNowait(1);
  simple.putSync(2);
  queue.putNowait(3);
  assertEquals(await wait([simple, left, right, queue, joinable, simple, right]), [simple, right, queue]);
  assertEquals(waitSync(new Set([joinable, queue, right])), [queue, right]);
  assertEquals([right.recvNowait(), await simple.get(), queue.getNowait()], [1, 2, 3]);
});

test("it gives nothing on timeout; 0 and negative ask once", async () => {
  const queue = new Queue();
  const [left, right] = Pipe();
  for (const timeout of [0, -1, 5]) {
    assertEquals(await wait([queue, left], { timeout }), []);
    assertEquals(waitSync([queue, left], { timeout }), []);
  }
  right.close(); // not before: were it collected meanwhile, the other end would be ready
  queue.putNowait(1);
  assertEquals(await wait([queue], { timeout: 0 }), [queue]);
});

test("it wakes for each kind of object", async () => {
  const [left, right] = Pipe<number>();
  const queue = new Queue<number>();
  const simple = new SimpleQueue<number>();
  const event = new Event();
  const all = [right, queue, simple, event];
  const cases: [() => unknown, unknown][] = [
    [() => left.sendNowait(1), right],
    [() => queue.putNowait(1), queue],
    [() => simple.putSync(1), simple],
    [() => event.set(), event],
  ];
  for (const [act, object] of cases) {
    const others = all.filter((other) =>
      other === object || cases.findIndex(([, o]) => o === other) > cases.findIndex(([, o]) => o === object)
    );
    const waiting = wait(others);
    await turns();
    act();
    assertEquals(await waiting, [object]);
  }
  assertEquals(await wait(all), all);
  assertEquals(pending(), 0);
});

test("closed and shut down objects and those at the end of their stream are ready, before and while it waits", async () => {
  const [left, right] = Pipe();
  const queue = new Queue();
  const other = new Queue();
  const waits = [wait([right, other]), wait([queue, other])];
  await turns();
  left.close();
  queue.shutdown();
  assertEquals(await waits[0], [right]);
  assertEquals(await waits[1], [queue]);
  const closing = [new Queue(), Pipe()[0], new Event(), new SimpleQueue()];
  for (const object of closing) {
    const waiting = wait([other, object]);
    await turns();
    object.close();
    assertEquals(await waiting, [object]);
    assertEquals(await wait([other, object]), [object]);
    assertEquals(waitSync([other, object]), [object]);
  }
  assertEquals(pending(), 0);
});

test("a Process is ready when it has ended, also when something else looks at it meanwhile", async () => {
  const queue = new Queue();
  const process = start("doNothing");
  const waiting = wait([queue, process]);
  assertEquals(waitSync([queue, process], { timeout: 20_000 }), [process]);
  assertEquals(process.exitCode, 0);
  // The words of the Process are not another object's as long as the first wait looks at them.
  const others = Array.from({ length: 100 }, () => new Queue({ maxsize: 7 }));
  assertEquals(await waiting, [process]);
  process.close();
  assertEquals(await wait([queue, process]), [process]);
  for (const other of others) other.close();
  assertThrows(() => waitSync([new Process({ module, target: "doNothing" })]), ProcessError, "start()");
});

test("what cannot be waited for is a TypeError that shows it; nothing and no timeout is a RangeError", async () => {
  const sender = Pipe({ duplex: false })[1];
  for (const wrong of [5, null, "queue", {}, new Map(), sender]) {
    assertThrows(() => waitSync([wrong as never]), TypeError);
    await assertRejects(() => wait([wrong as never]), TypeError);
  }
  assertThrows(() => waitSync(5 as never), TypeError, "5");
  assertThrows(() => waitSync([]), RangeError);
  await assertRejects(() => wait([]), RangeError);
  assertEquals(waitSync([], { timeout: 1 }), []);
  assertEquals(await wait([], { timeout: 1 }), []);
  assertThrows(() => waitSync([new Queue()], { timeout: NaN }), RangeError);
  assertThrows(() => waitSync([new Queue()], { signal: AbortSignal.abort() } as never), TypeError);
});

test("an abort rejects with its reason, also where something is ready", async () => {
  const queue = new Queue();
  const controller = new AbortController();
  const waiting = rejected(wait([queue], { signal: controller.signal }));
  await turns();
  controller.abort("enough");
  assertEquals(await waiting, "enough");
  queue.putNowait(1);
  assertEquals(await rejected(wait([queue], { signal: AbortSignal.abort("no") })), "no");
  assertEquals(pending(), 0);
});

test("a wait that looks at a queue takes nobody's wake-up: the getter behind it is served", async () => {
  const queue = new Queue<number>();
  const waits = [wait([queue]), wait([queue, new Queue()])];
  const got = queue.get();
  await turns();
  queue.putNowait(7);
  assertEquals(await got, 7);
  for (const waiting of waits) assertStrictEquals((await waiting)[0], queue);
});

test("a blocked thread sleeps once for many objects, whichever of them it is", async () => {
  const results = new Queue<number[]>();
  for (const which of [0, 57, 99]) {
    const pairs = Array.from({ length: 50 }, () => Pipe<number>());
    const queues = Array.from({ length: 50 }, () => new Queue<number>());
    const worker = start("waitForOne", [...pairs.map((pair) => pair[1]), ...queues], results);
    assertEquals(await results.get({ timeout: 20_000 }), [-1]);
    if (which < 50) pairs[which]![0].sendNowait(1);
    else queues[which - 50]!.putNowait(1);
    assertEquals(await results.get({ timeout: 20_000 }), [which]);
    await worker.join();
    for (const object of [...pairs.flat(), ...queues]) object.close();
  }
});

test("a thread that serves several connections gets every message, and every end", async () => {
  const results = new Queue<number>();
  const pairs = Array.from({ length: 5 }, () => Pipe<number>());
  start("drainAll", pairs.map((pair) => pair[1]), results);
  for (const [, theirs] of pairs) theirs.close();
  for (let i = 0; i < 1000; i++) pairs[i % 5]![0].sendSync(i);
  for (const [ours] of pairs) ours.close();
  assertEquals(await results.get({ timeout: 20_000 }), 1000);
});

test("its result has the type of what it was given", async () => {
  const [left, right] = Pipe<string>();
  left.sendNowait("x");
  const ready: Connection<string>[] = await wait([right]);
  assert(ready.length === 1);
});
