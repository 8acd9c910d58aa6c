/**
 * The parts of the real core over simulated memory: a small arena, seats for the threads, names for the words.
 * @module
 */
import { loadCore } from "./checker/load_core.ts";
import type { Patch } from "./checker/load_core.ts";
import type { Model } from "./checker/scenario.ts";
import type { Memory } from "../../core/views.ts";
import type { Runtime } from "../../core/runtime.ts";
import type { Seat } from "../../core/threads.ts";
import type { Thread } from "../../core/thread.ts";

export type { Patch } from "./checker/load_core.ts";

/** Blocks of the small arenas: the fixed ones and four to be claimed. */
const BLOCKS = 22;
const BLOCK_BYTES = 65536;
export const ARENA_BYTES: number = BLOCKS * BLOCK_BYTES;
/** The word at which the object under test lies: the first cell after the directory of the first block. */
export const CELL: number = 18 * (BLOCK_BYTES / 4) + 256;

/** Less of the same: fewer looks at a lock, fewer slots and cells to look at in a recovery. */
const less = (slots: number): readonly Patch[] => [
  { file: "mutex.ts", find: /const LOOKS = \d+;/, put: "const LOOKS = 1;" },
  // Sleepers rely on being notified alone.
  { file: "mutex.ts", find: /const RECHECK = \d+;/, put: "const RECHECK = Infinity;" },
  { file: "threads.ts", find: "slot < MAX_THREADS; slot++", put: `slot < ${slots}; slot++`, everywhere: true },
  { file: "cells.ts", find: "place < CELLS_PER_BLOCK; place++", put: "place < 3; place++", everywhere: true },
];

/** A thread is given its views, not a buffer to see through. */
const GIVEN: Patch = { file: "thread.ts", find: "new Memory(region)", put: "region as never" };

/**
 * What a blocked thread does next depends on nothing but what it waits for and how often it woke in vain, and the latter
 * once only.
 */
const AGAIN: readonly Patch[] = [
  { file: "parker.ts", find: "wait, waitAsync }", put: "wait, waitAsync, again }" },
  {
    file: "parker.ts",
    find: "        const seen = load(memory.words, bell);\n        for",
    put:
      "        again(Math.min(vain, PATIENCE + 2) + condition.sets[0] / 2 ** 24);\n        const seen = load(memory.words, bell);\n        for",
  },
];

/** In a model no stack ends: nobody looks, without an order, whether there is reason to make sure of some. */
const STACK: readonly Patch[] = [{ file: "stack.ts", find: "if (words[set] !== 0) reserveStack();", put: "" }];

/** Insists after that many rings in vain. */
export function patience(rings: number): Patch {
  return { file: "parker.ts", find: /const PATIENCE = \d+;/, put: `const PATIENCE = ${rings};` };
}

/** The modules of a core that models use. */
export interface Core {
  readonly mutex: typeof import("../../core/mutex.ts");
  readonly waitSet: typeof import("../../core/wait_set.ts");
  readonly parker: typeof import("../../core/parker.ts");
  readonly waiter: typeof import("../../core/waiter.ts");
  readonly threads: typeof import("../../core/threads.ts");
  readonly memory: typeof import("../../core/memory.ts");
  readonly arena: typeof import("../../core/arena.ts");
  readonly cells: typeof import("../../core/cells.ts");
  readonly ring: typeof import("../../core/ring.ts");
  readonly push: typeof import("../../core/ring_push.ts");
  readonly pop: typeof import("../../core/ring_pop.ts");
  readonly putting: typeof import("../../core/putting.ts");
  readonly getting: typeof import("../../core/getting.ts");
  readonly queueCell: typeof import("../../core/queue_cell.ts");
  readonly thread: typeof import("../../core/thread.ts");
  readonly kinds: typeof import("../../core/kinds.ts");
  readonly recovery: typeof import("../../core/recovery.ts");
}

export const FILES: Readonly<Record<keyof Core, string>> = {
  mutex: "mutex.ts",
  waitSet: "wait_set.ts",
  parker: "parker.ts",
  waiter: "waiter.ts",
  threads: "threads.ts",
  memory: "memory.ts",
  arena: "arena.ts",
  cells: "cells.ts",
  ring: "ring.ts",
  push: "ring_push.ts",
  pop: "ring_pop.ts",
  putting: "putting.ts",
  getting: "getting.ts",
  queueCell: "queue_cell.ts",
  thread: "thread.ts",
  kinds: "kinds.ts",
  recovery: "recovery.ts",
};

