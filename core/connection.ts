/**
 * `Connection`: one of the two ends of a pipe.
 * @module
 */
import { End } from "./connection_end.ts";
import { AT_ONCE, deadline } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import { handleOf } from "./handles.ts";
import type { Handle, Lease } from "./handles.ts";
import { checkInteger } from "./integers.ts";
import { CONNECTION, registerKind } from "./kinds.ts";
import { END_OF_PIPE } from "./pipe_cell.ts";
import { partOf, roomIn } from "./raw_bytes.ts";
import { GETTERS } from "./ring.ts";
import { receivable } from "./sending.ts";
import { openAt, Place, placeOf } from "./shared_object.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";

/** What `postMessage` carries of a Connection; `Connection.attach` takes it. */
export type ConnectionHandle = Handle;

/** What `sendBytes` takes. */
export type Bytes = ArrayBufferView | ArrayBuffer;

/**
 * One end of a {@linkcode Pipe}: sends messages to the other end, and receives what was sent there. Messages are never merged or
 * split; each is received exactly once, in order. Any number of threads may have the same end open.
 *
 * An end is closed when all who have it open have closed it or ended. Then the other end receives what is still on its way,
 * and after that ConnectionClosed; and what it sends is refused with ConnectionClosed. So close the ends that you have
 * handed on and do not use.
 *
 * Connections come in pairs, from {@linkcode Pipe}.
 *
 * @example
 * ```ts
 * import { ConnectionClosed, Pipe } from "@isthmus/isthmus";
 *
 * const [receiver, sender] = Pipe<never, string>({ duplex: false });
 * await sender.send("hello");
 * sender.close();
 * console.log(await receiver.recv()); // hello
 * await receiver.recv().catch((error) => console.log(ConnectionClosed.is(error))); // true
 * ```
 */
export class Connection<Out = unknown, In = Out> implements Waitable {
  readonly #end: End;

  /** @ignore Connections come in pairs: call {@linkcode Pipe}. */
  constructor(place: never) {
    const given: unknown = place;
    if (!(given instanceof Place)) {
      throw new TypeError("Connections come in pairs: call Pipe() instead of new Connection().");
    }
    this.#end = new End(given.thread, given.cell, this);
  }

  /**
   * Sends `item`, waiting for room. The value is copied at the call; when the promise resolves, the item is visible to the
   * other side and survives this thread.
   *
   * @throws {TimeoutError} when no room came in time; `error.item` is the item
   * @throws {ConnectionClosed} if the other side is closed, or this end was closed before or meanwhile
   * @throws {NotSerializable} if something in the item cannot travel, with the path to it
   * @throws {RangeError} if the item is larger than the pipe's `maxBytes`
   * @throws {IsthmusError} with code `"ISTHMUS_CONNECTION_NOT_WRITABLE"` if this end only receives
   */
  send(item: Out, options?: WaitOptions): Promise<void> {
    return promised(() => {
      return this.#end.send(item, deadline(options, "async"), options?.signal);
    });
  }

  /** {@linkcode Connection.send}, blocking this thread while it waits. */
  sendSync(item: Out, options?: SyncOptions): void {
    this.#end.send(item, deadline(options, "sync"), "sync");
  }

  /** {@linkcode Connection.send}, at once or not at all (TimeoutError). */
  sendNowait(item: Out): void {
    this.#end.send(item, AT_ONCE, "sync");
  }

