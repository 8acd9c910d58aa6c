/**
 * Every error that Isthmus throws. They are few, and each carries a `code`. The code is also the brand by which a class
 * recognises its errors, so that two copies of the module and two threads agree: `error instanceof QueueEmpty` and
 * `QueueEmpty.is(error)` hold for an error that was made by another copy, or that travelled through a queue.
 * @module
 */

import { codeOf, giveBack } from "./brand.ts";

/**
 * Above all errors of Isthmus. Thrown itself for misuse, which `code` names: `release()` of a lock that is free, sending on an
 * end that only receives, an object used after `close()`. The message says what happened, with which value, and what to do.
 *
 * @example
 * ```ts
 * import { IsthmusError, Lock } from "@isthmus/isthmus";
 *
 * try {
 *   new Lock().release();
 * } catch (error) {
 *   if (IsthmusError.is(error)) console.log(error.code); // ISTHMUS_NOT_LOCKED
 * }
 * ```
 */
export class IsthmusError extends Error {
  /** A stable name for what happened, such as `"ISTHMUS_QUEUE_EMPTY"`. */
  readonly code: string;
  /** What was not put or sent, if this came from a put or send: the whole item, as it was given. */
  declare readonly item?: unknown;

  /**
   * The message is the user's, the code the program's.
   * @param message what happened, with which value, and what to do
   * @param code the stable name; it begins with `ISTHMUS_`
   */
  constructor(message: string, code = "ISTHMUS_ERROR", options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether `value` is an error of this class, whichever copy of the module made it, in whichever thread. */
  static is(value: unknown): value is IsthmusError {
    return codeOf(value) !== undefined;
  }

  /** `instanceof` asks {@linkcode IsthmusError.is}; of a class of the user's that extends one of these, the prototypes. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Object.hasOwn(this, "is") ? this.is(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }
}
IsthmusError.prototype.name = "IsthmusError";

/**
 * Above the errors of queues, so that one `catch` takes them all. Thrown itself for misuse, with code
 * `"ISTHMUS_QUEUE_TASK_DONE"` (more `taskDone()` than items were put) or `"ISTHMUS_QUEUE_NOT_CLOSED"` (`joinThread()` before
 * `close()`).
 */
export class QueueError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, code = "ISTHMUS_QUEUE_ERROR", options?: ErrorOptions) {
    super(message, code, options);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is QueueError {
    return codeOf(value)?.startsWith("ISTHMUS_QUEUE_") === true;
  }
}
QueueError.prototype.name = "QueueError";

/**
 * No item came in time: within `timeout`, or at once with `getNowait`. Nothing was taken. Code `"ISTHMUS_QUEUE_EMPTY"`; Python's
 * `queue.Empty`.
 *
 * @example
 * ```ts
 * import { Queue, QueueEmpty } from "@isthmus/isthmus";
 *
 * const queue = new Queue<string>();
 * await queue.get({ timeout: 10 }).catch((error) => console.log(QueueEmpty.is(error))); // true
 * ```
 */
export class QueueEmpty extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_QUEUE_EMPTY");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is QueueEmpty {
    return codeOf(value) === "ISTHMUS_QUEUE_EMPTY";
  }
}
QueueEmpty.prototype.name = "QueueEmpty";

/**
 * No room came in time: within `timeout`, or at once with `putNowait`. Nothing was put; the item is in `item`. Code
 * `"ISTHMUS_QUEUE_FULL"`; Python's `queue.Full`.
 *
 * @example
 * ```ts
 * import { Queue, QueueFull } from "@isthmus/isthmus";
 *
 * const queue = new Queue<string>({ maxsize: 1 });
 * queue.putNowait("first");
 * try {
 *   queue.putNowait("second");
 * } catch (error) {
 *   if (!QueueFull.is(error)) throw error;
 *   console.log(error.item); // second
 * }
 * ```
 */
export class QueueFull extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_FULL");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is QueueFull {
    return codeOf(value) === "ISTHMUS_QUEUE_FULL";
  }
}
QueueFull.prototype.name = "QueueFull";

/**
 * The queue was shut down: it takes no more items, or has none left. A refused item is in `item`. Code
 * `"ISTHMUS_QUEUE_SHUT_DOWN"`; Python's `queue.ShutDown`.
 */
export class QueueShutDown extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_SHUT_DOWN");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is QueueShutDown {
    return codeOf(value) === "ISTHMUS_QUEUE_SHUT_DOWN";
  }
}
QueueShutDown.prototype.name = "QueueShutDown";

/**
 * This thread's handle was closed by `close()`, before the call or while it waited. A refused item is in `item`. Code
 * `"ISTHMUS_QUEUE_CLOSED"`.
 */
