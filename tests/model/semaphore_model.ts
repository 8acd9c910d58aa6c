/**
 * The least object that is waited for, a count that is put up and taken down, on the real wait sets, parker and waiters.
 * What holds for it holds for every object that waits so.
 * @module
 */
import { ARENA_BYTES, arenaOf, CELL, core, nameIn, occupy, seatOf, TIMERS } from "./stage.ts";
import type { Core, Patch } from "./stage.ts";
import type { Actor, Model, Scenario } from "./checker/scenario.ts";
import type { Operation } from "../../core/waiter.ts";
import type { Parker } from "../../core/parker.ts";

/** Two of them: word of the count, and of the wait set. */
const TOKENS = CELL;
const SET = CELL + 32;
const OTHER = 64;

const names = nameIn((word) => {
  const which = word < OTHER ? "" : " of the other";
  const place = word % OTHER;
  if (place === 0) return `TOKENS${which}`;
  if (place === 32) return `SUMMARY${which}`;
  if (place === 33) return `LAST${which}`;
  return place >= 40 && place < 48 ? `BITS ${place - 40}${which}` : undefined;
});

/** What a thread does, one thing after another; what is async goes on meanwhile. */
export type Deed =
  | "post"
  | "postEarly"
  | "postTwo"
  | "postAll"
  | "postOther"
  | "take"
  | "takeTimed"
  | "takeAsync"
  | "takeAsyncOther"
  | "takeAsyncTimed"
  | "takeAsyncAborted"
  /** Tells the first thread to end; its takes are these, which may fail for it. */
  | "doom"
  | "takeDoomed"
  | "takeAsyncDoomed";

export interface SemaphoreOptions {
  readonly threads: Readonly<Record<string, readonly Deed[]>>;
  readonly tokens?: number;
  readonly mortal?: readonly string[];
  readonly timeouts?: boolean;
  /** Slots that others have: the next threads get later ones. */
  readonly occupied?: Readonly<Record<string, number>>;
  readonly preemptions?: number;
}

/** The state is both counts; a call names the one that it is about. */
const spec = {
  initial: [0, 0],
  *apply(state: unknown, name: string, [which, count]: readonly unknown[]) {
    const before = state as number[];
    const after = (change: number) => before.map((tokens, index) => index === which ? tokens + change : tokens);
    if (name === "post") yield { state: after(count as number), result: null };
    if (name !== "post" && before[which as number] > 0) yield { state: after(-1), result: true };
    if (name === "takeTimed" || name === "takeDoomed") yield { state, result: false };
  },
};

function take(
  { memory }: Core,
  words: Int32Array,
  other: number,
  outcome: (taken: boolean) => void,
): Operation<boolean> {
  const at = TOKENS + other;
  const settle = (taken: boolean): boolean => {
    outcome(taken);
    return taken;
  };
  return {
    sets: [SET + other],
    ready: () => memory.load(words, at) > 0,
    attempt: () => {
      for (let tokens = memory.load(words, at); tokens > 0;) {
        const seen = memory.compareExchange(words, at, tokens, tokens - 1);
        if (seen === tokens) return true;
        tokens = seen;
      }
      return false;
    },
    result: () => settle(true),
    late: () => settle(false),
    aborted: () => settle(false),
  };
}

/** A signal that is aborted by a timer. */
function signalOf(model: Model): AbortSignal {
  const signal = {
    aborted: false,
    reason: "aborted",
    addEventListener: (_type: string, heard: () => void) => void (signal.timer = model.timer(heard, 30)),
    removeEventListener: () => model.clear(signal.timer),
    timer: 0,
  };
  return signal as unknown as AbortSignal;
}

