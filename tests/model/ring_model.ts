/**
 * The real ring in segments of a few words, so that it wraps, links and gives blocks back within a few items; by its own
 * push and pop, or through the real blocking operations on top of them.
 * @module
 */
import { ARENA_BYTES, arenaOf, CELL, core, nameIn, patience, rethrow, threadOf } from "./stage.ts";
import type { Core, Patch } from "./stage.ts";
import type { Actor, Model, Outcome, Scenario } from "./checker/scenario.ts";
import { queueSpec } from "./ring_spec.ts";
import type { State } from "./ring_spec.ts";
import type { Inbox } from "../../core/encode/scratch.ts";
import type { Batch } from "../../core/ring_batch.ts";
import type { Thread } from "../../core/thread.ts";

const BLOCK_WORDS = 16384;
const FIRST_BLOCK = 18;

/**
 * What a thread does. `put` and `get` are tried once; `…Wait` blocks, `…Timed` at most for a while; `put2` and `get2` are
 * batches of two.
 */
export type Deed =
  | "put"
  | "put2"
  | "get"
  | "get2"
  | "putWait"
  | "putTimed"
  | "getWait"
  | "getTimed"
  | "size"
  | "shut"
  | "shutNow";

export interface RingOptions {
  readonly threads: Readonly<Record<string, readonly Deed[]>>;
  /** Items that are in at the beginning: 1, 2, … */
  readonly items?: number;
  /** Items put and taken again before that: it moves the head. */
  readonly before?: number;
  readonly maxsize?: number;
  readonly maxBytes?: number;
  /** Who may die. With `R`, the recoverer, there is a second one, `S`. */
  readonly mortal?: readonly string[];
  readonly deaths?: number;
  readonly wholeWrites?: boolean;
  readonly timeouts?: boolean;
  readonly preemptions?: number;
  /** After how many rings in vain a wait insists on its turn. Default: later than the model can go. */
  readonly patience?: number;
}

/** Words of a segment: three items and a link. */
const SEGMENT = 8;
const TINY: readonly Patch[] = [
  {
    file: "ring.ts",
    find: "at + CELL_WORDS : segment + BLOCK_WORDS",
    put: `segment + ${SEGMENT} : segment + ${SEGMENT}`,
  },
  {
    file: "ring.ts",
    find: "words[producers + LIMIT] = at + CELL_WORDS;",
    put: `words[producers + LIMIT] = at + FIRST_SEGMENT + ${SEGMENT};`,
  },
  { file: "ring_push_each.ts", find: "cursor.limit = start + BLOCK_WORDS;", put: `cursor.limit = start + ${SEGMENT};` },
];

/** A private scratch, small, since it is made again for each run. */
function inbox(): Inbox {
  return { words: new Int32Array(64), bytes: new Uint8Array(0), reserve: () => {} } as unknown as Inbox;
}

function batchOf(values: readonly number[]): Batch & { detach(): void; discard(): void } {
  const words = Int32Array.from(values.flatMap((value) => [(2 << 4) | 1, value]));
  const { length } = words;
  const common = { begin: 0, endsLarge: false, detach: () => {}, discard: () => {} };
  return { words, bytes: new Uint8Array(words.buffer), end: length, count: values.length, ...common };
}

function integersIn(box: Inbox, count: number): number[] {
  return Array.from({ length: Math.max(count, 0) }, (_value, index) => box.words[index * 2 + 1]);
}

/** A thread with small scratches. */
function smallThread(loaded: Core, model: Model): Thread {
  return Object.assign(threadOf(loaded, model), { takeInbox: inbox, giveInbox: () => {} });
}

/** What the blocking operations throw becomes a result. */
const COMPLAINTS = { open: true, check: () => {}, shut: () => new Error("shut"), late: () => new Error("late") };

function blocking(name: string, body: () => number | readonly number[]): number | string | readonly number[] {
  try {
    return body();
  } catch (error) {
    const { message } = error as Error;
    if (message === "shut") return "shut";
    if (message === "late") return name.startsWith("put") ? 0 : [];
    throw error;
  }
}

