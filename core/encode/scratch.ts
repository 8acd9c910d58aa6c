/**
 * The private memory in which a thread encodes what it puts and from which it decodes what it gets.
 * @module
 */
import { SCRATCH_IN_PAGE } from "../page.ts";

const START = 64 * 1024;
/** A scratch that has grown larger is given back. */
export const KEEP: number = 4 * 1024 * 1024;

/** Three views of one new piece of private memory of `size` bytes. */
function viewsOf(size: number): { bytes: Uint8Array; words: Int32Array; view: DataView } {
  const buffer = new ArrayBuffer(SCRATCH_IN_PAGE + size);
  return {
    bytes: new Uint8Array(buffer, SCRATCH_IN_PAGE),
    words: new Int32Array(buffer, SCRATCH_IN_PAGE),
    view: new DataView(buffer, SCRATCH_IN_PAGE),
  };
}

/** Growable private scratch that items are encoded into, one after another. One buffer; its views are replaced together. */
export class Outbox {
  bytes: Uint8Array;
  words: Int32Array;
  view: DataView;
  /** Bytes used so far; a multiple of 8 between records. */
  length: number;
  /** Pairs (cell, generation) of the shared objects found by the encodings since the last `clear`. */
  refs: number[];
  /** Big binaries that the encodings refer to and that were not copied. Views of no class of the user's, which a native copy would believe. */
  bulks: Uint8Array[];
  /** Sum of the bulks' lengths, each rounded up to 8. */
  bulkBytes: number;

  constructor() {
    ({ bytes: this.bytes, words: this.words, view: this.view } = viewsOf(START));
    this.length = 0;
    this.refs = [];
    this.bulks = [];
    this.bulkBytes = 0;
  }

  /** Makes room for that many more bytes after `length`; the first `length` bytes are kept. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.bytes.length) return;
    const old = this.bytes;
    this.#allocate(Math.max(old.length * 2, Math.ceil(needed / 8) * 8));
    this.bytes.set(old.subarray(0, this.length));
  }

  /** Forgets everything; gives back a scratch that has grown large. */
  clear(): void {
    this.length = 0;
    if (this.refs.length !== 0) this.refs = [];
    if (this.bulks.length !== 0) this.bulks = [];
    this.bulkBytes = 0;
    if (this.bytes.length > KEEP) this.#allocate(START);
  }

  #allocate(size: number): void {
    ({ bytes: this.bytes, words: this.words, view: this.view } = viewsOf(size));
  }
}

/** Private scratch that records are copied into to be decoded. */
export class Inbox {
  bytes: Uint8Array;
  words: Int32Array;
  view: DataView;
  /**
   * Set by the caller for a record that has bulks: copies the bulk that begins at `offset` of their area. It fills `target`, or it throws:
   * what is in that before may be anything.
   */
  readBulk: ((offset: number, target: Uint8Array) => void) | undefined;
  /** Length of the record's bulk area in bytes. */
  bulkLength: number;
  /** The text of a record that was read where it lay; taken out with it. */
  text: string;

  constructor() {
    ({ bytes: this.bytes, words: this.words, view: this.view } = viewsOf(START));
    this.readBulk = undefined;
    this.bulkLength = 0;
    this.text = "";
  }

  /** Makes the scratch at least so large. What is in it may be lost; one that has grown large may shrink. */
  reserve(bytes: number): void {
    const size = this.bytes.length;
    if (bytes <= size && (size <= KEEP || bytes > KEEP)) return;
    const room = bytes <= START ? START : Math.ceil(Math.max(bytes, Math.min(bytes * 2, KEEP)) / 8) * 8;
    ({ bytes: this.bytes, words: this.words, view: this.view } = viewsOf(room));
  }
}
