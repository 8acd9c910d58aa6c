/**
 * What one call of `encode` keeps while it runs. Calls may nest (a getter may put), and each that runs has its own.
 * @module
 */
import type { Outbox } from "./scratch.ts";
import type { SharedObjects } from "./shared_objects.ts";
import type { KeyBlock } from "./shapes.ts";
import { COUNT_MAX, DEPTH_MAX } from "./tags.ts";
import { Refusal } from "./refusal.ts";

/** Up to so many objects are found again by looking at each; a Set costs ten times as much for two objects. */
const LINEAR = 32;

/** Where there is no table of lists of keys. */
const NOWHERE = {};

/** For how many calls a list of objects serves; a power of two. */
const CALLS = 256;

/** A buffer that views of this item see, and which part of it. */
export interface Seen {
  readonly buffer: ArrayBuffer;
  start: number;
  end: number;
  /** How many values of the item see it; 1 with `view` set is the usual lone view. */
  uses: number;
  view: ArrayBufferView | undefined;
  /** The buffer is itself part of the item. */
  whole: boolean;
}

/** State of one encoding. `words` and `limit` follow the outbox when it grows. */
export class Encoder {
  out!: Outbox;
  words!: Int32Array;
  view!: DataView;
  /** How many words fit. */
  limit = 0;
  depth = 0;
  /** Differs in every call, so that a shape's `stamp` tells whether it has a number in this one. */
  id = 0;
  /** The record's shapes: the first `blockCount` of the list. It is never cut, since a list that is loses its memory. */
  readonly blocks: KeyBlock[] = [];
  blockCount = 0;
  buffers: Seen[] = [];
  /** What the outbox had before: its `length`, its `bulkBytes`, and the lengths of its lists and of `sharedBuffers`. */
  start = 0;
  bulkStart = 0;
  #refsBefore = 0;
  #bulksBefore = 0;
  #buffersBefore = 0;
  /** Whether some object occurs again. */
  referred = false;
  shared!: SharedObjects;
  /** Where the lists of keys are known that need not go along. */
  home: object = NOWHERE;
  sharedBuffers: SharedArrayBuffer[] | undefined;
  /**
   * The first objects in their order. A young list: to put young objects into an old one, collectors want to be told of each, which
   * takes as long as all else that is done for an object's identity.
   */
  #objects: (object | undefined)[] = new Array(LINEAR).fill(undefined);
  #count = 0;
  #calls = 0;
  #all: Set<object> | undefined;
  #numbers: Map<object, number> | undefined;
  #bufferNumbers: Map<ArrayBuffer, number> | undefined;

  /** Begins the call with the number `id`. */
  begin(out: Outbox, shared: SharedObjects, sharedBuffers: SharedArrayBuffer[] | undefined, id: number): void {
    // Almost always they are those of the call before, and telling the collector of a store costs more than looking.
    if (this.out !== out) this.out = out;
    if (this.shared !== shared) {
      this.shared = shared;
      this.home = shared.shapes?.home ?? NOWHERE;
    }
    if (this.sharedBuffers !== sharedBuffers) this.sharedBuffers = sharedBuffers;
    this.id = id;
    this.start = out.length;
    this.bulkStart = out.bulkBytes;
    this.#refsBefore = out.refs.length;
    this.#bulksBefore = out.bulks.length;
    if (sharedBuffers !== undefined) this.#buffersBefore = sharedBuffers.length;
    this.adopt();
  }

  /** Takes back all that the call has written. */
  undo(): void {
    const { out, sharedBuffers } = this;
    out.length = this.start;
    out.refs.length = this.#refsBefore;
    out.bulks.length = this.#bulksBefore;
    out.bulkBytes = this.bulkStart;
    if (sharedBuffers !== undefined) sharedBuffers.length = this.#buffersBefore;
  }