function act(loaded: Core, model: Model, thread: Thread, deed: Deed, fresh: () => number): void {
  const { push: { push }, pop: { pop }, ring, waiter, putting, getting, queueCell } = loaded;
  const until = deed.endsWith("Timed") ? model.now() + 20 : Infinity;
  switch (deed) {
    case "put":
    case "put2": {
      const values = deed === "put" ? [fresh()] : [fresh(), fresh()];
      model.call(deed, values, () => {
        const count = push(thread, CELL, batchOf(values), Infinity, true);
        return count === ring.SHUT ? "shut" : count;
      });
      break;
    }
    case "get":
    case "get2": {
      const most = deed === "get" ? 1 : 2;
      model.call(deed, [most], () => {
        const box = inbox();
        const count = pop(thread, CELL, box, most, Infinity, true);
        return count === ring.SHUT ? "shut" : integersIn(box, count);
      });
      break;
    }
    case "putWait":
    case "putTimed": {
      const value = fresh();
      const operation = new putting.Putting(thread, CELL, batchOf([value]) as never, until, COMPLAINTS, undefined);
      model.call(deed, [value], () => blocking(deed, () => (waiter.runSync(thread.parker, operation, until), 1)));
      break;
    }
    case "getWait":
    case "getTimed": {
      const operation = new getting.Getting(thread, CELL, 0, until, undefined as never, undefined, COMPLAINTS);
      model.call(deed, [1], () => blocking(deed, () => [waiter.runSync(thread.parker, operation, until) as number]));
      break;
    }
    case "size":
      model.call(deed, [], () => ring.sizeOf(thread.memory.words, CELL));
      break;
    case "shut":
      model.call(deed, [], () => queueCell.shutDown(thread, CELL, false));
      break;
    case "shutNow":
      // It takes effect in two moments: no more puts, and then what is left is dropped.
      model.called("shut", [], 0);
      model.called("drop", [], 1);
      queueCell.shutDown(thread, CELL, true);
      model.returned(null, 0);
      model.returned(null, 1);
  }
}

function worker(loaded: Core, deeds: readonly Deed[], number: number): Actor {
  return (model) => {
    const thread = smallThread(loaded, model);
    return () => {
      let next = 10 * (number + 1);
      deeds.forEach((deed, index) => {
        model.checkpoint(index);
        act(loaded, model, thread, deed, () => next++);
      });
    };
  };
}

/** The real recovery, of all that each dead thread held. Another recoverer may be quicker, unless this is the only one. */
function recoverer(loaded: Core, deaths: number, only: boolean): Actor {
  return (model) => {
    const thread = smallThread(loaded, model);
    return () => {
      for (let death = 0; death < deaths; death++) {
        const recovered = loaded.recovery.recover(thread, (1 << 8) | model.awaitDeath(), rethrow);
        model.check(recovered || !only, "the recovery was refused");
      }
    };
  };
}

/** Makes a queue in the first cell, all of which is live. */
function setup(loaded: Core, options: RingOptions): (model: Model) => void {
  return (model) => {
    const memory = arenaOf(model);
    const { words } = memory;
    words[loaded.arena.row(FIRST_BLOCK)] = loaded.arena.CELLS;
    words[FIRST_BLOCK * BLOCK_WORDS + 1] = -1;
    words[CELL] = (1 << 8) | 1;
    words[CELL + 8] = 0xff;
    loaded.ring.initRing(words, CELL, options.maxsize ?? 0, options.maxBytes ?? 1 << 20);
    const seat = { memory, id: 255 << 8 } as unknown as Thread;
    for (let i = 0; i < (options.before ?? 0); i++) {
      loaded.push.push(seat, CELL, batchOf([100]), Infinity, false);
      loaded.pop.pop(seat, CELL, inbox(), 1, Infinity, false);
    }
    for (let i = 1; i <= (options.items ?? 0); i++) loaded.push.push(seat, CELL, batchOf([i]), Infinity, false);
  };
}

