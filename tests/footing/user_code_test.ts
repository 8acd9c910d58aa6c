/**
 * What users' code does in the middle of an operation: getters, proxies and codecs that throw, or use, shut down or close
 * the very queue; an allocation that fails.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { thisThread } from "../../core/current.ts";
import { type Codec, JoinableQueue, NotSerializable, OutOfSharedMemory, Queue, QueueClosed } from "../../mod.ts";
import { QueueShutDown } from "../../mod.ts";
import { census } from "../harness/census.ts";

function cleanly(name: string, body: () => void | Promise<void>): void {
  test(name, async () => {
    const { memory } = thisThread();
    const before = census(memory);
    await body();
    assertEquals(census(memory), before);
  });
}

const large = "x".repeat(100_000);

/** An object whose getter runs `act` when it is put, between an object before it and a large text behind it. */
function trap(act: () => unknown, inner: unknown = new Uint8Array(30_000)): object {
  return {
    inner,
    get value() {
      return act();
    },
    large,
  };
}

cleanly("a getter that throws: put throws it, and nothing has changed", () => {
  const queue = new JoinableQueue<unknown>(2);
  const inner = new Queue();
  const broken = trap(() => {
    throw new EvalError("mine");
  }, inner);
  assertThrows(() => queue.putSync(broken), EvalError, "mine");
  assertEquals([queue.qsize(), queue.unfinished], [0, 0]);
  // Those before it are in.
  const error = assertThrows(() => queue.putManySync([1, broken, 2]), EvalError) as Error & { put: number };
  assertEquals([error.put, queue.qsize(), queue.getNowait()], [1, 1, 1]);
  inner.close();
  queue.close();
});

cleanly("a proxy whose traps throw, each of them", () => {
  const queue = new Queue<unknown>();
  for (const name of ["get", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf", "has"] as const) {
    const proxy = new Proxy({ a: 1 }, {
      [name]() {
        throw new EvalError(name);
      },
    });
    try {
      queue.putNowait({ large, proxy });
      queue.getNowait();
    } catch (error) {
      assert(error instanceof EvalError || NotSerializable.is(error), String(error));
    }
    assertEquals(queue.qsize(), 0);
  }
  queue.close();
});

cleanly("toJSON, symbols and inherited getters are not looked at", () => {
  const queue = new Queue<unknown>();
  const item = Object.create({
    get inherited() {
      throw new Error("looked at");
    },
  });
  Object.assign(item, { a: 1, [Symbol("s")]: () => {} });
  Object.defineProperty(item, "toJSON", { value: () => assert(false), enumerable: false });
  queue.putSync(item);
  assertEquals(queue.getSync(), { a: 1 });
  queue.close();
});

cleanly("a getter that uses the same queue", () => {
  const queue = new JoinableQueue<unknown>();
  queue.putSync(trap(() => {
    queue.putManySync([1, { large }]);
    queue.getSync();
    queue.taskDone();
    return queue.qsize();
  }));
  assertEquals(queue.qsize(), 2);
  assertEquals(queue.getSync(), { large });
  assertEquals((queue.getSync() as { value: number }).value, 1);
  assertEquals(queue.unfinished, 2);
  queue.close();
});

cleanly("a getter that shuts the queue down, or closes it", () => {
  for (const immediate of [false, true]) {
    const queue = new JoinableQueue<unknown>();
    queue.putSync({ large });
    const error = assertThrows(() => queue.putSync(trap(() => queue.shutdown({ immediate }))));
    assert(QueueShutDown.is(error));
    assertEquals(queue.qsize(), immediate ? 0 : 1);
    queue.close();
  }
  const queue = new Queue<unknown>();
  const kept = Queue.attach<unknown>(queue.handle);
  const error = assertThrows(() => queue.putSync(trap(() => queue.close())));
  assert(QueueClosed.is(error));
  assertEquals(kept.qsize(), 0);
  kept.close();
});

cleanly("a codec that throws or re-enters, in either direction", async () => {
  let act: (() => void) | undefined;
  const codec: Codec<string> = {
    id: "footing",
    encode(item) {
      act?.();
      return new TextEncoder().encode(item);
    },
    decode(bytes) {
      act?.();
      return new TextDecoder().decode(bytes);
    },
  };
  const queue = new JoinableQueue<string>({ codec });
  for (const text of ["small", large]) {
    act = () => {
      throw new EvalError("codec");
    };
    assertThrows(() => queue.putSync(text), EvalError);
    assertEquals(queue.qsize(), 0);
    act = undefined;
    queue.putSync(text);
    queue.putSync(text);
    act = () => {
      throw new EvalError("codec");
    };
    assertThrows(() => queue.getSync(), EvalError);
    // It counts as taken.
    assertEquals(queue.qsize(), 1);
    act = () => {
      act = undefined;
      queue.putSync("inner");
    };
    assertEquals(await queue.get(), text);
    assertEquals(queue.getSync(), "inner");
    assertEquals(queue.qsize(), 0);
  }
  queue.putSync(large);
  act = () => {
    act = undefined;
    queue.close();
  };
  assertEquals(queue.getSync(), large);
});

cleanly("shared memory that is spent: the operation throws, changes nothing, and works again", () => {
  const { memory } = thisThread();
  const queue = new JoinableQueue<unknown>({ maxBytes: 2 ** 31 });
  const grow = memory.grow;
  let taken = 0;
  memory.grow = () => {
    throw new OutOfSharedMemory("There is no more.");
  };
  const half = new Uint8Array(memory.buffer.byteLength >> 2);
  try {
    for (;; taken++) queue.putNowait(half);
  } catch (error) {
    assert(OutOfSharedMemory.is(error));
  }
  const { blocks } = census(memory);
  for (const put of [() => queue.putNowait(half), () => queue.putManyNowait([half])]) {
    assert(OutOfSharedMemory.is(assertThrows(put)));
    assertEquals([queue.qsize(), queue.unfinished, census(memory).blocks], [taken, taken, blocks]);
  }
  assertEquals((queue.getNowait() as Uint8Array).length, half.length);
  queue.putNowait(half);
  memory.grow = grow;
  queue.close();
});