function takeAsync(core: Core, model: Model, parker: Parker, deed: Deed, lane: number): void {
  const other = deed === "takeAsyncOther" ? OTHER : 0;
  model.called(deed === "takeAsync" || deed === "takeAsyncOther" ? "take" : "takeTimed", [other / OTHER], lane);
  const operation = take(core, model.words, other, (taken) => model.returned(taken, lane));
  const until = deed === "takeAsyncTimed" ? model.now() + 20 : Infinity;
  const signal = deed === "takeAsyncAborted" ? signalOf(model) : undefined;
  // The result is told by the operation; a promise's own callbacks would come after the run.
  core.waiter.runAsync(parker, operation, until, signal, model).catch(() => {});
}

function takeSync(core: Core, model: Model, parker: Parker, deed: Deed, lane: number): void {
  model.called(deed, [0], lane);
  const operation = take(core, model.words, 0, (taken) => model.returned(taken, lane));
  core.waiter.runSync(parker, operation, deed === "takeTimed" ? model.now() + 20 : Infinity);
}

function post({ memory, waitSet }: Core, model: Model, arena: Parameters<typeof waitSet.wakeOne>[0], deed: Deed): void {
  const other = deed === "postOther" ? OTHER : 0;
  const count = deed === "postTwo" || deed === "postAll" ? 2 : 1;
  model.call("post", [other / OTHER, count], () => {
    if (deed === "postEarly") waitSet.wakeOne(arena, SET);
    memory.add(model.words, TOKENS + other, count);
    if (deed === "postTwo") waitSet.wakeMany(arena, SET, 2);
    else if (deed === "postAll") waitSet.wakeAll(arena, SET);
    else if (deed !== "postEarly") waitSet.wakeOne(arena, SET + other);
  });
}

function worker(loaded: Core, deeds: readonly Deed[], occupied: number): Actor {
  return (model) => {
    occupy(model, occupied);
    const seat = seatOf(loaded, model);
    const parker = new loaded.parker.Parker(seat);
    return () =>
      deeds.forEach((deed, index) => {
        if (!deed.startsWith("takeAsync") && !deeds.slice(0, index).some((one) => one.startsWith("takeAsync"))) {
          model.checkpoint(index);
        }
        if (deed === "doom") loaded.threads.doom(seat.memory, 1 << 8);
        else if (deed.startsWith("post")) post(loaded, model, seat.memory, deed);
        else if (deed.startsWith("takeAsync")) takeAsync(loaded, model, parker, deed, index);
        else takeSync(loaded, model, parker, deed, index);
      });
  };
}

function recoverer({ threads, waitSet }: Core, slots: readonly number[]): Actor {
  return (model) => {
    const memory = arenaOf(model);
    return () => {
      waitSet.recoverWaitSet(memory, SET, slots[model.awaitDeath()]);
      threads.ringAll(memory);
    };
  };
}

export async function semaphore(options: SemaphoreOptions, patches: readonly Patch[] = []): Promise<Scenario> {
  const { threads, tokens = 0, mortal = [], timeouts = false, occupied = {} } = options;
  const loaded = await core([...TIMERS, ...patches], 6 + Math.max(0, ...Object.values(occupied)));
  const actors: Record<string, Actor> = {};
  for (const [name, deeds] of Object.entries(threads)) actors[name] = worker(loaded, deeds, occupied[name] ?? 0);
  if (mortal.length > 0) {
    actors.R = recoverer(
      loaded,
      Object.keys(threads).map((name, index) => occupied[name] ?? index),
    );
  }
  return {
    name: "semaphore",
    memory: ARENA_BYTES,
    setup: ({ words }) => void (words[TOKENS] = tokens),
    actors,
    spec: { ...spec, initial: [tokens, 0] },
    mortal,
    timeouts,
    names,
    final: ({ words, check }, { waiting }) => {
      check(waiting.length === 0 || words[TOKENS] === 0, `${waiting.join(", ")} waits although there is a token`);
    },
    racy: (at) =>
      at % 256 === 0 && at >= 65536 && at < 131072 ? "a thread looks at its own state without an atomic" : undefined,
    preemptions: options.preemptions,
  };
}
