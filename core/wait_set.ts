/**
 * Who waits for a change of an object: a set of slots, and how one of them is woken.
 *
 * ```text
 * +0  SUMMARY  bit g: there may be bits in BITS[g]. 0 means nobody waits: all that a waker without waiters pays for
 * +1  LAST     the slot rung last; the next search begins after it, so that nobody starves
 * +8  BITS     eight words, one bit a slot: that thread waits and has not been rung since it enrolled
 * ```
 *
 * The protocol. A waker changes the object's state, then reads SUMMARY, claims one bit by clearing it, and rings that
 * thread's bell. A waiter reads its bell, sets its bit and then SUMMARY, *tries again*, and sleeps until the bell moves. Either the waiter's
 * second try sees the change, or the waker sees the bit: without the second try, or with the state changed after SUMMARY
 * was read, both could miss each other. A cleared bit means "rung": whoever leaves with its bit cleared and the object still
 * ready must wake the next, or that wake-up is lost.
 * @module
 */
import { add, and, compareExchange, exchange, load, notify, or, store } from "./memory.ts";
import { AT_SLOTS, SLOT_BELL, SLOT_MAIL, SLOT_REHEARSAL, SLOT_WORDS } from "./layout.ts";
import type { Memory } from "./views.ts";

const LAST = 1;
const BITS = 8;

/** In a slot's mail word: look at every object that you wait for. */
export const ALL = -1;

/** Word index of a slot. */
export function slotAt(slot: number): number {
  return AT_SLOTS + slot * SLOT_WORDS;
}

/** Enters `slot` in the wait set at word `set`. Try again afterwards, before sleeping. */
export function enroll(memory: Memory, set: number, slot: number): void {
  // The bit before the summary: a summary bit without a bit is corrected by the next waker, a bit without one is not seen.
  or(memory.words, set + BITS + (slot >> 5), 1 << (slot & 31));
  or(memory.words, set, 1 << (slot >> 5));
}

/** Whether `slot` is in the set and has not been rung. */
export function enrolled(memory: Memory, set: number, slot: number): boolean {
  return (load(memory.words, set + BITS + (slot >> 5)) & (1 << (slot & 31))) !== 0;
}

/** Takes `slot` out of the set. Gives true if it had been rung since it enrolled: then the ring may be somebody else's to have. */
export function withdraw(memory: Memory, set: number, slot: number): boolean {
  const bit = 1 << (slot & 31);
  return (and(memory.words, set + BITS + (slot >> 5), ~bit) & bit) === 0;
}

/** Rings a thread's bell and says for which set. */
export function ring(memory: Memory, slot: number, set: number): void {
  const at = slotAt(slot);
  // The mail before the bell: whoever hears the bell finds it. A second letter before the first was read means: look everywhere.
  if (compareExchange(memory.words, at + SLOT_MAIL, 0, set) !== 0) store(memory.words, at + SLOT_MAIL, ALL);
  add(memory.words, at + SLOT_BELL, 1);
  notify(memory.words, at + SLOT_BELL);
}

/** Wakes one waiter of the set. False if nobody waits. Call it after the change that it announces. */
export function wakeOne(memory: Memory, set: number): boolean {
  return wakeMany(memory, set, 1) > 0;
}

/**
 * Wakes at most `count` waiters and gives how many: each at most once, in one round that begins after the one rung last. Who
 * enrolls again meanwhile has tried again, and seen what there is; ringing it for the rest of a batch, which it may have
 * taken already, would wake it in vain as often as the batch has items.
 */
export function wakeMany(memory: Memory, set: number, count: number): number {
  const words = memory.words;
  let summary = load(words, set);
  if (summary === 0) return 0;
  const last = load(words, set + LAST);
  const above = (last & 31) === 31 ? 0 : -1 << ((last & 31) + 1);
  let woken = 0;
  // The first group is looked at again at the end, for its lower slots.
  for (let step = 0; step <= 8 && woken < count; step++) {
    const group = ((last >> 5) + step) & 7;
    if ((summary & (1 << group)) === 0) continue;
    let slots = step === 0 ? above : step === 8 ? ~above : -1;
    for (let slot; woken < count && (slot = claim(words, set, group, slots)) >= 0; woken++) {
      store(words, set + LAST, slot);
      ring(memory, slot, set);
      slots &= -2 << (slot & 31);
    }
    if (woken === count || load(words, set + BITS + group) !== 0) continue;
    // The group is empty: correct the summary. A waiter may set its bit between our look and the correction, while another
    // waker believes the corrected summary; so look again, and if there is a bit, put the summary back and ring on.
    and(words, set, ~(1 << group));
    if (load(words, set + BITS + group) !== 0) {
      or(words, set, 1 << group);
      step = -1;
      summary = load(words, set);
    }
  }
  return woken;
}

/** Clears one bit of a group, the lowest of those in `slots`, and gives its slot; -1 if there is none. */
function claim(words: Int32Array, set: number, group: number, slots: number): number {
  const at = set + BITS + group;
  for (;;) {
    const bits = load(words, at) & slots;
    if (bits === 0) return -1;
    const bit = bits & -bits;
    // Only who really cleared the bit rings its thread.
    if ((and(words, at, ~bit) & bit) !== 0) return (group << 5) + (31 - Math.clz32(bit));
  }
}

/** Wakes every thread that waits at this moment. Who enrolls again meanwhile is not woken again. */
export function wakeAll(memory: Memory, set: number): void {
  const words = memory.words;
  const summary = load(words, set);
  for (let group = 0; group < 8; group++) {
    if ((summary & (1 << group)) === 0) continue;
    // The summary stays: the next waker corrects it.
    for (let bits = exchange(words, set + BITS + group, 0); bits !== 0; bits &= bits - 1) {
      ring(memory, (group << 5) + (31 - Math.clz32(bits & -bits)), set);
    }
  }
}

/** After the death of `slot`: takes it out, repairs the summary, and wakes everybody, since the dead may have died holding a ring. */
export function recoverWaitSet(memory: Memory, set: number, slot: number): void {
  withdraw(memory, set, slot);
  for (let group = 0; group < 8; group++) {
    if (load(memory.words, set + BITS + group) !== 0) or(memory.words, set, 1 << group);
  }
  wakeAll(memory, set);
}

/**
 * Wakes `slot`, the calling thread's own, in all ways, when it sleeps nowhere yet. An engine compiles a function at its first
 * call, which takes far more stack than the call: near the end of the stack the first wake-up could not be made.
 */
export function rehearseWakes(memory: Memory, slot: number): void {
  const set = slotAt(slot) + SLOT_REHEARSAL;
  enroll(memory, set, slot);
  wakeAll(memory, set);
  enroll(memory, set, slot);
  wakeOne(memory, set);
}