  /**
   * Receives the next item, waiting for one.
   *
   * @throws {TimeoutError} when none came in time
   * @throws {ConnectionClosed} at the end of the stream, or if this end was closed before or meanwhile
   * @throws {TypeError} if the next message was sent by `sendBytes`; it stays
   * @throws {IsthmusError} with code `"ISTHMUS_CONNECTION_NOT_READABLE"` if this end only sends
   */
  recv(options?: WaitOptions): Promise<In> {
    return promised(() => this.#end.recv(deadline(options, "async"), options?.signal) as In);
  }

  /** {@linkcode Connection.recv}, blocking this thread while it waits. */
  recvSync(options?: SyncOptions): In {
    return this.#end.recv(deadline(options, "sync"), "sync") as In;
  }

  /** {@linkcode Connection.recv}, at once or not at all (TimeoutError). */
  recvNowait(): In {
    return this.#end.recv(AT_ONCE, "sync") as In;
  }

  /**
   * Sends bytes as one message, which `recvBytes` and `recvBytesInto` receive. Faster than `send` of a Uint8Array.
   *
   * @param bytes a view, of which the bytes that it sees are sent, or an ArrayBuffer
   * @param offset where to begin, in bytes; default 0
   * @param size how many bytes; default: all that follow. 0 sends an empty message
   * @throws {RangeError} if `offset` or `size` do not lie within `bytes`
   * @throws what `send` throws otherwise
   */
  sendBytes(bytes: Bytes, offset = 0, size?: number, options?: WaitOptions): Promise<void> {
    return promised(() => {
      const part = partOf(bytes, offset, size);
      return this.#end.sendBytes(part, bytes, deadline(options, "async"), options?.signal);
    });
  }

  /** {@linkcode Connection.sendBytes}, blocking this thread while it waits. */
  sendBytesSync(bytes: Bytes, offset = 0, size?: number, options?: SyncOptions): void {
    this.#end.sendBytes(partOf(bytes, offset, size), bytes, deadline(options, "sync"), "sync");
  }

  /**
   * Receives the next message of bytes, waiting for one.
   *
   * @param maxLength how many bytes it may have at most; default: any number
   * @throws {RangeError} if it has more; it stays
   * @throws {TypeError} if the next message was sent by `send`; it stays
   * @throws what `recv` throws otherwise
   */
  recvBytes(maxLength = Infinity, options?: WaitOptions): Promise<Uint8Array> {
    return promised(() => {
      checkMaxLength(maxLength);
      return this.#end.recvBytes(maxLength, deadline(options, "async"), options?.signal);
    });
  }

  /** {@linkcode Connection.recvBytes}, blocking this thread while it waits. */
  recvBytesSync(maxLength = Infinity, options?: SyncOptions): Uint8Array {
    checkMaxLength(maxLength);
    return this.#end.recvBytes(maxLength, deadline(options, "sync"), "sync") as Uint8Array;
  }

  /**
   * Receives the next message of bytes into `target`, waiting for one, and gives how many bytes it had. The fastest way for
   * large messages: they are copied once, and nothing is allocated.
   *
   * @param offset where in `target` it is to begin, in bytes; default 0
   * @throws {RangeError} if the message does not fit there; it stays
   * @throws what `recvBytes` throws otherwise
   */
  recvBytesInto(target: Uint8Array, offset = 0, options?: WaitOptions): Promise<number> {
    return promised(() => this.#end.recvBytesInto(roomIn(target, offset), deadline(options, "async"), options?.signal));
  }

  /** {@linkcode Connection.recvBytesInto}, blocking this thread while it waits. */
  recvBytesIntoSync(target: Uint8Array, offset = 0, options?: SyncOptions): number {
    return this.#end.recvBytesInto(roomIn(target, offset), deadline(options, "sync"), "sync") as number;
  }

  /** Whether there is something to receive, or the stream has ended; waits for that if there is a timeout, and gives `false` when it is over. */
  poll(options?: WaitOptions): Promise<boolean> {
    return promised(() => this.#end.poll(pollDeadline(options, "async"), options?.signal));
  }

  /** {@linkcode Connection.poll}, blocking this thread while it waits. */
  pollSync(options?: SyncOptions): boolean {
    return this.#end.poll(pollDeadline(options, "sync"), "sync") as boolean;
  }

  /** Closes this thread's handle. What waits on it here rejects with ConnectionClosed. May be repeated. */
  close(): void {
    this.#end.close();
  }

  /** Whether this thread's handle is closed. */
  get closed(): boolean {
    return !this.#end.open;
  }

  /** Whether this end receives. */
  get readable(): boolean {
    return this.#end.inward !== 0;
  }

  /** Whether this end sends. */
  get writable(): boolean {
    return this.#end.outward !== 0;
  }

  /**
   * For `wait([...])`.
   * @ignore
   */
  [WAITABLE](): Watched {
    const { thread, inward } = this.#end;
    if (!this.#end.open) return { thread, sets: [], ready: () => true };
    if (inward === 0) {
      throw new TypeError("wait takes Connections that receive; this one only sends (Pipe with duplex: false).");
    }
    return { thread, sets: [inward + GETTERS], ready: () => !this.#end.open || receivable(thread, inward) };
  }

  /**
   * This thread's lease on the end; for the codec.
   * @ignore
   */
  get [SHARED](): Lease {
    return this.#end.lease;
  }

  /** What `postMessage` carries to any worker. Keep the end open until the worker has attached. */
  get handle(): ConnectionHandle {
    this.#end.check();
    return handleOf(this.#end.lease);
  }

  /**
   * Opens the end of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a Connection
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody has the end open any more
   */
  static attach<Out, In = Out>(handle: ConnectionHandle): Connection<Out, In> {
    return openAt(Connection, placeOf(handle, CONNECTION, "Connection"));
  }

  /** {@linkcode Connection.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What `begin` gives, and what it throws, as a promise. */
function promised<T>(begin: () => T | Promise<T> | undefined): Promise<T> {
  try {
    return begin() as Promise<T>;
  } catch (error) {
    return Promise.reject(error);
  }
}

function checkMaxLength(maxLength: number): void {
  if (maxLength !== Infinity) checkInteger(maxLength, "maxLength", 0, Infinity, "bytes");
}

/** Without a timeout it asks once. */
function pollDeadline(options: WaitOptions | undefined, form: "async" | "sync"): number {
  const until = deadline(options, form);
  return options?.timeout === undefined ? AT_ONCE : until;
}

registerKind(CONNECTION, {
  ...END_OF_PIPE,
  open: (thread, cell) => openAt<Connection>(Connection, new Place(thread, cell)),
});
