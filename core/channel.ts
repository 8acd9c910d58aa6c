/**
 * One opening of a ring by this thread: items in, items out, in all forms. The public queues put their words and errors
 * around it.
 * @module
 */
import { giveBack, refused } from "./brand.ts";
import type { Codec } from "./codec.ts";
import { cellAt } from "./cells.ts";
import { show } from "./deadline.ts";
import type { SharedObjects } from "./encode/encode.ts";
import { IsthmusError, NotSerializable, QueueClosed, QueueEmpty, QueueFull, QueueShutDown } from "./errors.ts";
import { Getting } from "./getting.ts";
import { decodeRecord } from "./incoming.ts";
import { Lease, sharedObjects } from "./handles.ts";
import { keepLead } from "./lead.ts";
import { batchOf } from "./outgoing.ts";
import type { Outgoing } from "./outgoing.ts";
import { announcePuts, announceTakes, Putting } from "./putting.ts";
import type { Complaints } from "./putting.ts";
import { checkIterable, putMany } from "./putting_many.ts";
import type { QueueWords } from "./queue_cell.ts";
import { textsOf } from "./queue_cell.ts";
import { gettable, GETTERS, maxBytesOf, MAXSIZE, PUTTERS } from "./ring.ts";
import { pop } from "./ring_pop.ts";
import { push } from "./ring_push.ts";
import type { Steps } from "./steps.ts";
import { runStepsAsync, runStepsSync } from "./steps.ts";
import type { Thread } from "./thread.ts";
import type { Watched } from "./waitable.ts";
import { runAsync, runSync } from "./waiter.ts";

/** No item: what no queue can hold. */
const NONE = Symbol();

/** This thread's opening of a ring. */
export class Channel implements Complaints {
  readonly thread: Thread;
  readonly lease: Lease;
  /** Word index of the cell. */
  readonly at: number;
  readonly maxsize: number;
  readonly maxBytes: number;
  readonly #maxUnits: number;
  readonly #name: string | number;
  readonly #owner: object;
  readonly #kind: string;
  readonly #shared: SharedObjects;
  readonly #codec: Codec<unknown> | undefined;
  /** The id of the codec that the queue was made with and that this thread did not give; "" if all is well. */
  readonly #missingCodec: string;

  /**
   * @param owner the public object, whose collection closes the channel
   * @param kind its class, for messages
   * @param texts what the cell says of its texts, where that is known already
   */
  constructor(
    thread: Thread,
    cell: number,
    owner: object,
    kind: string,
    codec?: Codec<unknown>,
    texts: Pick<QueueWords, "name" | "codec"> = textsOf(thread, cellAt(cell)),
  ) {
    this.thread = thread;
    this.at = cellAt(cell);
    this.lease = new Lease(thread, cell, owner);
    this.#owner = owner;
    this.#kind = kind;
    const { words } = thread.memory;
    this.#name = texts.name;
    this.maxsize = words[this.at + MAXSIZE];
    this.maxBytes = maxBytesOf(words, this.at);
    this.#maxUnits = this.maxBytes / 8;
    this.#shared = sharedObjects(thread);
    if (codec !== undefined && codec.id !== texts.codec) {
      const has = texts.codec === "" ? "has no codec" : `has the codec ${show(texts.codec)}`;
      this.lease.close();
      throw new TypeError(`${this.title} ${has}, but codec ${show(codec.id)} was given to attach it.`);
    }
    this.#codec = codec;
    this.#missingCodec = codec === undefined ? texts.codec : "";
  }

  get name(): string {
    return typeof this.#name === "number" ? `${this.#kind}-${this.#name}` : this.#name;
  }

  /** How messages call the queue. */
  get title(): string {
    return `${this.#kind} ${show(this.name)}`;
  }

  /** Closes it, and ends what waits on it. */
  close(): void {
    this.lease.close(this.#owner, (item) => this.#closed(item));
  }

  get open(): boolean {
    return this.lease.open;
  }

  /** For `wait([...])`. */
  get watched(): Watched {
    const { thread, at, lease } = this;
    if (!lease.open) return { thread, sets: [], ready: () => true };
    return { thread, sets: [at + GETTERS], ready: () => !lease.open || gettable(thread.memory.words, at) };
  }

  /** Throws unless it is open and the thread may go on. */
  check(): void {
    if (!this.lease.open) throw this.#closed();
    this.thread.check();
  }

  #closed(item?: unknown): QueueClosed {
    const what = `${this.title} was closed in this thread. Close it only when nobody here uses it any more.`;
    return new QueueClosed(what, item);
  }

  #checkItems(): void {
    this.check();
    if (this.#missingCodec === "") return;
    throw new IsthmusError(
      `${this.title} has the codec ${
        show(this.#missingCodec)
      }, and functions do not travel: give this thread the codec by Queue.attach(queue.handle, { codec }).`,
      "ISTHMUS_NO_CODEC",
    );
  }

  /** Encodes one more item into `batch`. */
  #encode(batch: Outgoing, item: unknown): void {
    try {
      if (!batch.add(item, this.#shared, this.#codec, this.#maxUnits)) throw this.#tooLarge(item);
    } catch (error) {
      throw this.#refused(error, item);
    }
  }

  #tooLarge(item: unknown): RangeError {
    const what = `The item takes more than the ${this.maxBytes} bytes that ${this.title} may hold (maxBytes).`;
    return giveBack(new RangeError(`${what} Make maxBytes larger, or put it in parts.`), item);
  }