  /** Takes the outbox's views again after it grew or was changed. */
  adopt(): void {
    if (this.words === this.out.words) return;
    this.words = this.out.words;
    this.view = this.out.view;
    this.limit = this.words.length;
  }

  /** Makes room for `count` more words after the first `used`. */
  grow(used: number, count: number): void {
    this.out.length = used * 4;
    this.out.reserve(count * 4);
    this.adopt();
  }

  /** The number under which `value` was written before, or -1: then it has the next number from now on. */
  identify(value: object): number {
    const count = this.#count;
    if (count < LINEAR) {
      const objects = this.#objects;
      for (let i = 0; i < count; i++) if (objects[i] === value) return i;
      objects[count] = value;
    } else {
      const known = this.#identifyAmongMany(value, count);
      if (known >= 0) return known;
    }
    this.#count = count + 1;
    return -1;
  }

  #identifyAmongMany(value: object, count: number): number {
    if (this.#numbers === undefined) {
      // As long as nothing occurs twice, a Set with its one look-up for each object is enough.
      const all = this.#all ??= new Set(this.#objects as object[]);
      if (all.add(value).size !== count) return -1;
      this.#numbers = new Map();
      for (const object of all) this.#numbers.set(object, this.#numbers.size);
    }
    const known = this.#numbers.get(value);
    if (known === undefined) this.#numbers.set(value, count);
    return known ?? -1;
  }

  /** The number of a buffer among `buffers`, or -1: then the caller adds it at once. */
  bufferIndex(buffer: ArrayBuffer): number {
    const buffers = this.buffers;
    if (buffers.length < LINEAR) {
      for (let i = 0; i < buffers.length; i++) if (buffers[i].buffer === buffer) return i;
      return -1;
    }
    this.#bufferNumbers ??= new Map(buffers.map((seen, i) => [seen.buffer, i]));
    const known = this.#bufferNumbers.get(buffer);
    if (known !== undefined) return known;
    this.#bufferNumbers.set(buffer, buffers.length);
    return -1;
  }

  /** Whether the value at word `p` is the item itself: only the RECORD word lies before it. */
  atRoot(p: number): boolean {
    return p === (this.start >>> 2) + 1;
  }

  /** The number in this record of a list of keys that goes along, be it that of an `open` object, which always does. */
  number(block: KeyBlock, open: boolean): number {
    if (block.stamp !== this.id) {
      block.stamp = this.id;
      block.index = this.blockCount;
      this.blocks[this.blockCount++] = block;
      if (!open) block.used(this.shared.shapes);
    }
    return block.index;
  }

  enter(): void {
    if (++this.depth > DEPTH_MAX) {
      throw new Refusal(`is nested too deep: more than ${DEPTH_MAX} levels; send it flatter`);
    }
  }

  /** Writes a tag with a count, of which there must be room for two words; gives the index behind it. */
  count(p: number, tag: number, count: number): number {
    if (count < COUNT_MAX) {
      this.words[p] = tag | count << 8;
      return p + 1;
    }
    this.words[p] = tag | COUNT_MAX << 8;
    this.words[p + 1] = count;
    return p + 2;
  }

  /** Lets go of all that the call has touched. */
  reset(): void {
    this.depth = 0;
    // Buffers, too, and lists of keys come about by objects alone.
    if (this.#count !== 0) this.#forget();
  }

  #forget(): void {
    const used = Math.min(this.#count, LINEAR);
    for (let i = 0; i < used; i++) this.#objects[i] = undefined;
    // Asked of itself: who found an object again at the limit has made it without counting on.
    if (this.#all !== undefined) {
      this.#all = undefined;
      this.#numbers = undefined;
    }
    this.#count = 0;
    this.blockCount = 0;
    if (this.buffers.length !== 0) this.buffers = [];
    if (this.#bufferNumbers !== undefined) this.#bufferNumbers = undefined;
    this.referred = false;
    if ((++this.#calls & (CALLS - 1)) === 0) this.#objects = new Array(LINEAR).fill(undefined);
  }
}
