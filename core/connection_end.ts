/**
 * One opening of an end of a pipe by this thread: messages out, messages in, in all forms.
 * @module
 */
import { giveBack, refused } from "./brand.ts";
import type { Codec } from "./codec.ts";
import type { SharedObjects } from "./encode/encode.ts";
import { ConnectionClosed, IsthmusError, TimeoutError } from "./errors.ts";
import { Lease, sharedObjects } from "./handles.ts";
import { decodeRecord } from "./incoming.ts";
import { Outgoing } from "./outgoing.ts";
import { ringsOf } from "./pipe_cell.ts";
import { RAW, readRawBytes, readRawBytesInto } from "./raw_bytes.ts";
import { markBytes } from "./record.ts";
import { GETTERS, maxBytesOf } from "./ring.ts";
import { ITEM, TOO_LONG } from "./ring_look.ts";
import { type ConnectionComplaints, receivable, Receiving, Sending } from "./sending.ts";
import type { Thread } from "./thread.ts";
import type { Operation } from "./waiter.ts";
import { runAsync, runSync } from "./waiter.ts";

const anItem = () => ITEM;

/** How an operation is run: blocking, or with the promise form's signal. */
export type Form = "sync" | AbortSignal | undefined;

/** This thread's opening of an end of a pipe. */
export class End implements ConnectionComplaints {
  readonly thread: Thread;
  readonly lease: Lease;
  /** Word index of the ring that it reads from; 0 if it does not. */
  readonly inward: number;
  /** Word index of the ring that it writes to; 0 if it does not. */
  readonly outward: number;
  readonly #owner: object;
  readonly #shared: SharedObjects;

  /** @param owner the public object, whose collection closes the end */
  constructor(thread: Thread, cell: number, owner: object) {
    this.thread = thread;
    this.lease = new Lease(thread, cell, owner);
    this.#owner = owner;
    this.#shared = sharedObjects(thread);
    const { inward, outward } = ringsOf(thread, cell);
    this.inward = inward;
    this.outward = outward;
  }

  get open(): boolean {
    return this.lease.open;
  }

  /** Closes it, and ends what waits on it. */
  close(): void {
    this.lease.close(this.#owner, (item) => this.#closed(item));
  }

  check(item?: unknown): void {
    if (!this.lease.open) throw this.#closed(item);
    this.thread.check();
  }

  #closed(item?: unknown): Error {
    return new ConnectionClosed(
      "This Connection was closed in this thread. Close it only when nobody here uses it any more.",
      item,
    );
  }

  shut(put: boolean, item?: unknown): Error {
    return new ConnectionClosed(
      put
        ? "The other side of this Connection is closed: nobody could receive the message."
        : "End of stream: the other side of this Connection is closed, and all that it sent has been received.",
      item,
    );
  }

  late(waited: boolean, put: boolean, item?: unknown): Error {
    const inTime = waited ? " in time" : "";
    if (!put) return new TimeoutError(`No message came on this Connection${inTime}. Send one, or wait longer.`);
    return new TimeoutError(
      `This Connection is full: its backlog did not leave room${inTime} within ${this.#maxBytes} bytes (maxBytes). ` +
        "Receive from the other side, wait longer, or make the Pipe larger.",
      item,
    );
  }

  refused(why: number): Error {
    if (why > TOO_LONG) {
      return new TypeError(
        "The next message is of the other kind: recv takes what send has sent, recvBytes what sendBytes has sent. It stays.",
      );
    }
    return new RangeError(
      `The next message has ${TOO_LONG - why} bytes, more than was allowed. It stays: receive it with more room.`,
    );
  }

