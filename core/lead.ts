/**
 * How far a blocking producer runs ahead of the consumers.
 *
 * Where putting is a little faster than getting and no limit holds it back, the backlog of a stream outgrows the caches, and both
 * sides go on from main memory: texts of a kilobyte lose a third of their speed. So a blocking put that finds more than that waiting
 * naps before it returns, as if the queue were full for a moment. It does so only where it costs little: once in many puts, and only if the
 * consumers take at least half as fast as is put. What is put for slow consumers, or for nobody yet, is put at full speed.
 *
 * Three of the ring's words say when to look again, and what was put and taken when it was looked last. They are read and written
 * plainly, under the producers' lock. Who dies having changed them, but put nothing, makes the next one look a little early or late.
 * @module
 */
import { AT_ONCE, now } from "./deadline.ts";
import { isStackOverflow } from "./encode/refusal.ts";
import { nap } from "./nap.ts";
import { FAR, NEXT_LOOK, PUT_THEN, TAKEN_THEN, takenOf } from "./ring.ts";
import type { Thread } from "./thread.ts";

/** After so many more units it is looked at again: 64 KiB. */
const STEP = (64 << 10) / 8;
/** A nap that took longer, in milliseconds, may have let the consumers run dry: timers are coarse here, or the machine is busy. */
const OVERSLEPT = 1;
/** For how many milliseconds a thread does not nap after that. */
const AWAKE = 1000;

/** The ring in which this thread was found to lead too far, until it naps; 0 for none. */
let leadsIn = 0;
/** The ring in which it has napped and not looked since. */
let nappedIn = 0;
/** Until when this thread does not nap. */
let awakeUntil = 0;
/** How many items it had taken when it looked last. */
let takesThen = 0;

/**
 * When `put` units are to be put into the ring at word `at`, with those before: looks how far ahead that is, and says when to look
 * again. The producers' lock is held, and nothing is committed yet.
 */
export function lookBack(words: Int32Array, at: number, put: number): void {
  const taken = takenOf(words, at);
  const puts = (put - words[at + PUT_THEN]) | 0;
  const takes = (taken - words[at + TAKEN_THEN]) | 0;
  words[at + PUT_THEN] = put;
  words[at + TAKEN_THEN] = taken;
  const far = ((put - taken) | 0) > FAR;
  words[at + NEXT_LOOK] = far ? put + STEP : taken + FAR;
  // What was taken during a nap does not tell how fast the consumers are beside a producer that puts.
  const judged = nappedIn !== at;
  nappedIn = 0;
  leadsIn = far && judged && takes * 2 >= puts ? at : 0;
}

/**
 * After a put by a blocking form, which could have waited until the moment `until`, into the ring at word `at`: lets the consumers
 * catch up a little, if the look before it said so.
 */
export function keepLead(thread: Thread, at: number, until: number): void {
  if (leadsIn !== at || until === AT_ONCE) return;
  leadsIn = 0;
  try {
    rest(thread, at);
  } catch (error) {
    // The put has come about, and must not seem not to have because the stack ends here.
    if (!isStackOverflow(error)) throw error;
  }
}

/** Naps, unless this thread takes items itself: then it may be the one to catch up. */
function rest(thread: Thread, at: number): void {
  const { runtime, parker } = thread;
  const takes = parker.stream.takes - takesThen;
  takesThen = parker.stream.takes;
  const before = now();
  if (takes !== 0 || before < awakeUntil || !runtime.mayBlock) return;
  nappedIn = at;
  nap(thread);
  const after = now();
  if (after - before > OVERSLEPT) awakeUntil = after + AWAKE;
}
