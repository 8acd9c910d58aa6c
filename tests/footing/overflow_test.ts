/**
 * A stack that overflows anywhere inside an operation: it throws or succeeds, no lock stays held, the object works on, and
 * no memory stays.
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { CONSUMERS, PRODUCERS } from "../../core/insisting.ts";
import { thisThread } from "../../core/current.ts";
import { cellAt } from "../../core/cells.ts";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  JoinableQueue,
  Lock,
  Pipe,
  Queue,
  QueueClosed,
  RLock,
} from "../../mod.ts";
import { SharedArray, SharedValue } from "../../mod.ts";
import { census } from "../harness/census.ts";
import { dive } from "./dive.ts";

const DEPTHS = 600;
/** The first is of code that never ran, later ones of code that engines have compiled. */
const DIVES = 3;

/** Dives with cold code and with warm; `check` comes after each, on an even keel. */
function sweep(act: () => void, check: () => void): void {
  let threw = 0;
  let returned = 0;
  for (let round = 0; round < DIVES; round++) {
    const outcome = dive(act, DEPTHS);
    assertEquals(outcome.others, []);
    threw += outcome.threw;
    returned += outcome.returned;
    check();
    for (let i = 0; i < 300; i++) act();
    check();
  }
  assert(
    threw > 0 && returned > 0,
    `${threw} calls threw and ${returned} returned: the bottom was not where it should be`,
  );
}

/** Runs `body`, after which as much memory is in use as before. */
function cleanly(name: string, body: () => void): void {
  test(`the stack overflows in ${name}`, () => {
    const { memory } = thisThread();
    const before = census(memory);
    body();
    assertEquals(census(memory), before);
  });
}

function cellOf(object: { readonly handle: object }): number {
  return cellAt((object.handle as { cell: number }).cell);
}

/** The queue's locks are free, and it works on. Leaves it as it was. */
function works(queue: Queue<unknown>): void {
  const { words } = thisThread().memory;
  const at = cellOf(queue);
  assertEquals([PRODUCERS, CONSUMERS].map(({ lock }) => words[at + lock]), [0, 0]);
  assert(queue.qsize() >= 0);
}

function drain(queue: JoinableQueue<unknown>): unknown[] {
  const items: unknown[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

const ITEMS: Record<string, (i: number) => unknown> = {
  "an integer": (i) => i,
  "an object": (i) => ({ i, list: [1, { deep: ["x", new Map([[1, 2]])] }] }),
  "an item out of line": (i) => `${i} `.padEnd(70_000, "x"),
  "bytes out of line": (i) => ({ i, bytes: new Uint8Array(100_000).fill(i) }),
  "a text": (i) => `${i} `.padEnd(1000, "x"),
};

for (const [name, make] of Object.entries(ITEMS)) {
  cleanly(`put and get of ${name}`, () => {
    const queue = new JoinableQueue<unknown>();
    let i = 0;
    const expected = (): unknown => make(i);
    sweep(
      () => queue.putNowait(expected()),
      () => {
        works(queue);
        drain(queue);
        queue.putNowait(make(++i));
        assertEquals(drain(queue), [make(i)]);
      },
    );
    sweep(
      () => {
        if (queue.empty()) queue.putManyNowait(Array.from({ length: 10 }, (_, k) => make(k)));
        queue.getNowait();
      },
      () => works(queue),
    );
    drain(queue);
    sweep(
      () => {
        queue.putManyNowait([make(1), make(2), make(3)]);
        queue.getManyNowait(2);
      },
      () => {
        works(queue);
        drain(queue);
      },
    );
    queue.close();
  });
}

cleanly("taskDone and join", () => {
  const queue = new JoinableQueue<number>();
  sweep(() => {
    queue.putNowait(1);
    queue.getNowait();
    queue.taskDone();
    queue.joinSync({ timeout: 0 });
  }, () => {
    works(queue);
    drain(queue);
    while (queue.unfinished > 0) queue.taskDone();
  });
  queue.close();
});

cleanly("a get that waits and is late", () => {
  const queue = new Queue<number>();
  sweep(() => {
    try {
      queue.getSync({ timeout: 0.01 });
    } catch (error) {
      if ((error as Error).name !== "QueueEmpty") throw error;
    }
  }, () => works(queue));
  queue.putSync(1);
  assertEquals(queue.getSync(), 1);
  queue.close();
});

cleanly("shutdown and close", () => {
  const made: JoinableQueue<unknown>[] = [];
  sweep(() => {
    made.length++;
    const queue = made[made.length - 1] = new JoinableQueue<unknown>();
    queue.putManyNowait(["a", ITEMS["bytes out of line"](1)]);
    queue.shutdown({ immediate: true });
    queue.close();
    made.length--;
  }, () => {
    for (const queue of made.filter(Boolean)) {
      try {
        queue.shutdown({ immediate: true });
        assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
      } catch (error) {
        assert(QueueClosed.is(error));
      }
      queue.close();
    }
    made.length = 0;
  });
});

cleanly("acquire and release", () => {
  const objects = [new Lock(), new RLock(), new BoundedSemaphore(1), new Condition()];
  for (const object of objects) {
    sweep(() => {
      if (object.acquireSync({ timeout: 0 })) object.release();
    }, () => {
      for (let held = !object.acquireSync({ timeout: 0 }); held; held = !object.acquireSync({ timeout: 0 })) {
        object.release();
      }
      object.release();
    });
    object.close();
  }
});

cleanly("set, notify, wait and the rest", () => {
  const event = new Event();
  const condition = new Condition();
  const barrier = new Barrier(1);
  const value = new SharedValue("int32");
  const array = new SharedArray("float64", 4);
  const [left, right] = Pipe<unknown>();
  sweep(() => {
    event.set();
    event.waitSync();
    event.clear();
    value.add(1);
    array.set(0, 1);
    array.slice();
    if (barrier.broken) barrier.reset();
    barrier.waitSync();
    left.sendSync({ a: 1 });
    right.recvSync();
  }, () => {
    while (right.pollSync()) right.recvSync();
    left.sendSync("on");
    assertEquals(right.recvSync(), "on");
    if (barrier.broken) barrier.reset();
    assertEquals(barrier.waitSync(), 0);
    event.set();
    assert(event.waitSync({ timeout: 0 }));
  });
  condition.acquireSync();
  sweep(() => condition.notifyAll(), () => {});
  condition.release();
  for (const object of [event, condition, barrier, value, array, left, right]) object.close();
});
