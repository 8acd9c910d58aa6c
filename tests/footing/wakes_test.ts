/**
 * A stack that overflows in the call that wakes a waiter: either the change has not been made, or the waiter has been rung.
 * The waiter is made up: a slot that no thread has, in the wait set, whose bell is looked at.
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { WAITERS } from "../../core/barrier_cell.ts";
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { SLOT_BELL } from "../../core/layout.ts";
import { C_WORD, DONES, GETTERS, JOINERS, P_WORD, PUTTERS } from "../../core/ring.ts";
import { slotAt } from "../../core/wait_set.ts";
import { Barrier, Condition, Event, JoinableQueue, Lock, Pipe, type Queue, Semaphore } from "../../mod.ts";
import { dive } from "./dive.ts";

const DEPTHS = 600;
const DIVES = 3;
const SLOT = 200;
const GROUP = SLOT >> 5;
const BIT = 1 << (SLOT & 31);

/** One call that changes the word `state` and then wakes who waits in `set`. */
interface Waking {
  readonly state: number;
  readonly set: number;
  act(): void;
  /** Brings it back to where `act` can be called, on an even keel. */
  again(): void;
  /** Makes the waiter wait, with no call. */
  waits?(words: Int32Array): void;
}

/** How often the change was made and the waiter not rung, in calls at every depth. What is in the frame makes no call of its own. */
function lostWakes({ state, set, act, again, waits }: Waking): { lost: number; threw: number; returned: number } {
  const { words } = thisThread().memory;
  const bell = slotAt(SLOT) + SLOT_BELL;
  const found = { lost: 0, threw: 0, returned: 0 };
  for (let round = 0; round < DIVES; round++) {
    const outcome = dive(() => {
      words[set] |= 1 << GROUP;
      words[set + 8 + GROUP] |= BIT;
      waits?.(words);
      const before = words[state];
      const rung = words[bell];
      try {
        act();
      } finally {
        if (words[state] !== before && words[bell] === rung) found.lost++;
      }
    }, DEPTHS);
    assertEquals(outcome.others, []);
    found.threw += outcome.threw;
    found.returned += outcome.returned;
    for (let i = 0; i < 300; i++) {
      again();
      act();
      again();
    }
  }
  // No thread has that slot, so nobody takes it out.
  words[set] = 0;
  words[set + 8 + GROUP] = 0;
  return found;
}

function checked(name: string, make: () => Waking & { close(): void }): void {
  test(`the stack overflows in ${name}: no wake-up is lost`, () => {
    const waking = make();
    const { lost, threw, returned } = lostWakes(waking);
    waking.close();
    assert(threw > 0 && returned > 0, `${threw} calls threw and ${returned} returned`);
    assertEquals(lost, 0);
  });
}

function at(object: { readonly handle: object }): number {
  return cellAt((object.handle as { cell: number }).cell);
}

function queueOf(items: number): { queue: JoinableQueue<number>; at: number; close(): void } {
  const queue = new JoinableQueue<number>();
  for (let i = 0; i < items; i++) queue.putNowait(i);
  return { queue, at: at(queue), close: () => queue.close() };
}

const MANY = 2000;

checked("put", () => {
  const { queue, at, close } = queueOf(0);
  const again = () => void queue.getManySync(MANY, { timeout: 0 });
  return {
    state: at + P_WORD,
    set: at + GETTERS,
    act: () => queue.putNowait(1),
    again: () => queue.empty() || again(),
    close,
  };
});

checked("get", () => {
  const { queue, at, close } = queueOf(MANY);
  const act = () => void queue.getNowait();
  return { state: at + C_WORD, set: at + PUTTERS, act, again: () => queue.qsize() > 1000 || fill(queue), close };
});

function fill(queue: Queue<number>): void {
  queue.putManySync(Array.from({ length: MANY }, (_, i) => i));
}

checked("taskDone", () => {
  const { queue, at, close } = queueOf(1);
  // The wake is that of the last task: after it, a call throws.
  const again = () => {
    queue.putNowait(1);
    queue.getNowait();
  };
  const act = () => {
    if (queue.unfinished > 0) queue.taskDone();
  };
  return { state: at + DONES, set: at + JOINERS, act, again: () => queue.unfinished > 0 || again(), close };
});

checked("shutdown", () => {
  const { queue, at, close } = queueOf(1);
  const { words } = thisThread().memory;
  // There is no way back from a shutdown but this one.
  const reopen = () => void (words[at + P_WORD] &= 0x7fffffff);
  const act = () => {
    words[at + P_WORD] &= 0x7fffffff;
    queue.shutdown();
  };
  return { state: at + P_WORD, set: at + GETTERS, act, again: reopen, close };
});

checked("Event.set", () => {
  const event = new Event();
  const act = () => event.set();
  return { state: at(event) + 16, set: at(event) + 32, act, again: () => event.clear(), close: () => event.close() };
});

checked("Lock.release", () => {
  const lock = new Lock();
  const { id } = thisThread();
  const holder = at(lock) + 16;
  return {
    state: holder,
    set: at(lock) + 32,
    act: () => lock.release(),
    again: () => void lock.acquireNowait(),
    waits: (words) => words[holder] = id,
    close: () => lock.close(),
  };
});

checked("Semaphore.release", () => {
  const semaphore = new Semaphore(0);
  return {
    state: at(semaphore) + 16,
    set: at(semaphore) + 32,
    act: () => semaphore.release(),
    again: () => void semaphore.acquireNowait(),
    close: () => semaphore.close(),
  };
});

checked("Condition.notifyAll", () => {
  const condition = new Condition();
  condition.acquireSync();
  const waiting = at(condition) + 48 + (SLOT >> 1);
  return {
    state: waiting,
    set: at(condition) + 32,
    act: () => condition.notifyAll(),
    again() {},
    waits: (words) => words[waiting] = 1,
    close() {
      condition.release();
      condition.close();
    },
  };
});

checked("Barrier.wait", () => {
  const barrier = new Barrier(1);
  return {
    state: at(barrier) + 17,
    set: at(barrier) + WAITERS,
    act: () => void barrier.waitSync(),
    again() {},
    close: () => barrier.close(),
  };
});

checked("send", () => {
  const [reader, writer] = Pipe<number>({ duplex: false });
  const { words } = thisThread().memory;
  const ring = cellAt(words[at(writer) + 18]);
  return {
    state: ring + P_WORD,
    set: ring + GETTERS,
    act: () => writer.sendNowait(1),
    again: () => void (reader.pollSync() && reader.recvSync()),
    close() {
      reader.close();
      writer.close();
    },
  };
});