  get #maxBytes(): number {
    return maxBytesOf(this.thread.memory.words, this.outward);
  }

  /** Sends an item. */
  send(item: unknown, until: number, form: Form): Promise<void> | undefined {
    return this.#send(item, item, undefined, until, form);
  }

  /** Sends bytes. `item` is what the user gave. */
  sendBytes(bytes: Uint8Array, item: unknown, until: number, form: Form): Promise<void> | undefined {
    return this.#send(bytes, item, RAW as Codec<unknown>, until, form);
  }

  #send(
    content: unknown,
    item: unknown,
    codec: Codec<unknown> | undefined,
    until: number,
    form: Form,
  ): Promise<void> | undefined {
    this.check(item);
    if (this.outward === 0) {
      throw new IsthmusError(
        "This Connection only receives: it is the first end of a Pipe with duplex: false. Send on the second.",
        "ISTHMUS_CONNECTION_NOT_WRITABLE",
      );
    }
    if (typeof form === "object" && form.aborted) throw form.reason;
    const batch = this.#encode(content, item, codec);
    const sending = new Sending(this.thread, this.outward, batch, until, this, item);
    return this.#run(sending, until, form) as Promise<void> | undefined;
  }

  #encode(content: unknown, item: unknown, codec: Codec<unknown> | undefined): Outgoing {
    const batch = new Outgoing(this.thread);
    try {
      if (!batch.add(content, this.#shared, codec, this.#maxBytes / 8)) {
        const what =
          `The message takes more than the ${this.#maxBytes} bytes that this Connection may hold (maxBytes).`;
        throw giveBack(new RangeError(`${what} Make the Pipe larger, or send it in parts.`), item);
      }
      // A getter of the user's ran, and may have closed this.
      if (!this.open) throw this.#closed(item);
    } catch (error) {
      batch.discard();
      throw refused(error, item);
    }
    if (codec !== undefined) markBytes(batch.words, batch.begin);
    return batch;
  }

  /** Receives an item. */
  recv(until: number, form: Form): unknown {
    this.#checkReadable();
    const { thread } = this;
    return this.#run(
      new Receiving(
        thread,
        this.inward,
        anItem,
        until,
        this,
        (inbox) => decodeRecord(thread, inbox, 0, this.#shared, undefined),
      ),
      until,
      form,
    );
  }

  /** Receives at most `most` bytes. */
  recvBytes(most: number, until: number, form: Form): Uint8Array | Promise<Uint8Array> {
    this.#checkReadable();
    const { thread } = this;
    return this.#run(
      new Receiving(thread, this.inward, () => most, until, this, (inbox) => readRawBytes(thread, inbox)),
      until,
      form,
    );
  }

  /** Receives bytes into `target`, and gives their number. */
  recvBytesInto(target: Uint8Array, until: number, form: Form): number | Promise<number> {
    this.#checkReadable();
    const { thread } = this;
    return this.#run(
      new Receiving(
        thread,
        this.inward,
        () => target.length,
        until,
        this,
        (inbox) => readRawBytesInto(thread, inbox, target),
      ),
      until,
      form,
    );
  }

  /** Waits for something to receive, or the end of the stream. */
  poll(until: number, form: Form): boolean | Promise<boolean> {
    this.#checkReadable();
    const { thread, inward } = this;
    const ready = () => receivable(thread, inward);
    const polling: Operation<boolean> = {
      sets: [inward + GETTERS],
      ready,
      attempt: ready,
      result: () => true,
      late: () => false,
      aborted(reason) {
        throw reason;
      },
    };
    return this.#run(polling, until, form);
  }

  #checkReadable(): void {
    this.check();
    if (this.inward !== 0) return;
    throw new IsthmusError(
      "This Connection only sends: it is the second end of a Pipe with duplex: false. Receive on the first.",
      "ISTHMUS_CONNECTION_NOT_READABLE",
    );
  }

  #run<T>(operation: Operation<T>, until: number, form: Form): T | Promise<T> {
    const { parker } = this.thread;
    if (form === "sync") return runSync(parker, operation, until);
    return runAsync(parker, operation, until, form, this.#owner);
  }
}