  /** What refused `item`, with the item. */
  #refused(error: unknown, item: unknown): unknown {
    if (NotSerializable.is(error) && (error as NotSerializable).item === undefined) {
      return new NotSerializable((error as Error).message, item, { cause: error });
    }
    return refused(error, item);
  }

  shut(put: boolean, item?: unknown): Error {
    return new QueueShutDown(
      `${this.title} was shut down and ${put ? "takes no more items" : "has no items left"}.`,
      item,
    );
  }

  late(waited: boolean, put: boolean, item?: unknown): Error {
    if (!put) {
      return new QueueEmpty(
        `${this.title} is empty${waited ? ": no item came in time" : ""}. Put items, or wait longer.`,
      );
    }
    const most = this.maxsize > 0 ? `${this.maxsize} items (maxsize) or the ` : "";
    return new QueueFull(
      `${this.title} is full${
        waited ? " and stayed so" : ""
      }: it holds the ${most}${this.maxBytes} bytes (maxBytes) that it may. Get items, wait longer, or make it larger.`,
      item,
    );
  }

  putSync(item: unknown, until: number): void {
    const batch = this.#putNow(item, until, false);
    if (batch !== undefined) runSync(this.thread.parker, this.#putting(batch, until, item), until);
    else keepLead(this.thread, this.at, until);
  }

  put(item: unknown, until: number, signal: AbortSignal | undefined): Promise<void> {
    // Closed comes before aborted, and aborted before what is wrong with the item.
    if (signal?.aborted && this.open) throw signal.reason;
    const { parker } = this.thread;
    const batch = this.#putNow(item, until, parker.busy(this.at + PUTTERS));
    if (batch === undefined) return parker.done();
    return runAsync(parker, this.#putting(batch, until, item), until, signal, this.#owner) as Promise<undefined>;
  }

  /** The way of almost every put: one try, no operation made. Gives the batch, if it has to wait; as it does where others are `queued`. */
  #putNow(item: unknown, until: number, queued: boolean): Outgoing | undefined {
    const { thread } = this;
    let batch: Outgoing | undefined;
    try {
      this.#checkItems();
      batch = batchOf(thread);
      if (!batch.add(item, this.#shared, this.#codec, this.#maxUnits)) throw this.#tooLarge(item);
      // A getter or codec of the user's ran, and may have closed this channel.
      if (!this.lease.open) throw this.#closed();
      if (queued || push(thread, this.at, batch, until, true) !== 1) return batch;
    } catch (error) {
      batch?.discard();
      throw this.#refused(error, item);
    }
    announcePuts(thread, this.at, 1);
    batch.recycle();
    return undefined;
  }

  #putting(batch: Outgoing, until: number, item: unknown): Putting {
    return new Putting(this.thread, this.at, batch, until, this, undefined, item);
  }

  getSync(until: number, max = 0): unknown {
    this.#checkItems();
    if (max === 0) {
      const item = this.#getNow(until);
      if (item !== NONE) return item;
    }
    return runSync(this.thread.parker, this.#getting(until, max), until);
  }

  get(until: number, signal: AbortSignal | undefined, max = 0): Promise<unknown> {
    this.#checkItems();
    const { parker } = this.thread;
    if (max === 0 && signal === undefined && !parker.busy(this.at + GETTERS)) {
      const item = this.#getNow(until);
      if (item !== NONE) return parker.turn(item);
    }
    return runAsync(parker, this.#getting(until, max), until, signal, this.#owner);
  }

  /** The way of almost every get of an item that is there: one try, no operation made. Gives it, or `NONE`. */
  #getNow(until: number): unknown {
    const { thread } = this;
    const inbox = thread.takeInbox();
    try {
      if (pop(thread, this.at, inbox, 1, until, true) !== 1) return NONE;
      announceTakes(thread, this.at, 1);
      return decodeRecord(thread, inbox, 0, this.#shared, this.#codec);
    } finally {
      thread.giveInbox(inbox);
    }
  }

  #getting(until: number, max: number): Getting {
    return new Getting(this.thread, this.at, max, until, this.#shared, this.#codec, this);
  }

  putManySync(items: Iterable<unknown>, until: number): number {
    checkIterable(items);
    return runStepsSync(this.thread.parker, this.#puttingMany(items, until), until);
  }

  putMany(items: Iterable<unknown>, until: number, signal: AbortSignal | undefined): Promise<number> {
    checkIterable(items);
    this.check();
    if (signal?.aborted) throw signal.reason;
    return runStepsAsync(this.thread.parker, this.#puttingMany(items, until), until, signal, this.#owner);
  }

  #puttingMany(items: Iterable<unknown>, until: number): Steps<number | undefined, number> {
    this.#checkItems();
    const encode = (batch: Outgoing, item: unknown) => this.#encode(batch, item);
    const plain = this.#codec === undefined;
    return putMany({ thread: this.thread, at: this.at, complaints: this, plain, encode }, items, until);
  }
}
