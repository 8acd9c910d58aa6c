/**
 * A queue's cell: made, shut down, drained, repaired and taken apart.
 *
 * ```text
 * +16 … +175   the ring's words (ring.ts) and, from +144, the queue's name and its codec's id in UTF-8
 * +20 NAME_BYTES (below 0: it has no name but this number, negated)  +21 CODEC_BYTES
 * ```
 * @module
 */
import { freeChain, row } from "./arena.ts";
import { cellAt } from "./cells.ts";
import type { Inbox } from "./encode/scratch.ts";
import { discardRecord } from "./incoming.ts";
import { now } from "./deadline.ts";
import { BLOCK_WORDS } from "./layout.ts";
import { load, or, store } from "./memory.ts";
import { CONTENDED, recoverLock } from "./mutex.ts";
import { wordsOfRecord } from "./record.ts";
import {
  C_BLOCK,
  C_CHAIN,
  C_COPIES,
  C_LOCK,
  C_SEGMENT,
  C_WORD,
  copyAt,
  DONES,
  FIRST_SEGMENT,
  FLAG,
  GETTERS,
  initRing,
  JOINERS,
  P_BLOCK,
  P_CHAIN,
  P_LOCK,
  P_WORD,
  PUTTERS,
  unfinishedOf,
} from "./ring.ts";
import { pop, repairPop } from "./ring_pop.ts";
import { repairPush } from "./ring_push_each.ts";
import { reserveStack, reserveWake } from "./stack.ts";
import { noteTaker } from "./text_record.ts";
import type { Thread } from "./thread.ts";
import { CONSUMERS, locked, PRODUCERS, recoverInsisting } from "./insisting.ts";
import { recoverWaitSet, wakeAll } from "./wait_set.ts";

const NAME_BYTES = 20;
const CODEC_BYTES = 21;
const TEXT = 144;
/** How many bytes of UTF-8 the name and the codec's id have together. */
export const TEXT_BYTES = 128;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** What a queue is made with, checked. */
export interface QueueWords {
  /** 0: no limit. */
  readonly maxsize: number;
  readonly maxBytes: number;
  /** A number if it was given none: most names are never asked for, and V8 keeps the text of each number that it has written. */
  readonly name: string | number;
  /** Its id; "" without one. */
  readonly codec: string;
}

/** Writes an empty queue into the zeroed cell at word `at`. */
export function initQueue(thread: Thread, at: number, options: QueueWords): void {
  const { words, bytes } = thread.memory;
  initRing(words, at, options.maxsize, options.maxBytes);
  const start = (at + TEXT) * 4;
  const { name, codec } = options;
  const length = typeof name === "number" ? 0 : writeUtf8(bytes, start, name);
  words[at + NAME_BYTES] = typeof name === "number" ? -name : length;
  words[at + CODEC_BYTES] = writeUtf8(bytes, start + length, codec);
}

/** Writes `text` in UTF-8 and gives the number of bytes. Most are ASCII, for which no array is made. */
function writeUtf8(bytes: Uint8Array, start: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      const encoded = encoder.encode(text);
      bytes.set(encoded, start);
      return encoded.length;
    }
    bytes[start + i] = code;
  }
  return text.length;
}

/** The name of the queue at word `at`, and the id of its codec. */
export function textsOf(thread: Thread, at: number): Pick<QueueWords, "name" | "codec"> {
  const { words, bytes } = thread.memory;
  const start = (at + TEXT) * 4;
  const length = words[at + NAME_BYTES];
  const middle = start + Math.max(length, 0);
  const end = middle + words[at + CODEC_BYTES];
  return { name: length < 0 ? -length : readUtf8(bytes, start, middle), codec: readUtf8(bytes, middle, end) };
}

/** The text in UTF-8 between `start` and `end`. Most are short and ASCII, for which a decoder takes ten times as long. */
function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) {
    if (bytes[at] > 127) return decoder.decode(bytes.slice(start, end));
    text += String.fromCharCode(bytes[at]);
  }
  return text;
}

/**
 * Refuses puts from now on, wakes everybody who waits, and with `immediate` drops what is left. Each flag is one store
 * under its side's lock; when the second is set, what is left counts as dropped, and whoever comes may do the dropping.
 */
