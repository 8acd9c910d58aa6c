/** The lock word: exclusion, no lost wake-up, timeouts, the death of holders and of waiters. */
import { caught, passes } from "./report.ts";
import { ARENA_BYTES, CELL, core, DEEP, nameIn, seatOf } from "./stage.ts";
import type { Core, Patch } from "./stage.ts";
import type { Actor, Scenario } from "./checker/scenario.ts";

const LOCK = CELL;
const COUNT = CELL + 16;
const DONE = CELL + 32;

const names = nameIn((word) => ({ 0: "LOCK", 16: "COUNT", 32: "DONE" })[word]);

interface Options {
  readonly threads?: number;
  readonly rounds?: number;
  /** Milliseconds after which waiting is given up. */
  readonly timeout?: number;
  readonly mortal?: readonly string[];
  readonly deaths?: number;
  readonly preemptions?: number;
}

/** A thread that counts under the lock; the plain access races unless it has the lock to itself. */
function counter(core: Core, rounds: number, timeout: number): Actor {
  const { compareExchange, exchange, notify, add } = core.memory;
  const { CONTENDED, LATE, lockSlow } = core.mutex;
  return (model) => {
    const { id, memory: { words } } = seatOf(core, model);
    return () => {
      for (let round = 0; round < rounds; round++) {
        model.checkpoint(round);
        if (compareExchange(words, LOCK, 0, id) !== 0 && lockSlow(words, LOCK, id, model.now() + timeout) === LATE) {
          continue;
        }
        words[COUNT]++;
        if ((exchange(words, LOCK, 0) & CONTENDED) !== 0) notify(words, LOCK, 1);
        add(words, DONE, 1);
      }
    };
  };
}

/** Repairs the lock after each death, as the recovery of an object does. */
function recoverer(core: Core, deaths: number): Actor {
  return ({ words, awaitDeath }) => () => {
    for (let death = 0; death < deaths; death++) {
      const dead = awaitDeath();
      core.mutex.recoverLock(words, LOCK, (1 << 8) | dead);
    }
  };
}

async function mutex(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { threads = 2, rounds = 1, timeout = Infinity, mortal = [], deaths = mortal.length > 0 ? 1 : 0 } = options;
  const loaded = await core(patches);
  const actors: Record<string, Actor> = {};
  for (let i = 0; i < threads; i++) actors["ABCD"[i]] = counter(loaded, rounds, timeout);
  if (deaths > 0) actors.R = recoverer(loaded, deaths);
  return {
    name: "mutex",
    memory: ARENA_BYTES,
    actors,
    mortal,
    deaths,
    preemptions: options.preemptions,
    names,
    timeouts: timeout < Infinity,
    final: ({ words, check }, { dead }) => {
      check(words[LOCK] === 0, `the lock is left at ${words[LOCK]}`);
      check(words[COUNT] >= words[DONE], `${words[DONE]} rounds were counted as ${words[COUNT]}`);
      if (dead.length > 0 || timeout < Infinity) return;
      check(words[DONE] === threads * rounds, `${words[DONE]} rounds were done`);
      check(words[COUNT] === words[DONE], `${words[DONE]} rounds were counted as ${words[COUNT]}`);
    },
  };
}

passes(() => mutex({ rounds: 3 }), "mutex, 2 threads, 3 rounds");
passes(() => mutex({ threads: 3 }), "mutex, 3 threads, 1 round");
passes(() => mutex({ threads: 3, timeout: 50 }), "mutex, 3 threads, with timeouts");
passes(() => mutex({ rounds: 2, mortal: ["A", "B"] }), "mutex, 2 threads, 2 rounds, one dies anywhere");
passes(
  () => mutex({ threads: 3, mortal: ["A"], preemptions: DEEP ? undefined : 3 }),
  "mutex, 3 threads, one dies anywhere",
);
if (DEEP) {
  passes(() => mutex({ threads: 3, rounds: 2 }), "mutex, 3 threads, 2 rounds");
  passes(() => mutex({ threads: 3, mortal: ["A", "B"], deaths: 2 }), "mutex, 3 threads, two die anywhere");
  passes(() => mutex({ threads: 3, mortal: ["A"], timeout: 50 }), "mutex, 3 threads, one dies anywhere, with timeouts");
}

const wrong = (name: string, options: Options, find: string, put: string, how: string) =>
  caught(() => mutex(options, [{ file: "mutex.ts", find, put }]), name, how);

wrong(
  "who slept takes the lock as uncontended",
  { threads: 3 },
  "compareExchange(words, at, 0, id | CONTENDED) === 0",
  "compareExchange(words, at, 0, id) === 0",
  "waits for ever",
);
wrong(
  "sleeps on a lock it did not mark",
  {},
  "if (held !== contended && compareExchange(words, at, held, contended) !== held) continue;",
  "",
  "endless loop",
);
wrong(
  "marks by a store instead of a compareExchange",
  {},
  "compareExchange(words, at, held, contended) !== held) continue;",
  "exchange(words, at, contended) === 0) continue;",
  "waits for ever",
);
wrong(
  "looks and then takes",
  { threads: 3 },
  "compareExchange(words, at, 0, id) === 0) return TAKEN",
  "exchange(words, at, id) >= 0) return TAKEN",
  "race",
);
wrong("the recovery forgets the lock", { mortal: ["A"] }, "exchange(words, at, 0);", "{}", "waits for ever");
wrong("the recovery wakes nobody", { mortal: ["A"] }, "notify(words, at);", "", "waits for ever");
wrong(
  "the recovery wakes only when the dead held the lock",
  { threads: 3, mortal: ["A"] },
  "exchange(words, at, 0);\n  notify(words, at);",
  "{ exchange(words, at, 0);\n  notify(words, at); }",
  "waits for ever",
);
wrong(
  "the recovery frees the lock of the living",
  { threads: 3, mortal: ["A"] },
  "if ((held & ~CONTENDED) === id) exchange(words, at, 0)",
  "exchange(words, at, 0)",
  "race",
);
