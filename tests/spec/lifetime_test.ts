/** What all shared objects have in common: their ends, by every way, and what user classes may extend. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Connection,
  Event,
  type Handle,
  JoinableQueue,
  Lock,
  OutOfSharedMemory,
  Pipe,
  Process,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
  SimpleQueue,
  waitSync,
} from "../../mod.ts";
import { census } from "../harness/census.ts";
import { thisThread } from "../../core/current.ts";
import { openObjects, pending, spendMemory, start, thrown, until } from "./queue_helper.ts";

type Shared = Disposable & { close(): void; readonly handle: Handle };

const makers: Record<string, () => Shared[]> = {
  Queue: () => [new Queue()],
  JoinableQueue: () => [new JoinableQueue()],
  SimpleQueue: () => [new SimpleQueue()],
  Pipe: () => Pipe(),
  Lock: () => [new Lock()],
  RLock: () => [new RLock()],
  Semaphore: () => [new Semaphore()],
  BoundedSemaphore: () => [new BoundedSemaphore()],
  Condition: () => [new Condition()],
  Event: () => [new Event()],
  Barrier: () => [new Barrier(2)],
  SharedValue: () => [new SharedValue("int8")],
  SharedArray: () => [new SharedArray("int8", 100_000)],
};

for (const [name, make] of Object.entries(makers)) {
  test(`${name}: the end of a block closes it, and all that it held is free`, () => {
    const before = [openObjects(), JSON.stringify(census(thisThread().memory))];
    for (let i = 0; i < 3; i++) {
      for (const object of make()) {
        using scoped = object;
        scoped.close();
        scoped[Symbol.dispose]();
        assert((thrown(() => scoped.handle) as { code: string }).code.endsWith("CLOSED"));
      }
    }
    assertEquals([openObjects(), JSON.stringify(census(thisThread().memory))], before);
  });

  test(`${name}: one that is forgotten is collected`, async () => {
    const before = openObjects();
    for (let i = 0; i < 400; i++) make();
    assert(openObjects() >= before + 400);
    const garbage: unknown[] = [];
    // What is old is collected when much more has grown old; the news of it come when the event loop turns.
    await until(() => {
      if (garbage.length > 4000) garbage.length = 0;
      for (let i = 0; i < 100; i++) garbage.push(new Array(1000).fill(i), new ArrayBuffer(100_000));
      return openObjects() < before + 200;
    });
  });

  test(`${name}: with no memory left it is not made, and nothing is kept of it`, () => {
    const giveBack = spendMemory();
    const kept: Shared[] = [];
    try {
      // All the cells that are left.
      for (let full = false; !full;) {
        try {
          kept.push(new Event());
        } catch (error) {
          assertInstanceOf(error, OutOfSharedMemory);
          full = true;
        }
      }
      // With none, one, two, … of them free again, until there are enough.
      for (let left = 0;; left++) {
        const before = [openObjects(), JSON.stringify(census(thisThread().memory))];
        try {
          for (const object of make()) object.close();
          assert(left > 0);
          break;
        } catch (error) {
          assertInstanceOf(error, OutOfSharedMemory);
        }
        assertEquals([openObjects(), JSON.stringify(census(thisThread().memory))], before);
        if (name === "SharedArray" && left === 4) break; // needs blocks
        kept.pop()!.close();
      }
    } finally {
      giveBack();
      for (const object of kept) object.close();
    }
    for (const object of make()) object.close();
  });

  test(`${name}: nothing of its inside shows in JSON, and it has no properties of its own to change`, () => {
    for (const object of make()) {
      const own = Object.keys(object);
      assertEquals(own, name === "Barrier" ? ["parties"] : []);
      object.close();
    }
  });
}

test("classes of the user's may extend them", async () => {
  class Tasks extends JoinableQueue<number> {
    constructor() {
      super({ maxsize: 2, name: "tasks" });
    }
    twice(item: number): number {
      return this.putManySync([item, item]);
    }
  }
  class Gate extends Event {
    readonly kind = "gate";
  }
  class Turnstile extends Semaphore {
    readonly places = 3;
    constructor() {
      super(3);
    }
  }
  using tasks = new Tasks();
  using gate = new Gate();
  using turnstile = new Turnstile();
  assertEquals([tasks.twice(5), tasks.full(), tasks.name, turnstile.getValue(), gate.kind], [
    2,
    true,
    "tasks",
    3,
    "gate",
  ]);
  assertEquals([gate.kind, turnstile.places], ["gate", 3]);
  assertEquals(waitSync([gate, tasks]), [tasks]);
  // What travels arrives as the class that it extends.
  using queue = new Queue<Semaphore>();
  queue.putSync(turnstile);
  const arrived = queue.getSync();
  assertEquals([arrived.constructor, arrived.getValue()], [Semaphore, 3]);
  arrived.close();
  class Echo extends Process {
    constructor(...args: unknown[]) {
      super({ module: new URL("../fixtures/queue_targets.ts", import.meta.url), target: "echo", args });
    }
  }
  using results = new Queue<number>();
  const plain = new Queue<number | null>();
  plain.putManySync([1, null]);
  const echo = new Echo(plain, results).start();
  assertInstanceOf(echo, Echo);
  assertEquals([await results.get({ timeout: 20_000 }), await echo.join({ timeout: 20_000 })], [1, true]);
  plain.close();
});

test("an object may be the key of a Map, and lie in a Set, in an item or among arguments", async () => {
  using queue = new Queue<unknown>();
  using results = new Queue<unknown>();
  const worker = start("echo", queue, results);
  const lock = new Lock();
  queue.putSync({ map: new Map([[lock, new Set([lock])]]) });
  const { map } = await results.get({ timeout: 20_000 }) as { map: Map<Lock, Set<Lock>> };
  const [[key, set]] = map;
  assert(key instanceof Lock && set.has(key));
  lock.acquireSync();
  assertEquals(key.locked(), true);
  queue.putSync(null);
  await worker.join();
  for (const one of [key, lock]) one.close();
});

test("both ends of a pipe in each other, and a queue in itself, end with their last handle", () => {
  const before = openObjects();
  const [left, right] = Pipe<unknown>();
  left.sendNowait([left, right]);
  const [again] = right.recvNowait() as [Connection];
  again.sendNowait("through");
  assertEquals(right.recvNowait(), "through");
  for (const end of [left, right, again]) end.close();
  assertThrows(() => Connection.attach({ ...new Queue().handle, isthmus: "Connection" }), Error, "gone");
  assert(openObjects() <= before + 2);
  assertEquals(pending(), 0);
});