export function shutDown(thread: Thread, at: number, immediate: boolean): void {
  reserveStack();
  setFlag(thread, at + P_LOCK, at + P_WORD);
  if (immediate) {
    setFlag(thread, at + C_LOCK, at + C_WORD);
    drain(thread, at);
    wakeAll(thread.memory, at + JOINERS);
  }
  wakeAll(thread.memory, at + GETTERS);
  wakeAll(thread.memory, at + PUTTERS);
}

function setFlag(thread: Thread, lock: number, word: number): void {
  const { words } = thread.memory;
  locked(thread, lock, () => store(words, word, words[word] | FLAG));
}

/**
 * Drops every item, one batch after another, outside the locks. Gives up when the lock is not free for `patience` milliseconds: who
 * recovers must not wait for ever, since its holder may be dead, too, and his recovery come later.
 */
export function drain(thread: Thread, at: number, patience = Infinity): void {
  // A moment also where the patience is 0: not AT_ONCE, which waits for the lock as long as it takes.
  const until = now() + patience;
  const inbox: Inbox = thread.takeInbox();
  try {
    for (let count; (count = pop(thread, at, inbox, 256, until, false, true)) > 0;) {
      for (let record = 0; count > 0; count--) {
        discardRecord(thread, inbox, record);
        record += wordsOfRecord(inbox.words[record]);
      }
    }
  } finally {
    thread.giveInbox(inbox);
  }
}

/** Marks one task as done. False if none is unfinished. Wakes the joiners with the last one. */
export function markDone(thread: Thread, at: number): boolean {
  const { words } = thread.memory;
  let left = 0;
  reserveWake(words, at + JOINERS);
  locked(thread, at + C_LOCK, () => {
    // Takes and drops stand still under the lock and puts only add, so what is unfinished now stays so.
    left = unfinishedOf(words, at);
    noteTaker(words, at, thread.id);
    if (left > 0) store(words, at + DONES, words[at + DONES] + 1);
  });
  if (left === 1) wakeAll(thread.memory, at + JOINERS);
  return left > 0;
}

/** Takes a queue apart that nobody holds: drops its items, then frees its last segment. */
export function destroyQueue(thread: Thread, cell: number): void {
  const at = cellAt(cell);
  const { words } = thread.memory;
  // Nobody else is here, but a death may have left a lock held.
  store(words, at + P_LOCK, 0);
  store(words, at + C_LOCK, 0);
  repairPush(thread.memory, at);
  or(words, at + P_WORD, FLAG);
  or(words, at + C_WORD, FLAG);
  drain(thread, at);
  const copy = copyAt(at + C_COPIES, load(words, at + C_WORD));
  const segment = thread.memory.words[copy + C_SEGMENT];
  if (segment === at + FIRST_SEGMENT) return;
  // Ours first, then forgotten, then free: as in repairPop.
  const block = segment / BLOCK_WORDS;
  store(words, row(block), thread.id);
  words[copy + C_SEGMENT] = at + FIRST_SEGMENT;
  freeChain(thread.memory, block, thread.id);
}

/** How long a recovery waits for a lock that a living thread holds for well under a microsecond, in milliseconds. */
const LOCK_PATIENCE = 10;

/** Repairs what the dead thread `id` left in the queue. Waits for no thread. */
export function recoverQueue(thread: Thread, cell: number, id: number): void {
  const at = cellAt(cell);
  const { memory } = thread;
  const { words } = memory;
  if ((load(words, at + P_LOCK) & ~CONTENDED) === id) {
    if ((words[at + P_BLOCK] | words[at + P_CHAIN]) !== 0) repairPush(memory, at);
  }
  recoverLock(words, at + P_LOCK, id);
  if ((load(words, at + C_LOCK) & ~CONTENDED) === id) {
    if ((words[at + C_BLOCK] | words[at + C_CHAIN]) !== 0) repairPop(thread, at, false);
  }
  recoverLock(words, at + C_LOCK, id);
  for (const side of [PRODUCERS, CONSUMERS]) recoverInsisting(thread, at, side, id);
  // Its lock may be held by another dead thread, whose recovery comes later and drains too.
  if (load(words, at + C_WORD) < 0) drain(thread, at, LOCK_PATIENCE);
  for (const set of [GETTERS, PUTTERS, JOINERS]) recoverWaitSet(memory, at + set, id & 0xff);
}
