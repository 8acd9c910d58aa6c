/**
 * The lock word that the structures below use: held for well under a microsecond, never across user code or recursion, nor across
 * allocation (but by a ring's only consumer: see text_record.ts).
 *
 * ```text
 * 0                  free
 * id                 held by the thread of that id (slot and generation)
 * id | CONTENDED     held, and somebody may sleep on the word: the release must notify
 * ```
 *
 * The fast path stands where the lock is used, so that a release is written out in `finally` (one behind a call of ours can
 * fail to run when the stack is exhausted). Even the call of a builtin can, as long as the code is interpreted: then a
 * plain store releases, and who sleeps on the word finds out by itself, `RECHECK` milliseconds later at most:
 *
 * ```ts ignore
 * if (compareExchange(words, lock, 0, id) !== 0 && lockSlow(words, lock, id, until) === LATE) return LATE;
 * try { … } finally {
 *   let held = 0;
 *   try { held = exchange(words, lock, 0); } catch (error) { words[lock] = 0; throw error; }
 *   if (held & CONTENDED) notify(words, lock, 1);
 * }
 * ```
 *
 * Drepper's second mutex ("Futexes are tricky", 2011) with an owner in the word, so that a dead holder can be told.
 * @module
 */
import { compareExchange, exchange, load, notify, pause, wait } from "./memory.ts";
import { now } from "./deadline.ts";

export const CONTENDED: number = 1 << 30;
export const TAKEN = 0;
export const LATE = 1;
/** The caller held it already: it was thrown out of its own critical section without the release. Repair, and go on. */
export const OWN = 2;

/** How long a sleeper relies on being notified. */
const RECHECK = 250;

/** Looks before parking. Few: a parked loser lets the holder run on. */
const LOOKS = 12;

/** Takes the lock at word `at` for `id`, or gives up at `until` (a reading of {@linkcode now}). */
export function lockSlow(words: Int32Array, at: number, id: number, until: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const held = load(words, at);
    if ((held & ~CONTENDED) === id) return OWN;
    if (held === 0 && compareExchange(words, at, 0, id) === 0) return TAKEN;
    pause();
  }
  for (;;) {
    const held = load(words, at);
    // Who slept cannot know whether others still sleep, so it takes the lock as contended.
    if (held === 0) {
      if (compareExchange(words, at, 0, id | CONTENDED) === 0) return TAKEN;
      continue;
    }
    const contended = held | CONTENDED;
    if (held !== contended && compareExchange(words, at, held, contended) !== held) continue;
    const left = until - now();
    if (left <= 0) return LATE;
    wait(words, at, contended, Math.min(left, RECHECK));
  }
}

/** Releases the lock at word `at` that the dead thread `id` held, if it did, and wakes all who sleep on it: a sleeper may have died too. */
export function recoverLock(words: Int32Array, at: number, id: number): void {
  const held = load(words, at);
  if ((held & ~CONTENDED) === id) exchange(words, at, 0);
  notify(words, at);
}
