/** close, and what is left of a handle after it; joinThread and cancelJoinThread. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { JoinableQueue, Queue, QueueClosed, QueueError, QueueShutDown } from "../../mod.ts";
import { openObjects, pending, range, rejected, thrown, turns } from "./queue_helper.ts";

/** A handle and a second one on the same queue. */
function twice<T>(): [Queue<T>, Queue<T>] {
  const queue = new Queue<T>({ maxsize: 2, name: "shared" });
  return [queue, Queue.attach<T>(queue.handle)];
}

test("close is idempotent, and so is the end of a using block", () => {
  const before = openObjects();
  const queue = new Queue();
  queue.close();
  queue.close();
  queue[Symbol.dispose]();
  {
    using scoped = new Queue();
    scoped.putNowait(1);
  }
  assertEquals(openObjects(), before);
});

test("a closed handle keeps its constants, close, joinThread and cancelJoinThread; all else throws QueueClosed", async () => {
  const queue = new JoinableQueue<number>({ maxsize: 7, maxBytes: 8000, name: "done" });
  const { handle } = queue;
  queue.close();
  assertEquals([queue.name, queue.maxsize, queue.maxBytes], ["done", 7, 8000]);
  queue.cancelJoinThread();
  await queue.joinThread();
  const uses: Record<string, () => unknown> = {
    putSync: () => queue.putSync(1),
    putNowait: () => queue.putNowait(1),
    getSync: () => queue.getSync(),
    getNowait: () => queue.getNowait(),
    putManySync: () => queue.putManySync([1]),
    putManyNowait: () => queue.putManyNowait([]),
    getManySync: () => queue.getManySync(1),
    getManyNowait: () => queue.getManyNowait(1),
    qsize: () => queue.qsize(),
    empty: () => queue.empty(),
    full: () => queue.full(),
    shutdown: () => queue.shutdown(),
    isShutdown: () => queue.isShutdown,
    handle: () => queue.handle,
    iterateSync: () => queue.iterateSync().next(),
    taskDone: () => queue.taskDone(),
    joinSync: () => queue.joinSync(),
    unfinished: () => queue.unfinished,
  };
  for (const [name, use] of Object.entries(uses)) {
    const error = thrown(use) as Error;
    assert(QueueClosed.is(error) && error.message.includes('"done"'), `${name}: ${error}`);
  }
  for (const promise of [queue.put(1), queue.get(), queue.putMany([1]), queue.getMany(1), queue.join()]) {
    assertInstanceOf(await rejected(promise), QueueClosed);
  }
  assertInstanceOf(await rejected(queue[Symbol.asyncIterator]().next()), QueueClosed);
  assertEquals((thrown(() => JoinableQueue.attach(handle)) as { code: string }).code, "ISTHMUS_GONE");
});

test("close rejects what waits on this handle, and nothing else", async () => {
  const [queue, other] = twice<string>();
  const before = pending();
  const waiting = range(5).map(() => rejected(queue.get()));
  const elsewhere = other.get();
  queue.close();
  for (const error of await Promise.all(waiting)) assertInstanceOf(error, QueueClosed);
  assertEquals(pending(), before + 1);
  other.putSync("still open");
  assertEquals(await elsewhere, "still open");
  other.close();
});

test("close rejects waiting puts, and what they would have put is not put", async () => {
  const [queue, other] = twice<number>();
  other.putManySync([1, 2]);
  const puts = [rejected(queue.put(3)), rejected(queue.putMany([4, 5]))];
  queue.close();
  for (const error of await Promise.all(puts)) assertInstanceOf(error, QueueClosed);
  assertEquals(other.getManyNowait(9), [1, 2]);
});

test("close ends waiting iterations and joins with QueueClosed", async () => {
  const queue = new JoinableQueue<number>();
  queue.putNowait(1);
  const join = rejected(queue.join());
  const iteration = rejected((async () => {
    for await (const _ of queue);
  })());
  await turns();
  queue.close();
  assertInstanceOf(await join, QueueClosed);
  assertInstanceOf(await iteration, QueueClosed);
});

