/**
 * Every error that Isthmus throws. They are few, and each carries a `code`. The code is also the brand by which a class
 * recognises its errors, so that two copies of the module and two threads agree: `error instanceof QueueEmpty` and
 * `QueueEmpty.is(error)` hold for an error that was made by another copy, or that travelled through a queue.
 * @module
 */

import { codeOf, giveBack } from "./brand.ts";

/** Above all errors of Isthmus. Thrown itself for misuse (release by a stranger, start twice …), which `code` names. */
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
  static is(value: unknown): boolean {
    return codeOf(value) !== undefined;
  }

  /** `instanceof` asks {@linkcode IsthmusError.is}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this.is(value);
  }
}
IsthmusError.prototype.name = "IsthmusError";

/** Above the errors of queues. Thrown itself for misuse of a queue, such as one `taskDone()` too many. */
export class QueueError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, code = "ISTHMUS_QUEUE_ERROR", options?: ErrorOptions) {
    super(message, code, options);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value)?.startsWith("ISTHMUS_QUEUE_") === true;
  }
}
QueueError.prototype.name = "QueueError";

/** No item came in time. */
export class QueueEmpty extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_QUEUE_EMPTY");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_QUEUE_EMPTY";
  }
}
QueueEmpty.prototype.name = "QueueEmpty";

/** No room came in time. The refused item is in `item`. */
export class QueueFull extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_FULL");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_QUEUE_FULL";
  }
}
QueueFull.prototype.name = "QueueFull";

/** The queue was shut down: it takes no more items, or has none left. A refused item is in `item`. */
export class QueueShutDown extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_SHUT_DOWN");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_QUEUE_SHUT_DOWN";
  }
}
QueueShutDown.prototype.name = "QueueShutDown";

/** This thread's handle was closed, before the call or while it waited. A refused item is in `item`. */
export class QueueClosed extends QueueError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_QUEUE_CLOSED");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_QUEUE_CLOSED";
  }
}
QueueClosed.prototype.name = "QueueClosed";

/** End of stream: the other side is closed and everything that it sent has been received. Also: this end is closed. */
export class ConnectionClosed extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_CONNECTION_CLOSED");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_CONNECTION_CLOSED";
  }
}
ConnectionClosed.prototype.name = "ConnectionClosed";

/** The barrier is broken: a party gave up, was aborted or died. */
export class BrokenBarrier extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_BROKEN_BARRIER");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_BROKEN_BARRIER";
  }
}
BrokenBarrier.prototype.name = "BrokenBarrier";

/** A value cannot travel. The message has the path to the culprit; the refused item is in `item`. */
export class NotSerializable extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown, options?: ErrorOptions) {
    super(message, "ISTHMUS_NOT_SERIALIZABLE", options);
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_NOT_SERIALIZABLE";
  }
}
NotSerializable.prototype.name = "NotSerializable";

/** A `send`, `recv` or `hold` that did not come about in time. */
export class TimeoutError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, item?: unknown) {
    super(message, "ISTHMUS_TIMEOUT");
    giveBack(this, item);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_TIMEOUT";
  }
}
TimeoutError.prototype.name = "TimeoutError";

/** This thread was told to end by `terminate()` or `kill()`; it takes part no longer. */
export class ThreadTerminated extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_THREAD_TERMINATED");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_THREAD_TERMINATED";
  }
}
ThreadTerminated.prototype.name = "ThreadTerminated";

/** More threads at once than an arena has places for. */
export class TooManyThreads extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_TOO_MANY_THREADS");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_TOO_MANY_THREADS";
  }
}
TooManyThreads.prototype.name = "TooManyThreads";

/** The shared memory of all objects together is spent. Nothing was changed. A refused item is in `item`. */
export class OutOfSharedMemory extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string) {
    super(message, "ISTHMUS_OUT_OF_SHARED_MEMORY");
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value) === "ISTHMUS_OUT_OF_SHARED_MEMORY";
  }
}
OutOfSharedMemory.prototype.name = "OutOfSharedMemory";

/** A Process could not be made, started or found its target, or was misused; `code` and `message` say which. */
export class ProcessError extends IsthmusError {
  /** The message says what happened, with which value, and what to do. */
  constructor(message: string, code = "ISTHMUS_PROCESS_ERROR", options?: ErrorOptions) {
    super(message, code, options);
  }
  /** See {@linkcode IsthmusError.is}. */
  static override is(value: unknown): boolean {
    return codeOf(value)?.startsWith("ISTHMUS_PROCESS_") === true;
  }
}
ProcessError.prototype.name = "ProcessError";
