/**
 * Items on their way into a ring: encoded outside every lock, ready to be copied in.
 * @module
 */
import { enterTransit } from "./cells.ts";
import { freeChain } from "./arena.ts";
import { writeChain } from "./chain.ts";
import type { Codec } from "./codec.ts";
import { encodeOwn } from "./codec.ts";
import { encode } from "./encode/encode.ts";
import type { SharedObjects } from "./encode/encode.ts";
import { KEEP, type Outbox } from "./encode/scratch.ts";
import {
  appendInteger,
  beginData,
  eachRef,
  endData,
  endPlain,
  INLINE_WORDS,
  INTEGER_HEADER,
  kindOfRecord,
  LARGE,
  unitsOfLarge,
  unitsOfRecord,
  wordsOfRecord,
  writeLarge,
} from "./record.ts";
import type { Batch } from "./ring_batch.ts";
import { reserveStack } from "./stack.ts";
import { appendText, isText } from "./text_record.ts";
import type { Thread } from "./thread.ts";
import { NotSerializable } from "./errors.ts";

/** More shared objects than this in one item would not fit a record. */
const MAX_REFS = 4000;

/** A batch grows to at most about this many words and this many items before it is put. */
const BATCH_WORDS = 4096;
const BATCH_ITEMS = 256;

/** Not of −0, which is none. */
function isInteger32(item: unknown): item is number {
  return typeof item === "number" && (item | 0) === item && (item !== 0 || 1 / item > 0);
}

/** A batch that nobody uses. Making one for each item costs a tenth of a put. */
let spare: Outgoing | undefined;

/**
 * A batch of encoded items. Everything it holds besides its bytes (a chain of blocks, the transit of shared objects) is
 * let go of by `discard` for the items that were not put.
 */
export class Outgoing implements Batch {
  words: Int32Array;
  bytes: Uint8Array;
  begin = 0;
  /** What an item that was refused left behind it is written over. */
  end = 0;
  count = 0;
  endsLarge = false;
  /** Whether something else than an integer has ended `addIntegers`, and what: it has been read, and must not be read again. */
  rejects = false;
  rejected: unknown = undefined;
  readonly thread: Thread;
  #outbox: Outbox | undefined;

  constructor(thread: Thread) {
    this.thread = thread;
    this.#outbox = thread.takeOutbox();
    this.words = this.#outbox.words;
    this.bytes = this.#outbox.bytes;
  }

  /**
   * Encodes `item` behind those that are in. Gives false, having changed nothing, if it is larger than `maxUnits` allows;
   * throws NotSerializable or what a getter or codec threw, likewise.
   */
  add(item: unknown, shared: SharedObjects, codec: Codec<unknown> | undefined, maxUnits: number): boolean {
    if (codec !== undefined) return this.#addByCodec(item, codec, maxUnits);
    if (this.addInteger(item)) return true;
    if (isText(item)) return this.#addText(item, maxUnits);
    const out = this.#outbox!;
    out.length = this.end << 2;
    const at = beginData(out);
    encode(item, out, shared);
    const units = endPlain(out, at);
    // Large ones, and those with shared objects in them.
    if (units === 0) return this.#addEncoded(item, at, 0, maxUnits);
    if (units > maxUnits) return false;
    this.#added(out);
    return true;
  }

  /** Adds `item` if it is an integer of 32 bits, which needs no encoder. */
  addInteger(item: unknown): boolean {
    if (!isInteger32(item)) return false;
    const out = this.#outbox!;
    out.length = this.end << 2;
    appendInteger(out, item);
    this.#added(out);
    return true;
  }

  /**
   * Adds the integers of 32 bits that stand one after another in `items` from `index` on, of which `first` is the one that was read
   * there, and gives the index behind them. If something else ended them, it `rejects` that.
   */
  addIntegers(items: readonly unknown[], index: number, first: unknown): number {
    const out = this.#outbox!;
    const most = index + BATCH_ITEMS - this.count;
    out.length = this.end << 2;
    out.reserve(BATCH_ITEMS << 3);
    const { words } = out;
    let at = this.end;
    this.rejects = false;
    for (let item = first;;) {
      if (!isInteger32(item)) {
        this.rejects = true;
        this.rejected = item;
        break;
      }
      words[at] = INTEGER_HEADER;
      words[at + 1] = item;
      at += 2;
      // The length is asked for each time: to read an element may run code of the user's, which may change it.
      if (++index >= most || index >= items.length) break;
      item = items[index];
    }
    this.words = words;
    this.bytes = out.bytes;
    this.count += (at - this.end) >> 1;
    this.end = at;
    return index;
  }