/** Loads the core, with `patches`, for threads in the first `slots`. */
export async function core(patches: readonly Patch[] = [], slots = 6): Promise<Core> {
  return await load(FILES, patches, slots) as unknown as Core;
}

/** Loads the core and gives the modules in `files` by their names there. */
export async function load(
  files: Readonly<Record<string, string>>,
  patches: readonly Patch[],
  slots: number,
): Promise<Record<string, unknown>> {
  const loaded = await loadCore(Object.values(files), [...less(slots), ...AGAIN, ...STACK, GIVEN, ...patches]);
  return Object.fromEntries(Object.keys(files).map((name, index) => [name, loaded[index]]));
}

/** Timers of the event loop are the model's. */
export const TIMERS: readonly Patch[] = [{
  file: "waiter.ts",
  find: `import type { Condition, Parker } from "./parker.ts";`,
  put: `import type { Condition, Parker } from "./parker.ts";
const hooks = () => (globalThis as any)[Symbol.for("isthmus model checker")];
const setTimeout = (callback: () => void, ms: number) => hooks().setTimeout(callback, ms);
const clearTimeout = (timer: any) => hooks().clearTimeout(timer);`,
}];

/** The simulated memory as the core knows memory: it does not grow. */
export function arenaOf(model: Model): Memory {
  const memory = {
    words: model.words,
    bytes: model.bytes,
    blocks: BLOCKS,
    cover: () => {},
    grow: () => {
      throw new Error("The model's arena is full.");
    },
  };
  return memory as unknown as Memory;
}

/** A runtime of which each thread is the only one on its core, so that nobody looks before sleeping. */
export function runtimeOf(model: Model, kept: (on: boolean) => void = () => {}): Runtime {
  const runtime = {
    name: "node",
    isMainThread: false,
    threadId: () => 1,
    parallelism: 1,
    mayBlock: true,
    keepAlive: kept,
    soon: (callback: () => void) => void model.soon(callback),
  };
  return runtime as unknown as Runtime;
}

/** Takes part in the arena: part of attaching a thread. */
export function seatOf({ threads }: Core, model: Model): Seat {
  return new threads.Seat(arenaOf(model), runtimeOf(model));
}

/** Takes part as a whole thread does. */
export function threadOf({ thread }: Core, model: Model): Thread {
  return new thread.Thread(arenaOf(model) as never, runtimeOf(model));
}

/** Occupies slots, so that the next threads get the ones behind them. Part of the setup. */
export function occupy(model: Model, slots: number): void {
  for (let slot = 0; slot < slots; slot++) model.words[BLOCK_BYTES / 4 + slot * 64] = (1 << 2) | 1;
}

const SLOT_WORDS: Readonly<Record<number, string>> = {
  0: "STATE",
  1: "THREAD",
  2: "RECOVERER",
  16: "BELL",
  17: "MAIL",
};

/** The name of a word by its byte offset; `cell` names the words of the object under test by their place in it. */
export function nameIn(cell: (word: number) => string | undefined): (at: number) => string | undefined {
  return (at) => {
    const word = at >> 2;
    const slot = word - BLOCK_BYTES / 4;
    if (slot >= 0 && slot < 256 * 64) return `slot ${slot >> 6} ${SLOT_WORDS[slot & 63] ?? slot & 63}`;
    if (word >= CELL && word < CELL + 256) return cell(word - CELL);
    const block = Math.floor(word / (BLOCK_BYTES / 4));
    if (block >= 2 && block < 18) return `row of block ${(word - 2 * (BLOCK_BYTES / 4)) >> 2} +${word & 3}`;
    return `block ${block} word ${word % (BLOCK_BYTES / 4)}`;
  };
}

/** Whether the deeper models run too. */
export const DEEP: boolean = process.env.MODEL_DEEP === "1";

/** What a recovery is to do with an error: in a model no memory is overwritten, and the signal that ends a run is one too. */
export function rethrow(error: unknown): never {
  throw error;
}