export class QueueClosed extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_CLOSED");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is QueueClosed {
    return codeOf(value) === "ISTHMUS_QUEUE_CLOSED";
  }
}
QueueClosed.prototype.name = "QueueClosed";

/**
 * End of stream: the other side is closed, or all who held it have ended, and everything that was sent has been received. Also: what
 * is sent can be received by nobody, or this end is closed. Code `"ISTHMUS_CONNECTION_CLOSED"`; Python's `EOFError` and
 * `BrokenPipeError`.
 */
export class ConnectionClosed extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_CONNECTION_CLOSED");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is ConnectionClosed {
    return codeOf(value) === "ISTHMUS_CONNECTION_CLOSED";
  }
}
ConnectionClosed.prototype.name = "ConnectionClosed";

/**
 * The barrier is broken: a party gave up, was aborted or died, or its action threw. It stays so until `reset()`. Code
 * `"ISTHMUS_BROKEN_BARRIER"`; Python's `threading.BrokenBarrierError`.
 */
export class BrokenBarrier extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_BROKEN_BARRIER");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is BrokenBarrier {
    return codeOf(value) === "ISTHMUS_BROKEN_BARRIER";
  }
}
BrokenBarrier.prototype.name = "BrokenBarrier";

/**
 * A value cannot travel: a function, a symbol, a port, a SharedArrayBuffer … The message has the path to it; the whole item, which
 * was not put, is in `item`. Code `"ISTHMUS_NOT_SERIALIZABLE"`.
 *
 * @example
 * ```ts
 * import { Queue } from "@isthmus/isthmus";
 *
 * const queue = new Queue();
 * try {
 *   queue.putNowait({ tasks: [{ callback() {} }] });
 * } catch (error) {
 *   console.log((error as Error).message); // item.tasks[0].callback is a function, …
 * }
 * ```
 */
export class NotSerializable extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown, options?: ErrorOptions) {
    super(message, "ISTHMUS_NOT_SERIALIZABLE", options);
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is NotSerializable {
    return codeOf(value) === "ISTHMUS_NOT_SERIALIZABLE";
  }
}
NotSerializable.prototype.name = "NotSerializable";

/**
 * A `send`, `recv` or `hold` that did not come about in time. What was not sent is in `item`. Code `"ISTHMUS_TIMEOUT"`. (Other
 * waiting calls say so by what they give, or by {@linkcode QueueEmpty} and {@linkcode QueueFull}.)
 */
export class TimeoutError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_TIMEOUT");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is TimeoutError {
    return codeOf(value) === "ISTHMUS_TIMEOUT";
  }
}
TimeoutError.prototype.name = "TimeoutError";

/**
 * This thread was told to end by `terminate()` or `kill()`, and takes part no longer. Seen on Deno alone, which cannot stop
 * running JavaScript: it ends the function that runs, so do not catch it. Code `"ISTHMUS_THREAD_TERMINATED"`.
 */
export class ThreadTerminated extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_THREAD_TERMINATED");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is ThreadTerminated {
    return codeOf(value) === "ISTHMUS_THREAD_TERMINATED";
  }
}
ThreadTerminated.prototype.name = "ThreadTerminated";

/** More than 256 threads at once use shared objects. Code `"ISTHMUS_TOO_MANY_THREADS"`. */
export class TooManyThreads extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_TOO_MANY_THREADS");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is TooManyThreads {
    return codeOf(value) === "ISTHMUS_TOO_MANY_THREADS";
  }
}
TooManyThreads.prototype.name = "TooManyThreads";

/**
 * The shared memory of all objects together, at most 4 GiB, is spent. Nothing was changed. A refused item is in `item`. Code
 * `"ISTHMUS_OUT_OF_SHARED_MEMORY"`.
 */
export class OutOfSharedMemory extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_OUT_OF_SHARED_MEMORY");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is OutOfSharedMemory {
    return codeOf(value) === "ISTHMUS_OUT_OF_SHARED_MEMORY";
  }
}
OutOfSharedMemory.prototype.name = "OutOfSharedMemory";

/**
 * A Process could not be started or did not find its target, or was misused, such as started twice; `code`, which begins with
 * `ISTHMUS_PROCESS_`, and the message say which. Thrown, or kept as the `error` of a Process that could not run.
 */
export class ProcessError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, code = "ISTHMUS_PROCESS_ERROR", options?: ErrorOptions) {
    super(message, code, options);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): value is ProcessError {
    return codeOf(value)?.startsWith("ISTHMUS_PROCESS_") === true;
  }
}
ProcessError.prototype.name = "ProcessError";