  #addText(item: string, maxUnits: number): boolean {
    const out = this.#outbox!;
    out.length = this.end << 2;
    if (appendText(out, item) > maxUnits) return false;
    this.#added(out);
    return true;
  }

  #added(out: Outbox): void {
    if (this.words !== out.words) {
      this.words = out.words;
      this.bytes = out.bytes;
    }
    this.end = out.length >> 2;
    this.count++;
  }

  #addByCodec(item: unknown, codec: Codec<unknown>, maxUnits: number): boolean {
    const out = this.#outbox!;
    out.length = this.end << 2;
    const at = beginData(out);
    const exact = encodeOwn(codec, item, out);
    out.words[at + 1] = exact;
    return this.#addEncoded(item, at, exact, maxUnits);
  }

  /** Adds what was encoded behind the beginning of a record at word `at`; `exact`: how many bytes a codec gave. */
  #addEncoded(item: unknown, at: number, exact: number, maxUnits: number): boolean {
    const out = this.#outbox!;
    try {
      if (!this.#endRecord(out, item, at, exact, maxUnits)) return false;
    } finally {
      out.refs = [];
      out.bulks = [];
      out.bulkBytes = 0;
    }
    this.#added(out);
    return true;
  }

  #endRecord(out: Outbox, item: unknown, at: number, exact: number, maxUnits: number): boolean {
    this.#checkRefs(out, item);
    const from = (at + 2) << 2;
    const encoded = out.length - from;
    if (out.bulkBytes === 0 && encoded <= INLINE_WORDS * 4) endData(out, at);
    else {
      // Before a chain is claimed: what it would take, as unitsOfRecord counts it.
      if (unitsOfLarge(out, encoded) > maxUnits) return false;
      reserveStack();
      const block = writeChain(this.thread.memory, this.thread.id, out, from);
      writeLarge(out, at, block, encoded);
      out.words[at + 4] = exact;
      this.endsLarge = true;
    }
    if (unitsOfRecord(out.words, at) > maxUnits) return false;
    if (out.refs.length > 0) {
      reserveStack();
      eachRef(out.words, at, (cell) => enterTransit(this.thread.memory, cell));
    }
    return true;
  }

  /** What encoding ran of the user's (getters, a codec) may have closed an object that it had found before. */
  #checkRefs({ refs }: Outbox, item: unknown): void {
    if (refs.length > 2 * MAX_REFS) {
      throw new NotSerializable(
        `item holds ${refs.length / 2} shared objects; at most ${MAX_REFS} travel in one item.`,
        item,
      );
    }
    for (let at = 0; at < refs.length; at += 2) {
      if (this.thread.holds(refs[at], refs[at + 1])) continue;
      throw new NotSerializable("item holds a shared object that was closed while the item was encoded.", item);
    }
  }

  /** Whether the batch should be put before more is added. An item out of line ends a batch. */
  get full(): boolean {
    return this.count >= BATCH_ITEMS || this.end >= BATCH_WORDS || this.endsLarge;
  }

  /** Gives the scratch back and keeps the records in words of their own: the batch has to wait, and others need the scratch. */
  detach(): void {
    if (this.#outbox === undefined) return;
    this.words = this.words.slice(this.begin, this.end);
    this.bytes = new Uint8Array(this.words.buffer);
    this.begin = 0;
    this.end = this.words.length;
    this.thread.giveOutbox(this.#outbox);
    this.#outbox = undefined;
  }

  /** Everything went in at once: the batch serves this thread's next put, if it has no other for that and did not grow large. */
  recycle(): void {
    if (spare !== undefined || this.bytes.length > KEEP) return this.discard();
    this.begin = 0;
    this.end = 0;
    this.endsLarge = false;
    spare = this;
  }

  /** Ends the batch: the scratch goes back, and what was not put lets go of what it held. */
  discard(): void {
    for (; this.count > 0; this.count--) {
      const header = this.words[this.begin];
      eachRef(this.words, this.begin, (cell) => this.thread.endTransit(cell));
      if (kindOfRecord(header) === LARGE) freeChain(this.thread.memory, this.words[this.begin + 1], this.thread.id);
      this.begin += wordsOfRecord(header);
    }
    if (this.#outbox !== undefined) this.thread.giveOutbox(this.#outbox);
    this.#outbox = undefined;
  }
}

/** A batch for an item of `thread`. */
export function batchOf(thread: Thread): Outgoing {
  const batch = spare;
  if (batch === undefined || batch.thread !== thread) return new Outgoing(thread);
  spare = undefined;
  return batch;
}
