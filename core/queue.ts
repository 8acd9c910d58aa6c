/**
 * `Queue`: any value, between any threads, in order.
 * @module
 */
import type { Channel } from "./channel.ts";
import { AT_ONCE, deadline, show } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import { QueueError } from "./errors.ts";
import { handleOf } from "./handles.ts";
import type { Handle, Lease } from "./handles.ts";
import { checkInteger } from "./integers.ts";
import { QUEUE, registerKind } from "./kinds.ts";
import { destroyQueue, recoverQueue, shutDown } from "./queue_cell.ts";
import { openChannel, Opening, openingOf } from "./queue_opening.ts";
import type { AttachOptions } from "./queue_opening.ts";
import { checkOptions } from "./options.ts";
import type { QueueOptions } from "./queue_options.ts";
import { untilShutDown, untilShutDownSync } from "./iteration.ts";
import { isFull, isShut, sizeOf } from "./ring.ts";
import { WAITABLE, type Waitable, type Watched } from "./waitable.ts";

/** What `postMessage` carries of a queue; `Queue.attach` takes it. */
export type QueueHandle = Handle;

/**
 * A first-in first-out queue of any values, between any threads of the program. Each item is got exactly once, in one order
 * for all. Give it to a {@linkcode Process} as an argument, put it into another queue, or send `handle` by `postMessage`.
 *
 * Waiting operations come as `op()` (a promise), `opSync()` (blocks this thread) and `opNowait()` (tries once).
 *
 * @example
 * ```ts
 * import { Queue } from "@isthmus/isthmus";
 *
 * const queue = new Queue<{ name: string }>({ maxsize: 100 });
 * await queue.put({ name: "Ada" });
 * console.log(queue.qsize(), (await queue.get()).name); // 1 Ada
 * ```
 */
export class Queue<T = unknown> implements Waitable {
  readonly #channel: Channel;

  /**
   * Makes a queue. Costs about a microsecond and 1 KiB of shared memory; more is taken as items come.
   *
   * @param options `maxsize`, or an object with `maxsize`, `maxBytes`, `codec` and `name`
   * @throws {TypeError | RangeError} for options of the wrong type or range
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(options?: number | QueueOptions<T>);
  /** @ignore */
  constructor(options?: unknown) {
    const [kind, name] = this.kind();
    this.#channel = openChannel(this, kind, name, options);
  }

  /** @ignore The number and the name of the kind of object. */
  protected kind(): [number, string] {
    return [QUEUE, "Queue"];
  }

  /** @ignore This thread's opening of the ring. */
  protected get channel(): Channel {
    return this.#channel;
  }

  /** How many items fit; 0 means no limit. */
  get maxsize(): number {
    return this.#channel.maxsize;
  }

  /** How many bytes of shared memory the items may take together; `put` waits beyond it. */
  get maxBytes(): number {
    return this.#channel.maxBytes;
  }

  /** For messages and debugging. */
  get name(): string {
    return this.#channel.name;
  }

