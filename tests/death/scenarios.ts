/**
 * What a victim was doing when it died, and what must be true afterwards.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { family } from "./family.ts";
import type { Staged } from "./stage.ts";
import type { JoinableQueue, Queue, QueueHandle } from "../../core/context.ts";

/** What a victim works on. */
export interface Subject {
  readonly handle: unknown;
  close(): void;
}

/** One thing to die in. */
export interface Scenario<T extends Subject> {
  /** Makes what the victim works on, in the surviving thread. */
  prepare(core: Staged): T;
  /** What the victim does; the part before the returned function is done undisturbed. */
  victim(core: Staged, handle: T["handle"]): () => void;
  /** Checks what is left, and that it works on. Leaves no items. */
  survive(subject: T, core: Staged): void;
}

type QueueScenario = Scenario<JoinableQueue<unknown>>;

const LARGE = 100_000;
const text = (id: number, length: number): string => `${id}:`.padEnd(length, "x");

function filled(core: Staged, items: readonly unknown[]): JoinableQueue<unknown> {
  const queue = new core.context.JoinableQueue<unknown>();
  for (const item of items) queue.putSync(item);
  return queue;
}

function attached(core: Staged, handle: QueueHandle): JoinableQueue<unknown> {
  return core.context.JoinableQueue.attach<unknown>(handle);
}

function getOrLate(queue: Queue<unknown>): void {
  try {
    queue.getSync({ timeout: 20 });
  } catch (error) {
    assert(error instanceof Error && error.name === "QueueEmpty");
  }
}

/** Takes everything, one by one. */
function drained(queue: Queue<unknown>): unknown[] {
  const items: unknown[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

/** The victim puts `added` after `before`: all, or as many whole commits as it made, and nothing else, is there. */
function putting(
  before: readonly unknown[],
  added: readonly unknown[],
  put: (queue: Queue<unknown>) => void,
): QueueScenario {
  return {
    prepare: (core) => filled(core, before),
    victim(core, handle) {
      const queue = attached(core, handle);
      return () => put(queue);
    },
    survive(queue) {
      const size = queue.qsize();
      assertEquals(queue.unfinished, size);
      const items = drained(queue);
      assertEquals(items.length, size);
      assertEquals(items, [...before, ...added].slice(0, size));
      assert(size >= before.length);
    },
  };
}

/** The victim gets some of `items`: those it took are gone from the front, and nothing else. */
function getting(items: readonly unknown[], most: number, get: (queue: Queue<unknown>) => void): QueueScenario {
  return {
    prepare: (core) => filled(core, items),
    victim(core, handle) {
      const queue = attached(core, handle);
      return () => get(queue);
    },
    survive(queue) {
      const size = queue.qsize();
      assert(size >= items.length - most, `${size} items are left of ${items.length}`);
      assertEquals(queue.unfinished, items.length);
      assertEquals(drained(queue), items.slice(items.length - size));
    },
  };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
/** So many that the first segment and a block are full to the last record. */
const blockful: string[] = numbers(20).map((i) => text(i, 4000));

const ofQueues: Record<string, QueueScenario> = {
  "put a small item": putting([1, 2], ["three"], (queue) => queue.putSync("three")),
  "put where the segment wraps": {
    ...putting([], ["last"], (queue) => queue.putSync("last")),
    prepare(core) {
      const queue = filled(core, []);
      for (let i = 0; i < 37; i++) {
        queue.putSync(i);
        queue.getSync();
        queue.taskDone();
      }
      return queue;
    },
  },
  "put into a new block": putting(["first"], [text(9, 5000)], (queue) => queue.putSync(text(9, 5000))),
  "put a large item": putting([1], [text(9, LARGE)], (queue) => queue.putSync(text(9, LARGE))),
  "put many": putting([1], numbers(40), (queue) => queue.putManySync(numbers(40))),
  "put many into several blocks": putting([], blockful, (queue) => queue.putManySync(blockful)),
  "get a small item": getting([1, 2, 3], 1, (queue) => queue.getSync()),
  "get a large item": getting([text(1, LARGE), 2], 1, (queue) => queue.getSync()),
  "get many, leaving blocks behind": getting(blockful, 20, (queue) => queue.getManySync(20)),
  "say that a task is done": {
    prepare: (core) => filled(core, [1, 2]),
    victim(core, handle) {
      const queue = attached(core, handle);
      return () => queue.taskDone();
    },
    survive(queue) {
      const done = 2 - queue.unfinished;
      assert(done === 0 || done === 1);
      assertEquals(drained(queue), [1, 2]);
      for (let left = 2 - done; left > 0; left--) queue.taskDone();
      assert(queue.joinSync({ timeout: 0 }));
    },
  },
  "shut down and drop": {
    prepare: (core) => filled(core, [1, text(2, LARGE), text(3, 5000), 4]),
    victim(core, handle) {
      const queue = attached(core, handle);
      return () => queue.shutdown({ immediate: true });
    },
    survive(queue) {
      if (!queue.isShutdown) assertEquals(queue.qsize(), 4);
      queue.shutdown({ immediate: true });
      assertEquals(queue.qsize(), 0);
      assertEquals(queue.unfinished, 0);
    },
  },
  "make, fill and close a queue": {
    prepare: (core) => filled(core, []),
    victim(core, handle) {
      attached(core, handle);
      return () => {
        const queue = new core.context.Queue<unknown>();
        queue.putSync(text(1, LARGE));
        queue.putSync(text(2, 5000));
        queue.close();
      };
    },
    survive: () => {},
  },
  "wait for an item": {
    prepare: (core) => filled(core, []),
    victim(core, handle) {
      const queue = attached(core, handle);
      return () => void getOrLate(queue);
    },
    survive(queue) {
      queue.putSync("for the living");
      assertEquals(queue.getSync({ timeout: 1000 }), "for the living");
    },
  },
};

/** The queue works on, in both directions, for small and large. */
function worksOn(queue: JoinableQueue<unknown>): void {
  if (queue.isShutdown) return;
  for (const item of ["after", "x".repeat(50_000)]) {
    queue.putSync(item, { timeout: 1000 });
    assertEquals(queue.getSync({ timeout: 1000 }), item);
  }
}

for (const scenario of Object.values(ofQueues)) {
  const { survive } = scenario;
  scenario.survive = (queue, core) => {
    survive(queue, core);
    worksOn(queue);
  };
}

export const scenarios: Record<string, Scenario<Subject>> = { ...ofQueues, ...family };
