/**
 * How far a blocking producer runs ahead of the consumers.
 *
 * Where putting is a little faster than getting and no limit holds it back, the backlog of a stream outgrows the caches, and both
 * sides go on from main memory: texts of a kilobyte lose a third of their speed. So a blocking put that finds more than that waiting
 * naps before it returns, as if the queue were full for a moment. It does so only where it costs little: once in many puts, and only if the
 * consumers take at least half as fast as is put. What is put for slow consumers, or for nobody yet, is put at full speed.
 *
 * Three of the ring's words say when to look again. They are written without a lock, and whatever two producers make of them does no harm
 * but that one looks too early or too late.
 * @module
 */
import { now } from "./deadline.ts";
import { isStackOverflow } from "./encode/refusal.ts";
import { nap } from "./nap.ts";
import { copyAt, NEXT_LOOK, P_COPIES, P_UNITS, P_WORD, PUT_THEN, TAKEN_THEN, takenOf } from "./ring.ts";
import type { Thread } from "./thread.ts";

/** A backlog of more units (of 8 bytes) is far: 4 MiB. */
const FAR = (4 << 20) / 8;
/** After so many more units it is looked at again: 64 KiB. */
const STEP = (64 << 10) / 8;
/** A nap that took longer, in milliseconds, may have let the consumers run dry: timers are coarse here, or the machine is busy. */
const OVERSLEPT = 1;
/** For how many milliseconds a thread does not nap after that. */
const AWAKE = 1000;

/** Until when this thread does not nap, and how many items it had taken when it looked last. */
let awakeUntil = 0;
let takesThen = 0;

/** After a put by a blocking form into the ring at word `at`: lets the consumers catch up a little, if this pays. */
export function keepLead(thread: Thread, at: number): void {
  try {
    const { words } = thread.memory;
    const put = words[copyAt(at + P_COPIES, words[at + P_WORD]) + P_UNITS];
    if (((put - words[at + NEXT_LOOK]) | 0) > 0 && isFarAhead(words, at, put)) rest(thread, at);
  } catch (error) {
    // The put has come about, and must not seem not to have because the stack ends here.
    if (!isStackOverflow(error)) throw error;
  }
}

/** Whether `put` units are far more than were taken, and the consumers are not much slower. Says when to look again. */
function isFarAhead(words: Int32Array, at: number, put: number): boolean {
  const taken = takenOf(words, at);
  const puts = (put - words[at + PUT_THEN]) | 0;
  const takes = (taken - words[at + TAKEN_THEN]) | 0;
  words[at + PUT_THEN] = put;
  words[at + TAKEN_THEN] = taken;
  const far = ((put - taken) | 0) > FAR;
  words[at + NEXT_LOOK] = far ? put + STEP : taken + FAR;
  return far && takes * 2 >= puts;
}

/** Naps, unless this thread takes items itself: then it may be the one to catch up. */
function rest(thread: Thread, at: number): void {
  const { memory, runtime, parker } = thread;
  const takes = parker.stream.takes - takesThen;
  takesThen = parker.stream.takes;
  const before = now();
  if (takes !== 0 || before < awakeUntil || !runtime.mayBlock) return;
  nap(thread);
  // What was taken meanwhile does not tell how fast the consumers are beside a producer that puts.
  memory.words[at + TAKEN_THEN] = takenOf(memory.words, at);
  const after = now();
  if (after - before > OVERSLEPT) awakeUntil = after + AWAKE;
}