  /**
   * Puts a copy of `item`, made at the call, waiting for room: what `structuredClone` copies, but for named properties of plain
   * arrays (`list.total = 5`). When the promise resolves, the item is visible to every thread and survives this one.
   *
   * @throws {QueueFull} when no room came in time; `error.item` is the item
   * @throws {QueueShutDown | QueueClosed} if the queue was shut down, or this handle closed, before or meanwhile
   * @throws {NotSerializable} if something in the item cannot travel, with the path to it
   * @throws {RangeError} if the item is larger than `maxBytes`
   * @throws {OutOfSharedMemory} if all objects together have spent their memory
   */
  put(item: T, options?: WaitOptions): Promise<void> {
    try {
      return this.#channel.put(item, deadline(options, "async"), options?.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Queue.put}, blocking this thread while it waits; and now and then for 0.1 ms, if it is 4 MiB ahead of fast consumers. */
  putSync(item: T, options?: SyncOptions): void {
    this.#channel.putSync(item, deadline(options, "sync"));
  }

  /** {@linkcode Queue.put}, at once or not at all (QueueFull). */
  putNowait(item: T): void {
    this.#channel.putSync(item, AT_ONCE);
  }

  /**
   * Takes the first item, waiting for one.
   *
   * @throws {QueueEmpty} when none came in time
   * @throws {QueueShutDown} when the queue is shut down and drained
   * @throws {QueueClosed} if this handle was closed, before or meanwhile
   */
  get(options?: WaitOptions): Promise<T> {
    try {
      return this.#channel.get(deadline(options, "async"), options?.signal) as Promise<T>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Queue.get}, blocking this thread while it waits. */
  getSync(options?: SyncOptions): T {
    return this.#channel.getSync(deadline(options, "sync")) as T;
  }

  /** {@linkcode Queue.get}, at once or not at all (QueueEmpty). */
  getNowait(): T {
    return this.#channel.getSync(AT_ONCE) as T;
  }

  /**
   * Puts `items` in order, with one lock and one wake-up for many, and gives how many went in: fewer than all when a
   * timeout, an abort or a shutdown came in between. Others' items may come between them. An iterable is read as room
   * comes, a batch ahead.
   *
   * @throws what `put` throws, if no item went in; for an item refused for what it is, in any case, with the number of items
   * before it that went in as `error.put`
   */
  putMany(items: Iterable<T>, options?: WaitOptions): Promise<number> {
    try {
      return this.#channel.putMany(items, deadline(options, "async"), options?.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Queue.putMany}, blocking this thread while it waits. */
  putManySync(items: Iterable<T>, options?: SyncOptions): number {
    return this.#channel.putManySync(items, deadline(options, "sync"));
  }

  /** {@linkcode Queue.putMany} of what fits at once. */
  putManyNowait(items: Iterable<T>): number {
    return this.#channel.putManySync(items, AT_ONCE);
  }

  /**
   * Takes at least one item, waiting for it, and at most `max`, as many as are there.
   *
   * @param max a positive integer
   * @throws what `get` throws; and when an item among them cannot be decoded, that error, with the others as `error.items`
   */
  getMany(max: number, options?: WaitOptions): Promise<T[]> {
    try {
      const until = deadline(options, "async");
      return this.#channel.get(until, options?.signal, checkMax(max)) as Promise<T[]>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Queue.getMany}, blocking this thread while it waits. */
  getManySync(max: number, options?: SyncOptions): T[] {
    return this.#channel.getSync(deadline(options, "sync"), checkMax(max)) as T[];
  }

  /** {@linkcode Queue.getMany}, at once or not at all (QueueEmpty). */
  getManyNowait(max: number): T[] {
    return this.#channel.getSync(AT_ONCE, checkMax(max)) as T[];
  }

  /** How many items are in, exact at the instant it ran. */
  qsize(): number {
    this.#channel.check();
    return sizeOf(this.#channel.thread.memory.words, this.#channel.at);
  }

  /** Whether no item is in, exact at the instant it ran. */
  empty(): boolean {
    return this.qsize() === 0;
  }

  /** Whether `maxsize` is reached, or not even the smallest item fits into `maxBytes`; exact at the instant it ran. */
  full(): boolean {
    this.#channel.check();
    return isFull(this.#channel.thread.memory.words, this.#channel.at, 1);
  }

  /**
   * For every thread: puts fail with QueueShutDown from now on, waiting ones too; gets drain what is left, then fail likewise. With
   * `immediate`, what is left is dropped, and unfinished tasks with it. May be repeated.
   */
  shutdown(options?: { immediate?: boolean }): void {
    const form = "an object such as { immediate: true }";
    const { immediate = false }: { immediate?: boolean } = checkOptions(options, ["immediate"], "shutdown", form);
    if (typeof immediate !== "boolean") throw new TypeError(`immediate must be a boolean, not ${show(immediate)}.`);
    this.#channel.check();
    shutDown(this.#channel.thread, this.#channel.at, immediate);
  }

  /** Whether the queue was shut down. */
  get isShutdown(): boolean {
    this.#channel.check();
    return isShut(this.#channel.thread.memory.words, this.#channel.at);
  }

  /** Closes this thread's handle. What waits on it here rejects with QueueClosed; other threads notice nothing. May be repeated. */
  close(): void {
    this.#channel.close();
  }

  /**
   * Resolves when everything that this thread has put is in the queue, which it always is; for Python's sake.
   *
   * @throws {QueueError} if the handle is not closed, as in Python
   */
  joinThread(): Promise<void> {
    if (!this.#channel.lease.open) return Promise.resolve();
    return Promise.reject(
      new QueueError(`${this.#channel.title} is open: call close() before joinThread().`, "ISTHMUS_QUEUE_NOT_CLOSED"),
    );
  }

  /** Does nothing, for Python's sake: nothing that was put is ever dropped, and no thread's end waits for a reader. */
  cancelJoinThread(): void {}

  /** Takes items until the queue is shut down and drained. Leaving the loop takes nothing more and closes nothing. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return untilShutDown(() => this.get());
  }

  /** The same, blocking this thread while it waits. */
  iterateSync(): IterableIterator<T> {
    return untilShutDownSync(() => this.getSync());
  }

  /** @ignore For `wait([...])`. */
  [WAITABLE](): Watched {
    return this.#channel.watched;
  }

  /** @ignore This thread's lease on the queue; for the codec. */
  get [SHARED](): Lease {
    return this.#channel.lease;
  }

  /** What `postMessage` carries to any worker. Keep the queue open until the worker has attached. */
  get handle(): QueueHandle {
    this.#channel.check();
    return handleOf(this.#channel.lease);
  }

  /**
   * Opens the queue of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a Queue, or the codec is not that of the queue
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the queue open any more
   */
  static attach<T>(handle: QueueHandle, options?: AttachOptions<T>): Queue<T> {
    return new Queue<T>(openingOf(handle, QUEUE, "Queue", options) as QueueOptions<T>);
  }

  /** {@linkcode Queue.close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** Checks how many items a `getMany` may take. */
function checkMax(max: number): number {
  checkInteger(max, "max", 1, Infinity, "how many items to take at most");
  return max;
}

registerKind(QUEUE, {
  name: "Queue",
  open: (thread, cell) => new Queue(new Opening(thread, cell) as QueueOptions),
  destroy: destroyQueue,
  recover: recoverQueue,
});
