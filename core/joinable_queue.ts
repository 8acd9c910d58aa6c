/**
 * `JoinableQueue`: a queue that knows when its work is done.
 * @module
 */
import { deadline } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { QueueError } from "./errors.ts";
import { JOINABLE_QUEUE, registerKind } from "./kinds.ts";
import { Queue } from "./queue.ts";
import type { QueueHandle } from "./queue.ts";
import { destroyQueue, markDone, recoverQueue } from "./queue_cell.ts";
import { Opening, openingOf } from "./queue_opening.ts";
import type { AttachOptions } from "./queue_opening.ts";
import type { QueueOptions } from "./queue_options.ts";
import { JOINERS, unfinishedOf } from "./ring.ts";
import type { Operation } from "./waiter.ts";
import { runAsync, runSync } from "./waiter.ts";

/**
 * A {@linkcode Queue} that counts unfinished tasks: each put adds one, each `taskDone` takes one off, and `join` waits for
 * none to be left. A task whose taker died stays unfinished: it is not done.
 *
 * All else stands with {@linkcode Queue}.
 *
 * @example
 * ```ts
 * import { JoinableQueue } from "@isthmus/isthmus";
 *
 * const queue = new JoinableQueue<string>();
 * queue.putSync("a task");
 * console.log(queue.unfinished, queue.getSync()); // 1 a task
 * queue.taskDone();
 * console.log(await queue.join()); // true
 * ```
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  /** @ignore The number and the name of the kind of object. */
  protected override kind(): [number, string] {
    return [JOINABLE_QUEUE, "JoinableQueue"];
  }

  /** How many tasks were put and are not done. */
  get unfinished(): number {
    this.channel.check();
    return unfinishedOf(this.channel.thread.memory.words, this.channel.at);
  }

  /**
   * Says that a task that was got is done.
   *
   * @throws {QueueError} if none is unfinished
   */
  taskDone(): void {
    this.channel.check();
    if (markDone(this.channel.thread, this.channel.at)) return;
    throw new QueueError(
      `taskDone() called too many times on ${this.channel.title}: no task is unfinished. Call it once for each item got.`,
      "ISTHMUS_QUEUE_TASK_DONE",
    );
  }

  /**
   * Waits until no task is unfinished, and gives true; false when that did not come about in time. A shutdown does not end
   * the wait, unless it drops what is left.
   *
   * @throws {QueueClosed} if this handle was closed, before or meanwhile
   */
  join(options?: WaitOptions): Promise<boolean> {
    try {
      const until = deadline(options, "async");
      this.channel.check();
      return runAsync(this.channel.thread.parker, this.#joining(), until, options?.signal, this);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode JoinableQueue.join}, blocking this thread while it waits. */
  joinSync(options?: SyncOptions): boolean {
    const until = deadline(options, "sync");
    this.channel.check();
    return runSync(this.channel.thread.parker, this.#joining(), until);
  }

  #joining(): Operation<boolean> {
    const { at, thread } = this.channel;
    const finished = () => unfinishedOf(thread.memory.words, at) === 0;
    return {
      sets: [at + JOINERS],
      ready: finished,
      attempt: finished,
      result: () => true,
      late: () => false,
      aborted(reason) {
        throw reason;
      },
    };
  }

  /** Opens the queue of `handle` in this thread. Throws as {@linkcode Queue.attach} does. */
  static override attach<T>(handle: QueueHandle, options?: AttachOptions<T>): JoinableQueue<T> {
    return new JoinableQueue<T>(openingOf(handle, JOINABLE_QUEUE, "JoinableQueue", options) as QueueOptions<T>);
  }
}

registerKind(JOINABLE_QUEUE, {
  name: "JoinableQueue",
  open: (thread, cell) => new JoinableQueue(new Opening(thread, cell) as QueueOptions),
  destroy: destroyQueue,
  recover: recoverQueue,
});