/** At the end: what the words say is what the calls say, nobody waits in vain, and no block is lost. */
function ending(loaded: Core, maxsize: number): (model: Model, outcome: Outcome) => void {
  const { arena, pop, ring } = loaded;
  return (model, { dead, waiting, states }) => {
    const { check } = model;
    const memory = arenaOf(model);
    const { words } = memory;
    check(words[CELL + ring.P_LOCK] === 0 && words[CELL + ring.C_LOCK] === 0, "a lock is held");
    const size = ring.sizeOf(words, CELL);
    check(states.some((state) => (state as State).items.length === size), `${size} items are in`);
    const shut = ring.isShut(words, CELL);
    check(waiting.length === 0 || !shut, `${waiting.join()} waits although the queue is shut down`);
    for (const name of waiting) {
      check(
        name.startsWith("P") ? maxsize !== 0 && size >= maxsize : size === 0,
        `${name} waits with ${size} items in`,
      );
    }
    const seat = { memory, id: 254 << 8 } as unknown as Thread;
    const box = inbox();
    const left: number[] = [];
    for (let count = 0; !shut && (count = pop.pop(seat, CELL, box, 1, Infinity, false)) > 0;) {
      left.push(...integersIn(box, count));
    }
    check(
      shut || states.some((state) => (state as State).items.join() === left.join()),
      `${left.join() || "nothing"} is left in`,
    );
    const segment = words[ring.copyAt(CELL + ring.P_COPIES, words[CELL + ring.P_WORD]) + ring.P_SEGMENT];
    for (let block = FIRST_BLOCK + 1; block < memory.blocks; block++) {
      const owner = words[arena.row(block)];
      const used = segment === block * BLOCK_WORDS;
      check(
        used ? owner !== 0 : owner === 0 || shut,
        `block ${block} belongs to ${owner}${dead.length > 0 ? " after a death" : ""}`,
      );
    }
  };
}

const COPIES = [..."TAIL LIMIT SEGMENT UNITS".split(" "), ..."HEAD SEGMENT UNITS DROPS".split(" ")];

function wordNames(loaded: Core): (word: number) => string | undefined {
  const found: Record<number, string> = {};
  for (const [name, value] of Object.entries(loaded.ring)) {
    if (typeof value === "number" && name === name.toUpperCase() && value >= 16) found[value] = name;
  }
  for (let i = 0; i < 8; i++) found[40 + i] = `producers' ${COPIES[i & 3]} (copy ${i >> 2})`;
  for (let i = 0; i < 8; i++) found[72 + i] = `consumers' ${COPIES[4 + (i & 3)]} (copy ${i >> 2})`;
  return (word) => found[word];
}

export async function ring(options: RingOptions, patches: readonly Patch[] = []): Promise<Scenario> {
  const { threads, items = 0, mortal = [] } = options;
  // An integer takes 8 bytes, so either bound is one on the number of items.
  const maxsize = options.maxBytes === undefined ? options.maxsize ?? 0 : options.maxBytes / 8;
  const loaded = await core([...TINY, patience(options.patience ?? 9), ...patches]);
  loaded.kinds.registerKind(1, {
    name: "Queue",
    open: () => ({}),
    destroy: () => {},
    recover: loaded.queueCell.recoverQueue,
  });
  const actors: Record<string, Actor> = {};
  Object.entries(threads).forEach(([name, deeds], index) => actors[name] = worker(loaded, deeds, index));
  const { deaths = 1 } = options;
  if (mortal.length > 0) actors.R = recoverer(loaded, deaths, !mortal.includes("R"));
  if (mortal.includes("R")) actors.S = recoverer(loaded, deaths, false);
  const copies = (word: number) => (word >= 40 && word < 48) || (word >= 72 && word < 80);
  return {
    name: "ring",
    memory: ARENA_BYTES,
    setup: setup(loaded, options),
    actors,
    spec: queueSpec(maxsize, Array.from({ length: items }, (_value, index) => index + 1)),
    final: ending(loaded, maxsize),
    mortal,
    deaths,
    wholeWrites: options.wholeWrites,
    timeouts: options.timeouts,
    preemptions: options.preemptions,
    names: nameIn(wordNames(loaded)),
    racy: (at) => {
      const word = at >> 2;
      if (word === CELL + 38 || word === CELL + 66) return "a recovery clears who insists without the lock";
      if (copies(word - CELL)) return "read beside the commit word, and again if it moved";
      return word >= BLOCK_WORDS && word < 2 * BLOCK_WORDS && word % 64 === 0
        ? "a thread looks at its own state"
        : undefined;
    },
  };
}
