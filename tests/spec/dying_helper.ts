/** What a thread has in its hands when it dies, and what must be true for the others afterwards. */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { SHARED } from "../../core/encode/encode.ts";
import type { Lease } from "../../core/handles.ts";
import { WAITABLE } from "../../core/waitable.ts";
import {
  Barrier,
  BrokenBarrier,
  Condition,
  ConnectionClosed,
  type Handle,
  JoinableQueue,
  Lock,
  Pipe,
  RLock,
  Semaphore,
  type SharedObject,
} from "../../mod.ts";
import { message, type Things, type Wanted } from "../fixtures/dying_targets.ts";
import { rejected } from "./queue_helper.ts";

/** Nothing here takes so long, also on a busy machine. */
export const patience = { timeout: 30_000 };

/** Calls the form of a method that is tested: blocking, or by a promise. */
export type Call = (object: object, method: string, options?: { timeout?: number }) => unknown;

type Methods = Record<string, (options: { timeout?: number }) => unknown>;

/** Blocks; what is thrown, the promise rejects with. */
export const blocking: Call = async (object, method, options = patience) => {
  return await (object as Methods)[method + "Sync"](options);
};

/** Waits by a promise. */
export const promised: Call = (object, method, options = patience) => (object as Methods)[method](options);

/** Something that the victim takes. */
export interface Taken {
  /** What it is given. */
  readonly thing: { readonly handle: Handle; close(): void };
  /** The wait set in which this thread sleeps that wants it: then the victim dies. If there is none, it dies at once. */
  readonly set?: number;
  /** Whether the victim waits at it. */
  readonly waited?: () => boolean;
  /** Called when the victim has the thing in its own hands: nobody else has it open. */
  readonly parted?: () => void;
  /** Comes back when all is as it should be after the death; `ended` waits until it is known. */
  check(call: Call, ended: () => unknown): Promise<void>;
  close(): void;
}

function setOf(object: SharedObject, set: number): number {
  return cellAt((object as unknown as Record<typeof SHARED, Lease>)[SHARED].cell) + set;
}

async function comesFree(lock: Lock, call: Call, object: object = lock): Promise<void> {
  assertEquals([await call(object, "acquire"), lock.abandoned], [true, true]);
  lock.release();
  assertEquals([lock.locked(), lock.abandoned], [false, false]);
}

function takenLock(lock: Lock): Taken {
  return {
    thing: lock,
    set: setOf(lock, 32),
    check: (call) => comesFree(lock, call),
    close: () => lock.close(),
  };
}

/** What there is to die with, by its name in `Things`. */
export const hands: Record<Exclude<keyof Things, undefined>, () => Taken> = {
  lock: () => takenLock(new Lock()),
  rlock: () => takenLock(new RLock()),
  condition() {
    const lock = new Lock();
    const condition = new Condition(lock);
    return {
      ...takenLock(lock),
      thing: condition,
      check: (call) => comesFree(lock, call, condition),
      close() {
        condition.close();
        lock.close();
      },
    };
  },
  semaphore() {
    const semaphore = new Semaphore(1);
    return {
      thing: semaphore,
      async check(call, ended) {
        await ended();
        // A permit has no owner: it does not come back by itself.
        assertEquals([semaphore.getValue(), await call(semaphore, "acquire", { timeout: 1 })], [0, false]);
        semaphore.release();
        assertEquals(await call(semaphore, "acquire"), true);
      },
      close: () => semaphore.close(),
    };
  },
  tasks() {
    const tasks = new JoinableQueue<string>();
    tasks.putSync("a task");
    return {
      thing: tasks,
      async check(call, ended) {
        await ended();
        assertEquals([tasks.qsize(), tasks.unfinished, await call(tasks, "join", { timeout: 1 })], [0, 1, false]);
        tasks.taskDone();
        assertEquals([tasks.unfinished, await call(tasks, "join")], [0, true]);
      },
      close: () => tasks.close(),
    };
  },
  barrier() {
    const barrier = new Barrier(3);
    return {
      thing: barrier,
      set: setOf(barrier, 64),
      waited: () => barrier.nWaiting === 1,
      async check(call) {
        assertInstanceOf(await rejected(call(barrier, "wait") as Promise<unknown>), BrokenBarrier);
        assertEquals([barrier.broken, barrier.nWaiting], [true, 0]);
      },
      close: () => barrier.close(),
    };
  },
  inbox() {
    const [here, there] = Pipe<unknown>();
    return {
      thing: there,
      set: here[WAITABLE]().sets[0],
      parted: () => there.close(),
      async check(call) {
        assertInstanceOf(await rejected(call(here, "recv") as Promise<unknown>), ConnectionClosed);
      },
      close: () => here.close(),
    };
  },
  outbox() {
    const [here, there] = Pipe<unknown>({ duplex: false, maxBytes: 2048 });
    return {
      thing: there,
      waited: () => here.pollSync(),
      parted: () => there.close(),
      async check(call) {
        let count = 0;
        const receive = async (): Promise<void> => {
          for (;; count++) assertEquals(await call(here, "recv"), message(count));
        };
        assertInstanceOf(await rejected(receive()), ConnectionClosed);
        assert(count > 0, "nothing came");
      },
      close: () => here.close(),
    };
  },
};

/** What this thread, sleeping in the wait set, wants. */
export function wantedIn(set: number | undefined): Wanted | undefined {
  return set === undefined ? undefined : { set, slot: thisThread().slot };
}