test("unlike shutdown, close says nothing about the queue", () => {
  const [queue, other] = twice<number>();
  queue.close();
  assertEquals(other.isShutdown, false);
  other.putNowait(1);
  assertEquals(other.getNowait(), 1);
});

test("closed while a putMany goes on: it ends with the number that went in, and touches the queue no more", async () => {
  const [queue, other] = [new Queue<number>(), new Queue<number>()];
  const observer = Queue.attach<number>(queue.handle);
  const putting = rejected(queue.putMany(range(5000)));
  queue.close();
  const error = await putting as QueueClosed & { put: number };
  assertInstanceOf(error, QueueClosed);
  assert(error.put > 0 && error.put < 5000);
  assertEquals(observer.qsize(), error.put);
  const reused = rejected(other.putMany(range(5000)));
  other.close();
  await reused;
  assertEquals(range(20).map(() => new Queue().qsize()), range(20).map(() => 0));
});

test("closed by what runs inside of put: a getter, an iterator, a codec", () => {
  const closers: ((queue: Queue<unknown>) => void)[] = [
    (queue) =>
      queue.putSync({
        get x() {
          return queue.close();
        },
      }),
    (queue) =>
      queue.putManySync((function* () {
        yield 1;
        queue.close();
        yield 2;
      })()),
    (queue) =>
      queue.putNowait([{
        get x() {
          return queue.close();
        },
      }]),
  ];
  for (const close of closers) {
    const queue = new Queue<unknown>();
    assertInstanceOf(thrown(() => close(queue)), QueueClosed);
    assertEquals(range(3).map(() => new Queue().qsize()), [0, 0, 0]);
  }
  const queue: Queue<number> = new Queue<number>({
    codec: { id: "closer", encode: () => new Uint8Array(8000), decode: () => (queue.close(), 7) },
  });
  queue.putManySync(range(100));
  // What was taken before the close is given; the next look at the queue is not taken.
  const got = queue.getManySync(100);
  assert(got.length > 0 && got.length < 100);
});

test("joinThread wants close() first, as in Python; then it resolves at once", async () => {
  const queue = new Queue<number>();
  queue.putSync(1);
  const error = await rejected(queue.joinThread()) as QueueError;
  assertInstanceOf(error, QueueError);
  assertEquals(error.code, "ISTHMUS_QUEUE_NOT_CLOSED");
  assert(error.message.includes("close()"));
  queue.close();
  assertStrictEquals(await queue.joinThread(), undefined);
});

test("cancelJoinThread drops nothing", async () => {
  const [queue, other] = twice<string>();
  queue.putSync("kept");
  queue.cancelJoinThread();
  queue.close();
  await queue.joinThread();
  assertEquals(other.getNowait(), "kept");
});

test("a queue closed by all its holders is gone, with its items", () => {
  const [queue, other] = twice<unknown>();
  const inner = new Queue<number>();
  queue.putNowait([inner]);
  const { handle } = inner;
  inner.close();
  // The item on its way still holds it.
  Queue.attach(handle).close();
  queue.close();
  Queue.attach(handle).close();
  other.close();
  assertEquals((thrown(() => Queue.attach(handle)) as { code: string }).code, "ISTHMUS_GONE");
});

test("a long row of queues within queues ends with the last one", () => {
  const before = openObjects();
  let queue = new Queue<unknown>();
  const { handle } = queue;
  for (let i = 0; i < 5000; i++) {
    const next = new Queue<unknown>();
    next.putNowait(queue);
    queue.close();
    queue = next;
  }
  Queue.attach(handle).close();
  queue.close();
  assertEquals(openObjects(), before);
  assertEquals((thrown(() => Queue.attach(handle)) as { code: string }).code, "ISTHMUS_GONE");
});

test("what is already shut down can be closed", async () => {
  const queue = new Queue<number>();
  queue.shutdown();
  assertInstanceOf(await rejected(queue.get()), QueueShutDown);
  queue.close();
  assertInstanceOf(await rejected(queue.get()), QueueClosed);
});
