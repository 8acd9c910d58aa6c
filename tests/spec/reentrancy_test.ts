/** Code of the user's that runs within a call, or in the same turn of the event loop, and does to the object what it likes. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  Barrier,
  Condition,
  Event,
  Lock,
  Pipe,
  Queue,
  QueueClosed,
  QueueShutDown,
  Semaphore,
  wait,
} from "../../mod.ts";
import { checkCode, outcome } from "./bad_input_helper.ts";
import { eachForm, pending, rejected, thrown, turns } from "./queue_helper.ts";

test("an abort, a put and a close in one turn: the first to end the wait counts, and no item is lost", async () => {
  const start = (): [Queue<number>, AbortController, Promise<unknown>] => {
    const [queue, aborter] = [new Queue<number>(), new AbortController()];
    return [queue, aborter, queue.get({ signal: aborter.signal }).catch((error) => error)];
  };
  const [one, firstAborter, first] = start();
  firstAborter.abort("enough");
  one.putNowait(1);
  assertEquals([await first, one.qsize()], ["enough", 1]);
  // The waiter has not looked yet: it took nothing.
  const [two, secondAborter, second] = start();
  two.putNowait(1);
  secondAborter.abort("enough");
  assertEquals([await second, two.qsize()], ["enough", 1]);
  const [three, , third] = start();
  const other = Queue.attach<number>(three.handle);
  other.putNowait(1);
  three.close();
  assertInstanceOf(await third, QueueClosed);
  assertEquals([other.qsize(), pending()], [1, 0]);
});

test("what is released or set and closed in one turn is not taken by who waited on the closed handle", async () => {
  const semaphore = new Semaphore(0);
  using observer = Semaphore.attach(semaphore.handle);
  const held = semaphore.hold().catch((error) => error.code);
  semaphore.release();
  semaphore.close();
  assertEquals([await held, observer.getValue()], ["ISTHMUS_CLOSED", 1]);
  const lock = new Lock();
  using again = Lock.attach(lock.handle);
  lock.acquireSync();
  const acquired = lock.acquire().catch((error) => error.code);
  lock.release();
  lock.close();
  assertEquals([await acquired, again.locked()], ["ISTHMUS_CLOSED", false]);
});

test("a listener of the signal may close what is waited on, and abort may come from within a wait", async () => {
  const queue = new Queue();
  const aborter = new AbortController();
  aborter.signal.addEventListener("abort", () => queue.close());
  const waiting = [queue.get({ signal: aborter.signal }), queue.get()].map(rejected);
  const late = wait([new Event()], { signal: aborter.signal }).catch((error) => error);
  aborter.abort("enough");
  const [one, two] = await Promise.all(waiting);
  assert(one === "enough" || QueueClosed.is(one));
  assertInstanceOf(two, QueueClosed);
  assertEquals([await late, pending()], ["enough", 0]);
});

eachForm("options and items may be getters that close, throw or use the queue", async (form) => {
  const queue = new Queue<unknown>();
  queue.putNowait("there");
  const mine = new Error("mine");
  const failing = {
    get timeout(): number {
      throw mine;
    },
  };
  assertEquals(await outcome(() => queue.get(failing)), mine);
  assertEquals(await outcome(() => queue.getSync(failing)), mine);
  const taking = {
    get x() {
      return queue.getNowait();
    },
  };
  await form.put(queue, taking);
  assertEquals(await form.get(queue), { x: "there" });
  const closing = {
    get timeout() {
      queue.close();
      return 5;
    },
  };
  assertInstanceOf(await outcome(() => queue.put(1, closing)), QueueClosed);
});

eachForm("an array that changes while it is put is read as its iterator reads it", async (form) => {
  const queue = new Queue<unknown>();
  const shrinking: unknown[] = [
    {
      get x() {
        shrinking.length = 1;
        return 1;
      },
    },
    2,
    3,
  ];
  const growing: unknown[] = [{
    get x() {
      growing.push(9);
      return 1;
    },
  }, 2];
  assertEquals(await form.putMany(queue, shrinking), 1);
  assertEquals(await form.putMany(queue, growing), 3);
  assertEquals(queue.getManyNowait(9), [{ x: 1 }, { x: 1 }, 2, 9]);
  class Own extends Array<number> {
    override *[Symbol.iterator](): ArrayIterator<number> {
      yield 42;
    }
  }
  // deno-lint-ignore no-sparse-arrays
  for (const items of [Own.from([1, 2, 3]), new Proxy([7], {}), [1, , 3]]) await form.putMany(queue, items);
  assertEquals(queue.getManyNowait(9), [42, 7, 1, undefined, 3]);
});

eachForm("an iterable may put, get and shut down while it is read", async (form) => {
  const queue = new Queue<number>();
  function* putting() {
    yield 1;
    queue.putManyNowait([7, 8]);
    yield 2;
  }
  assertEquals(await form.putMany(queue, putting()), 2);
  assertEquals(queue.getManyNowait(9).sort(), [1, 2, 7, 8]);
  function* ending() {
    yield 1;
    queue.shutdown();
    yield 2;
  }
  const error = await rejected(form.putMany(queue, ending()));
  assertInstanceOf(error, QueueShutDown);
  assertEquals(queue.isShutdown, true);
});

test("none at all: an empty batch puts nothing, and fails only for what is wrong with the call", async () => {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  assertEquals([queue.putManySync([]), queue.putManyNowait([]), await queue.putMany(new Set<number>())], [0, 0, 0]);
  assertEquals(await rejected(queue.putMany([], { signal: AbortSignal.abort("no") })), "no");
  queue.close();
  assertThrows(() => queue.putManySync([]), QueueClosed);
});

test("an action may close its barrier", async () => {
  for (const way of [(barrier: Barrier) => barrier.wait(), (barrier: Barrier) => barrier.waitSync()]) {
    const barrier: Barrier = new Barrier(1, { action: () => barrier.close() });
    assertEquals(await way(barrier), 0);
    await checkCode("closed", () => barrier.wait(), "ISTHMUS_CLOSED");
  }
});

test("a predicate may close its condition, or let go of the lock", async () => {
  for (const form of ["waitFor", "waitForSync"] as const) {
    const condition: Condition = new Condition();
    using observer = Condition.attach(condition.handle);
    condition.acquireSync();
    await checkCode(form, () => condition[form](() => condition.release(), { timeout: 20 }), "ISTHMUS_LOCK_NOT_HELD");
    condition.acquireSync();
    await checkCode(form, () => condition[form](() => condition.close(), { timeout: 20 }), "ISTHMUS_CLOSED");
    // Its lock is held still, by this thread.
    assertEquals(observer.acquireNowait(), false);
    observer.release();
  }
});

test("iterators may be left before, between and by an error, and take nothing more", async () => {
  const queue = new Queue<number>();
  queue.putManyNowait([1, 2, 3]);
  const unused = queue[Symbol.asyncIterator]();
  await unused.return!();
  assertEquals(await unused.next(), { value: undefined, done: true });
  const left = queue.iterateSync();
  assertEquals(left.next().value, 1);
  const mine = new Error("mine");
  assertEquals(thrown(() => left.throw!(mine)), mine);
  assertEquals([left.next().done, queue.qsize()], [true, 2]);
  const [first] = queue.iterateSync();
  assertEquals([first, queue.qsize()], [2, 1]);
  // Two at once on one iterator get one after the other.
  const both = queue[Symbol.asyncIterator]();
  const nexts = [both.next(), both.next()];
  await turns();
  queue.putNowait(4);
  assertEquals((await Promise.all(nexts)).map(({ value }) => value), [3, 4]);
});

test("a connection may be sent through itself, and closed by what it sends", () => {
  const [left, right] = Pipe<unknown>();
  left.sendNowait([left, right]);
  const [mine, yours] = right.recvNowait() as (typeof left)[];
  mine.sendNowait(5);
  assertEquals(yours.recvNowait(), 5);
  const closing = {
    get x() {
      left.close();
      return 1;
    },
  };
  assertEquals((thrown(() => left.sendNowait(closing)) as { code: string }).code, "ISTHMUS_CONNECTION_CLOSED");
  assertEquals(right.pollSync(), false);
  for (const end of [right, mine, yours]) end.close();
});
