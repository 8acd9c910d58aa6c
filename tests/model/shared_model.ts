/**
 * The real shared objects over simulated memory: threads that have them open and do one deed after another, the real
 * recovery of those that die.
 * @module
 */
import { ARENA_BYTES, CELL, FILES, load, nameIn, rethrow, threadOf, TIMERS } from "./stage.ts";
import type { Core, Patch } from "./stage.ts";
import type { Spec } from "./checker/linear.ts";
import type { Actor, Model, Outcome, Scenario } from "./checker/scenario.ts";
import type { Thread } from "../../core/thread.ts";

const BLOCK_WORDS = 16384;
const FIRST_BLOCK = 18;
const CELL_WORDS = 256;
const FIRST_CELL: number = CELL / CELL_WORDS;
const HOLDERS = 8;
/** A holder that none of the model's threads is, so that the objects outlive them. */
const NOBODY = 1 << 30;

/** The modules of the core that define shared objects. */
const OBJECTS = {
  lock: "lock.ts",
  rlock: "rlock.ts",
  lockCell: "lock_cell.ts",
  semaphore: "semaphore.ts",
  event: "event.ts",
  condition: "condition.ts",
  conditionWait: "condition_wait.ts",
  conditionCell: "condition_cell.ts",
  barrier: "barrier.ts",
  barrierWait: "barrier_wait.ts",
  barrierCell: "barrier_cell.ts",
  joinableQueue: "joinable_queue.ts",
  sharedObject: "shared_object.ts",
} as const;

export interface Parts extends Core {
  readonly lockCell: typeof import("../../core/lock_cell.ts");
  readonly event: typeof import("../../core/event.ts");
  readonly conditionWait: typeof import("../../core/condition_wait.ts");
  readonly conditionCell: typeof import("../../core/condition_cell.ts");
  readonly barrierWait: typeof import("../../core/barrier_wait.ts");
  readonly barrierCell: typeof import("../../core/barrier_cell.ts");
  readonly sharedObject: typeof import("../../core/shared_object.ts");
}

/** An opening counts as old at once: what is done about fresh ones is a matter of the garbage collector. */
const OPENED: Patch = { file: "handles.ts", find: / {4}fresh\.add\(this\);[\s\S]*?\n {2}\}\n/, put: "  }\n" };

const loaded: Map<string, Promise<Parts>> = new Map();

function parts(patches: readonly Patch[]): Promise<Parts> {
  const key = patches.map(({ file, find, put }) => `${file} ${find} ${put}`).join("\n");
  let found = loaded.get(key);
  if (found === undefined) {
    const files = { ...FILES, ...OBJECTS };
    loaded.set(key, found = load(files, [...TIMERS, OPENED, ...patches], 6) as Promise<unknown> as Promise<Parts>);
  }
  return found;
}

/** A thread on its stage. */
export interface Player<T> {
  readonly parts: Parts;
  readonly model: Model;
  readonly thread: Thread;
  /** Its opening of the object in the first cell. */
  readonly object: T;
  /** Its name. */
  readonly name: string;
}

/** Words that models use beside the objects: in the first block, far from each other. */
export function mark(number: number): number {
  return BLOCK_WORDS - 64 * (number + 1);
}

export interface Play<T> {
  readonly name: string;
  /** The kinds of the objects in the first cells; 0 for none. */
  readonly kinds: readonly number[];
  /** Writes the objects' words. */
  readonly init?: (words: Int32Array, parts: Parts) => void;
  readonly threads: Readonly<Record<string, readonly string[]>>;
  readonly act: (player: Player<T>, deed: string, index: number) => void;
  readonly spec?: Spec;
  /** Whether a thread may forget at the beginning of a deed how it came there. Default true. */
  readonly forgets?: (deeds: readonly string[]) => boolean;
  readonly final?: (model: Model, outcome: Outcome, parts: Parts) => void;
  readonly words?: (word: number) => string | undefined;
  readonly racy?: (at: number) => string | undefined;
  readonly mortal?: readonly string[];
  readonly deaths?: number;
  readonly wholeWrites?: boolean;
  readonly timeouts?: boolean;
  readonly preemptions?: number | undefined;
  readonly patches?: readonly Patch[];
}

/** What a call comes to: its result, or the code of the error that it throws. */
export function outcome(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code === "string") return code;
    throw error;
  }
}

function worker<T>(parts: Parts, play: Play<T>, name: string): Actor {
  const deeds = play.threads[name];
  const forgets = play.forgets?.(deeds) ?? true;
  return (model) => {
    const thread = threadOf(parts, model);
    let object = undefined as T;
    if (play.kinds[0] !== 0) {
      model.check(thread.enter(FIRST_CELL, 1), "the object cannot be opened");
      object = parts.kinds.kindNumbered(play.kinds[0]).open(thread, FIRST_CELL) as T;
    }
    return () =>
      deeds.forEach((deed, index) => {
        if (forgets) model.checkpoint(index);
        play.act({ parts, model, thread, object, name }, deed, index);
      });
  };
}

/** The real recovery of all that each dead thread held; `recovered` in the specification. */
function recoverer(parts: Parts, names: readonly string[], deaths: number): Actor {
  return (model) => {
    const thread = threadOf(parts, model);
    return () => {
      for (let death = 0; death < deaths; death++) {
        const dead = model.awaitDeath();
        model.call("recovered", [names[dead]], () => {
          model.check(parts.recovery.recover(thread, (1 << 8) | dead, rethrow), "the recovery was refused");
        });
      }
    };
  };
}

export async function shared<T>(play: Play<T>): Promise<Scenario> {
  const { kinds, mortal = [], deaths = 1 } = play;
  const core = await parts(play.patches ?? []);
  const actors: Record<string, Actor> = {};
  const names = Object.keys(play.threads);
  for (const name of names) actors[name] = worker(core, play, name);
  if (mortal.length > 0) actors.R = recoverer(core, names, deaths);
  return {
    name: play.name,
    memory: ARENA_BYTES,
    setup: ({ words }) => {
      if (kinds[0] === 0) return;
      words[core.arena.row(FIRST_BLOCK)] = core.arena.CELLS;
      kinds.forEach((kind, index) => {
        words[FIRST_BLOCK * BLOCK_WORDS + 1 + index] = -1;
        words[CELL + index * CELL_WORDS] = (1 << 8) | kind;
        words[CELL + index * CELL_WORDS + HOLDERS] = NOBODY;
      });
      play.init?.(words, core);
    },
    actors,
    ...(play.spec === undefined ? {} : { spec: play.spec }),
    final: (model, ended) => play.final?.(model, ended, core),
    mortal,
    deaths,
    wholeWrites: play.wholeWrites === true,
    timeouts: play.timeouts === true,
    ...(play.preemptions === undefined ? {} : { preemptions: play.preemptions }),
    names: nameIn((word) => play.words?.(word)),
    racy: (at) => {
      const word = at >> 2;
      return word >= BLOCK_WORDS && word < 2 * BLOCK_WORDS && word % 64 === 0
        ? "a thread looks at its own state"
        : play.racy?.(at);
    },
  };
}
