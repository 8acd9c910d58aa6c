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
import type { Outbox } from "./encode/scratch.ts";
import {
  appendInteger,
  beginData,
  eachRef,
  endData,
  INLINE_WORDS,
  kindOfRecord,
  LARGE,
  unitsOfLarge,
  unitsOfRecord,
  wordsOfRecord,
  writeLarge,
} from "./record.ts";
import type { Batch } from "./ring_push.ts";
import { reserveStack } from "./stack.ts";
import type { Thread } from "./thread.ts";
import { NotSerializable } from "./errors.ts";

/** More shared objects than this in one item would not fit a record. */
const MAX_REFS = 4000;

/** A batch grows to at most about this many bytes and this many items before it is put. */
const BATCH_BYTES = 16384;
const BATCH_ITEMS = 256;

/**
 * A batch of encoded items. Everything it holds besides its bytes (a chain of blocks, the transit of shared objects) is
 * let go of by `discard` for the items that were not put.
 */
export class Outgoing implements Batch {
  words: Int32Array;
  begin = 0;
  count = 0;
  readonly #thread: Thread;
  #outbox: Outbox | undefined;
  /** Whether the last item lies out of line. */
  #endsLarge = false;

  constructor(thread: Thread) {
    this.#thread = thread;
    this.#outbox = thread.takeOutbox();
    this.words = this.#outbox.words;
  }

  /**
   * Encodes `item` behind those that are in. Gives false, having changed nothing, if it is larger than `maxUnits` allows;
   * throws NotSerializable or what a getter or codec threw, likewise.
   */
  add(item: unknown, shared: SharedObjects, codec: Codec<unknown> | undefined, maxUnits: number): boolean {
    const out = this.#outbox!;
    if (codec !== undefined || !this.addInteger(item)) {
      const start = out.length;
      try {
        if (!this.#addData(out, item, shared, codec, maxUnits)) {
          out.length = start;
          return false;
        }
      } catch (error) {
        out.length = start;
        throw error;
      } finally {
        if (out.refs.length !== 0) out.refs = [];
        if (out.bulks.length !== 0) out.bulks = [];
        out.bulkBytes = 0;
      }
      this.words = out.words;
      this.count++;
    }
    return true;
  }

  /** Adds `item` if it is an integer of 32 bits, which needs no encoder. */
  addInteger(item: unknown): boolean {
    if (typeof item !== "number" || (item | 0) !== item || (item === 0 && 1 / item < 0)) return false;
    const out = this.#outbox!;
    appendInteger(out, item);
    this.words = out.words;
    this.count++;
    return true;
  }

  #addData(
    out: Outbox,
    item: unknown,
    shared: SharedObjects,
    codec: Codec<unknown> | undefined,
    maxUnits: number,
  ): boolean {
    const at = beginData(out);
    const from = out.length;
    let exact = 0;
    if (codec === undefined) encode(item, out, shared);
    else {
      exact = encodeOwn(codec, item, out);
      out.words[at + 1] = exact;
    }
    this.#checkRefs(out, item);
    const encoded = out.length - from;
    if (out.bulkBytes === 0 && encoded <= INLINE_WORDS * 4) endData(out, at);
    else {
      // Before a chain is claimed: what it would take, as unitsOfRecord counts it.
      if (unitsOfLarge(out, encoded) > maxUnits) return false;
      reserveStack();
      const block = writeChain(this.#thread.memory, this.#thread.id, out, from);
      writeLarge(out, at, block, encoded);
      out.words[at + 4] = exact;
      this.#endsLarge = true;
    }
    if (unitsOfRecord(out.words, at) > maxUnits) return false;
    if (out.refs.length > 0) {
      reserveStack();
      eachRef(out.words, at, (cell) => enterTransit(this.#thread.memory, cell));
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
      if (this.#thread.holds(refs[at], refs[at + 1])) continue;
      throw new NotSerializable("item holds a shared object that was closed while the item was encoded.", item);
    }
  }

  /** Whether the batch should be put before more is added. An item out of line ends a batch. */
  get full(): boolean {
    return this.count >= BATCH_ITEMS || this.#outbox!.length >= BATCH_BYTES || this.#endsLarge;
  }

  /** Gives the scratch back and keeps the records in words of their own: the batch has to wait, and others need the scratch. */
  detach(): void {
    if (this.#outbox === undefined) return;
    this.words = this.words.slice(this.begin, this.#outbox.length >> 2);
    this.begin = 0;
    this.#thread.giveOutbox(this.#outbox);
    this.#outbox = undefined;
  }

  /** Ends the batch: the scratch goes back, and what was not put lets go of what it held. */
  discard(): void {
    for (; this.count > 0; this.count--) {
      const header = this.words[this.begin];
      eachRef(this.words, this.begin, (cell) => this.#thread.endTransit(cell));
      if (kindOfRecord(header) === LARGE) freeChain(this.#thread.memory, this.words[this.begin + 1], this.#thread.id);
      this.begin += wordsOfRecord(header);
    }
    if (this.#outbox !== undefined) this.#thread.giveOutbox(this.#outbox);
    this.#outbox = undefined;
  }
}
