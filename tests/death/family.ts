/**
 * What a victim was doing with locks, events, barriers, connections and shared memory when it died.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Subject } from "./scenarios.ts";
import type { Scenario } from "./scenarios.ts";
import type { Staged } from "./stage.ts";

type Context = Staged["context"];

/** A class whose objects are opened by a handle. */
interface Attachable<T> {
  attach(handle: never): T;
}

/** A scenario about one object: `make` makes it, `kind` names its class. */
function about<T extends Subject>(
  make: (context: Context) => T,
  kind: (context: Context) => Attachable<T>,
  act: (object: T) => void,
  survive: (object: T) => void,
): Scenario<T> {
  return {
    prepare: (core) => make(core.context),
    victim(core, handle) {
      const object = kind(core.context).attach(handle as never);
      return () => act(object);
    },
    survive,
  };
}

/** Free, whoever held it when it died, and abandoned until the next release. */
function lockSurvives(lock: InstanceType<Context["Lock"]>): void {
  assertEquals(lock.locked(), false);
  assertEquals(lock.acquireNowait(), true);
  lock.release();
  assertEquals([lock.locked(), lock.abandoned], [false, false]);
}

const nothing = (): void => {};
const MESSAGES: readonly unknown[] = [1, { two: 2 }, "x".repeat(100_000), 4];

const connection: Scenario<Subject & { left: InstanceType<Context["Connection"]>; right: Subject }> = {
  prepare(core) {
    const [left, right] = core.context.Pipe<unknown>();
    return { left, right, handle: right.handle, close: () => left.close() };
  },
  victim(core, handle) {
    const right = core.context.Connection.attach<unknown, unknown>(handle as never);
    return () => {
      for (const message of MESSAGES) right.sendSync(message);
      right.close();
    };
  },
  survive({ left, right }) {
    right.close();
    const got: unknown[] = [];
    try {
      for (;;) got.push(left.recvSync({ timeout: 1000 }));
    } catch (error) {
      assertEquals((error as Error).name, "ConnectionClosed");
    }
    assertEquals(got, MESSAGES.slice(0, got.length));
  },
};

export const family: Record<string, Scenario<Subject>> = {
  "acquire and release a lock": about(
    ({ Lock }) => new Lock(),
    ({ Lock }) => Lock,
    (lock) => {
      lock.acquireSync();
      lock.release();
    },
    lockSurvives,
  ),
  "acquire an RLock twice": about(
    ({ RLock }) => new RLock(),
    ({ RLock }) => RLock,
    (lock) => {
      lock.acquireSync();
      lock.acquireSync();
      lock.release();
      lock.release();
    },
    lockSurvives,
  ),
  "acquire and release a semaphore": about(
    ({ Semaphore }) => new Semaphore(1),
    ({ Semaphore }) => Semaphore,
    (semaphore) => {
      semaphore.acquireSync();
      semaphore.release();
    },
    (semaphore) => {
      // A permit has no owner, so it may be gone.
      if (semaphore.getValue() === 0) semaphore.release();
      assertEquals([semaphore.getValue(), semaphore.acquireNowait(), semaphore.acquireNowait()], [1, true, false]);
    },
  ),
  "set, wait for and clear an event": about(
    ({ Event }) => new Event(),
    ({ Event }) => Event,
    (event) => {
      event.waitSync({ timeout: 5 });
      event.set();
      event.waitSync();
      event.clear();
    },
    (event) => {
      event.set();
      assertEquals(event.waitSync({ timeout: 0 }), true);
      event.clear();
      assertEquals([event.isSet(), event.waitSync({ timeout: 0 })], [false, false]);
    },
  ),
  "notify and wait on a condition": about(
    ({ Condition }) => new Condition(),
    ({ Condition }) => Condition,
    (condition) => {
      condition.acquireSync();
      condition.notify();
      condition.waitSync({ timeout: 5 });
      condition.release();
    },
    (condition) => {
      assertEquals(condition.acquireSync({ timeout: 1000 }), true);
      condition.notifyAll();
      assertEquals(condition.waitSync({ timeout: 1 }), false);
      condition.release();
    },
  ),
  "wait at a barrier": about(
    ({ Barrier }) => new Barrier(2),
    ({ Barrier }) => Barrier,
    (barrier) => {
      try {
        barrier.waitSync({ timeout: 5 });
      } catch (error) {
        assertEquals((error as Error).name, "BrokenBarrier");
      }
      barrier.reset();
    },
    (barrier) => {
      assert(barrier.broken || barrier.nWaiting === 0, "a dead thread waits at the barrier");
      barrier.reset();
      assertEquals([barrier.broken, barrier.nWaiting], [false, 0]);
    },
  ),
  "send on a connection": connection,
  "change a shared value under its lock": about(
    ({ SharedValue }) => new SharedValue("int32", 5) as InstanceType<Context["SharedValue"]>,
    ({ SharedValue }) => SharedValue as Attachable<InstanceType<Context["SharedValue"]>>,
    (value) => {
      value.lock!.acquireSync();
      value.add(1 as never);
      value.lock!.release();
    },
    (value) => {
      assert(Number(value.value) === 5 || Number(value.value) === 6);
      lockSurvives(value.lock as InstanceType<Context["Lock"]>);
    },
  ),
  "make and close one of each": about(
    ({ Event }) => new Event(),
    ({ Event }) => Event,
    nothing,
    nothing,
  ),
};

/** Beside the event, which only keeps the test's form, the victim makes objects of its own. */
family["make and close one of each"].victim = ({ context }: Staged, handle) => {
  context.Event.attach(handle as never);
  return () => {
    const made = [
      ...[new context.Lock(), new context.Semaphore(), new context.Event(), new context.Barrier(2)],
      ...[new context.SharedArray("float64", 20_000, { lock: false }), ...context.Pipe()],
      ...[new context.Condition(), new context.SharedValue("int8"), new context.SharedArray("int8", 2)],
    ];
    for (const object of made) object.close();
  };
};
