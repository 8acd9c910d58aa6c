/**
 * What one call of `decode` keeps while it runs.
 * @module
 */
import type { Inbox } from "./scratch.ts";
import type { SharedObjects } from "./shared_objects.ts";
import type { Shape } from "./shapes.ts";
import { COUNT_MAX, DEPTH_MAX } from "./tags.ts";
import { corrupt } from "./refusal.ts";

/** One of the record's buffers. */
export interface Arrived {
  /** Where it begins in the source's buffer; offsets of views are counted from that one's beginning. */
  readonly start: number;
  /** What was sent of it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Known once something needs it. */
  buffer: ArrayBuffer | undefined;
  /** `bytes` is not, or is no longer, free to be a value itself. */
  taken: boolean;
}

/** State of one decoding. */
export class Decoder {
  from!: Inbox;
  words!: Int32Array;
  view!: DataView;
  bytes!: Uint8Array;
  /** The word to be read next. */
  p = 0;
  /** The word behind the last one that values may take. */
  end = 0;
  depth = 0;
  /** The record's shapes: the first `shapeCount` of the list. */
  readonly shapes: Shape[] = [];
  shapeCount = 0;
  buffers: Arrived[] = [];
  /** The objects in order of appearance, if the item refers to any of them. */
  objects: object[] | undefined;
  shared!: SharedObjects;
  sharedBuffers: readonly SharedArrayBuffer[] | undefined;

  /** Begins a call. Almost always all is as in the call before, and telling the collector of a store costs more than looking. */
  begin(from: Inbox, shared: SharedObjects, sharedBuffers: readonly SharedArrayBuffer[] | undefined): void {
    if (this.from !== from || this.words !== from.words) {
      this.from = from;
      this.words = from.words;
      this.view = from.view;
      this.bytes = from.bytes;
    }
    if (this.shared !== shared) this.shared = shared;
    if (this.sharedBuffers !== sharedBuffers) this.sharedBuffers = sharedBuffers;
  }

  /** Skips `count` words and gives the index of the first. */
  take(count: number): number {
    const p = this.p;
    if (count > this.end - p) throw corrupt("it ends too early");
    this.p = p + count;
    return p;
  }

  double(): number {
    return this.view.getFloat64(this.take(2) * 4, true);
  }

  /** A double that is a length or offset in bytes. */
  size(): number {
    const size = this.double();
    if (!Number.isSafeInteger(size) || size < 0) throw corrupt(`${size} is no size`);
    return size;
  }

  /** The count that belongs to the tag in `word`. */
  count(word: number): number {
    const count = word >>> 8;
    return count < COUNT_MAX ? count : this.words[this.take(1)] >>> 0;
  }

  enter(): void {
    if (++this.depth > DEPTH_MAX + 1) throw corrupt("it is nested too deep");
  }

  /** Gives the object that has just been made its number. */
  made<T extends object>(object: T): T {
    if (this.objects !== undefined) this.objects.push(object);
    return object;
  }

  reset(): void {
    this.depth = 0;
    this.objects = undefined;
    this.shapeCount = 0;
    if (this.buffers.length !== 0) this.buffers = [];
  }
}
