/**
 * `SimpleQueue`: the least queue.
 * @module
 */
import type { Channel } from "./channel.ts";
import { SHARED } from "./encode/encode.ts";
import { handleOf } from "./handles.ts";
import type { Handle, Lease } from "./handles.ts";
import { registerKind, SIMPLE_QUEUE } from "./kinds.ts";
import { destroyQueue, recoverQueue } from "./queue_cell.ts";
import { openChannel, Opening, openingOf } from "./queue_opening.ts";
import { sizeOf } from "./ring.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";

/** What `postMessage` carries of a SimpleQueue; `SimpleQueue.attach` takes it. */
export type SimpleQueueHandle = Handle;

/**
 * A queue with nothing but `put`, `get` and `empty`: no limit on the number of items, no timeouts. Its items take at most 256 MiB;
 * `put` waits beyond it.
 *
 * @example
 * ```ts
 * import { SimpleQueue } from "@isthmus/isthmus";
 *
 * const queue = new SimpleQueue<string>();
 * queue.putSync("hello");
 * console.log(await queue.get(), queue.empty()); // hello true
 * ```
 */
export class SimpleQueue<T = unknown> implements Waitable {
  readonly #channel: Channel;

  /** Makes a queue. Throws TooManyThreads or OutOfSharedMemory as {@linkcode Queue} does. */
  constructor();
  /** @ignore */
  constructor(opening?: unknown) {
    if (opening !== undefined && !(opening instanceof Opening)) {
      throw new TypeError("SimpleQueue takes no options. Use Queue for a maxsize.");
    }
    this.#channel = openChannel(this, SIMPLE_QUEUE, "SimpleQueue", opening);
  }

  /** Puts `item`. Throws what `put` of {@linkcode Queue} throws. */
  put(item: T): Promise<void> {
    try {
      return this.#channel.put(item, Infinity, undefined);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode SimpleQueue.put}, blocking this thread while it waits. */
  putSync(item: T): void {
    this.#channel.putSync(item, Infinity);
  }

  /** Takes the first item, waiting for one. Throws QueueClosed if this handle was closed before or meanwhile. */
  get(): Promise<T> {
    try {
      return this.#channel.get(Infinity, undefined) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode SimpleQueue.get}, blocking this thread while it waits. */
  getSync(): T {
    return this.#channel.getSync(Infinity) as T;
  }

  /** Whether no item is in, exact at the instant it ran. */
  empty(): boolean {
    this.#channel.check();
    return sizeOf(this.#channel.thread.memory.words, this.#channel.at) === 0;
  }

  /** Closes this thread's handle. What waits on it here rejects with QueueClosed; other threads notice nothing. May be repeated. */
  close(): void {
    this.#channel.close();
  }

  /**
   * For `wait([...])`.
   * @ignore
   */
  [WAITABLE](): Watched {
    return this.#channel.watched;
  }

  /**
   * This thread's lease on the queue; for the codec.
   * @ignore
   */
  get [SHARED](): Lease {
    return this.#channel.lease;
  }

  /** What `postMessage` carries to any worker. Keep the queue open until the worker has attached. */
  get handle(): SimpleQueueHandle {
    this.#channel.check();
    return handleOf(this.#channel.lease);
  }

  /** Opens the queue of `handle` in this thread. Throws as {@linkcode Queue.attach} does. */
  static attach<T>(handle: SimpleQueueHandle): SimpleQueue<T> {
    return make(openingOf(handle, SIMPLE_QUEUE, "SimpleQueue", undefined)) as SimpleQueue<T>;
  }

  /** {@linkcode SimpleQueue.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The constructor takes an opening, which is nobody else's business. */
function make(opening: Opening): SimpleQueue {
  return new (SimpleQueue as unknown as new (opening: Opening) => SimpleQueue)(opening);
}

registerKind(SIMPLE_QUEUE, {
  name: "SimpleQueue",
  open: (thread, cell) => make(new Opening(thread, cell)),
  destroy: destroyQueue,
  recover: recoverQueue,
});
