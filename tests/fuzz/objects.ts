/**
 * One of each shared object but queues, and what can be called of it: each call gives a value or an error before long,
 * whatever its words hold.
 * @module
 */
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { CELL_WORDS } from "../../core/layout.ts";
import { ProcessCell } from "../../core/process_cell.ts";
import { C_LOCK, P_LOCK } from "../../core/ring.ts";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Connection,
  Event,
  type Handle,
  Lock,
  Pipe,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
  waitSync,
} from "../../mod.ts";

/** An object that is there, and what is called of it. */
export interface Target {
  readonly name: string;
  /** The words that may be overwritten: of its cells, and of what belongs to it. */
  readonly areas: readonly (readonly [from: number, to: number])[];
  /** Words of internal locks: one that seems to be held is waited for, so they are free before each call. */
  readonly locks: readonly number[];
  readonly calls: readonly (() => unknown)[];
}

const NOW = { timeout: 0 };
const SOON = { timeout: 0.5 };

function cellsOf(...cells: number[]): [number, number][] {
  return cells.map((cell) => [cellAt(cell), cellAt(cell) + CELL_WORDS]);
}

interface Made {
  readonly handle: Handle;
  close(): void;
}

/** Opens it once more by its handle, and closes that. */
function reopened(object: Made, attach: (handle: Handle) => { close(): void }): () => void {
  const { handle } = object;
  return () => attach(handle).close();
}

function acquirable(object: Lock | Semaphore | Condition): (() => unknown)[] {
  return [
    () => object.acquireSync(NOW),
    () => object.acquireSync(SOON),
    () => object.release(),
    () => object.acquireNowait(),
    () => object.release(),
    () => object.release(),
  ];
}

function locks(): Target[] {
  return [Lock, RLock].map((Kind) => {
    const lock = new Kind();
    const calls = [
      () => lock.locked(),
      () => lock.abandoned,
      ...acquirable(lock),
      reopened(lock, (h) => Kind.attach(h)),
    ];
    return { name: Kind.name, areas: cellsOf(lock.handle.cell), locks: [], calls };
  });
}

function semaphores(): Target[] {
  return [Semaphore, BoundedSemaphore].map((Kind) => {
    const object = new Kind(2);
    const again = reopened(object, (h) => Kind.attach(h));
    const calls = [() => object.getValue(), ...acquirable(object), () => object.release(5), again];
    return { name: Kind.name, areas: cellsOf(object.handle.cell), locks: [], calls };
  });
}

function condition(): Target {
  const object = new Condition();
  const { words } = thisThread().memory;
  const { cell } = object.handle;
  const held = (act: () => unknown) => () => {
    if (!object.acquireNowait()) return;
    try {
      act();
    } finally {
      object.release();
    }
  };
  const calls = [
    held(() => object.waitSync(SOON)),
    held(() => object.notify(3)),
    held(() => object.notifyAll()),
    held(() => object.waitForSync(() => false, SOON)),
    ...acquirable(object),
    reopened(object, (h) => Condition.attach(h)),
  ];
  return { name: "Condition", areas: cellsOf(cell, words[cellAt(cell) + 16]), locks: [], calls };
}

function event(): Target {
  const object = new Event();
  const calls = [
    () => object.isSet(),
    () => object.waitSync(SOON),
    () => waitSync([object], SOON),
    () => object.set(),
    () => object.clear(),
    reopened(object, (h) => Event.attach(h)),
  ];
  return { name: "Event", areas: cellsOf(object.handle.cell), locks: [], calls };
}

function barrier(): Target {
  const object = new Barrier(2);
  const { cell } = object.handle;
  const calls = [
    () => [object.nWaiting, object.broken],
    () => object.waitSync(SOON),
    () => object.reset(),
    () => object.waitSync(NOW),
    () => object.abort(),
    reopened(object, (h) => Barrier.attach(h)),
  ];
  return { name: "Barrier", areas: cellsOf(cell), locks: [cellAt(cell) + 16], calls };
}

function pipe(): Target {
  const [left, right] = Pipe<unknown>();
  const { words } = thisThread().memory;
  const rings = [16, 18].map((word) => words[cellAt(left.handle.cell) + word]);
  for (let i = 0; i < 5; i++) left.sendSync({ i, bytes: new Uint8Array(i * 30_000) });
  const calls = [left, right].flatMap((end) => [
    () => end.pollSync(),
    () => waitSync([end], NOW),
    () => end.recvSync(NOW),
    () => end.recvBytesSync(undefined, SOON),
    () => end.recvBytesIntoSync(new Uint8Array(10), 0, NOW),
    () => end.sendSync({ text: "x".repeat(40_000) }, NOW),
    () => end.sendBytesSync(new Uint8Array(100), 0, undefined, NOW),
    reopened(end, (h) => Connection.attach(h)),
  ]);
  return {
    name: "Pipe",
    areas: cellsOf(left.handle.cell, right.handle.cell, ...rings),
    locks: rings.flatMap((ring) => [cellAt(ring) + P_LOCK, cellAt(ring) + C_LOCK]),
    calls,
  };
}

function elements(): Target[] {
  const value = new SharedValue("int32", 3);
  const array = new SharedArray("float64", 20_000);
  const { words } = thisThread().memory;
  const lockOf = ({ handle }: Made) => words[cellAt(handle.cell) + 19];
  return [
    {
      name: "SharedValue",
      areas: cellsOf(value.handle.cell, lockOf(value)),
      locks: [],
      calls: [
        () => value.value,
        () => value.value = 7,
        () => value.add(1),
        () => value.compareExchange(8, 9),
        () => value.lock!.acquireSync(SOON),
        () => value.lock!.release(),
        reopened(value, (h) => {
          const again = SharedValue.attach(h);
          if (again.lock?.acquireSync(NOW)) again.lock.release();
          return again;
        }),
      ],
    },
    {
      name: "SharedArray",
      areas: cellsOf(array.handle.cell, lockOf(array)),
      locks: [],
      calls: [
        () => array.at(-1),
        () => array.set(5, 1.5),
        () => array.slice(),
        () => array.fill(2),
        reopened(array, (h) => {
          const again = SharedArray.attach<"float64">(h);
          again.set(again.length - 1, 1);
          return again;
        }),
      ],
    },
  ];
}

function processCell(): Target {
  const thread = thisThread();
  const cell = ProcessCell.create(thread);
  const failed = ProcessCell.create(thread);
  failed.conclude(1, new Error("it failed", { cause: new Uint8Array(100_000) }));
  const calls = [cell, failed].flatMap((each) => [
    () => [each.pid, each.hasCode, each.hasEnded, each.hasThread, each.hasNoThread, each.exitCode],
    () => each.readError(),
    () => each.takeArguments(),
    () => each.conclude(3, new Error("late")),
    () => each.end(),
    () => each.ended.attempt(),
    () => ProcessCell.open(thread, each.place)?.close(),
  ]);
  return { name: "Process", areas: cellsOf(cell.place.cell, failed.place.cell), locks: [], calls };
}

/** Makes one of each. They stay open. */
export function makeTargets(): Target[] {
  return [...locks(), ...semaphores(), condition(), event(), barrier(), pipe(), ...elements(), processCell()];
}
