/**
 * `Barrier`: a number of parties wait for each other.
 * @module
 */
import { BarrierCell, BROKEN, initBarrier, recoverBarrier } from "./barrier_cell.ts";
import { Arrival } from "./barrier_wait.ts";
import { deadline, deadlineOf, show } from "./deadline.ts";
import type { SyncOptions, WaitOptions } from "./deadline.ts";
import { SHARED } from "./encode/encode.ts";
import type { Handle } from "./handles.ts";
import { checkInteger } from "./integers.ts";
import { BARRIER, registerKind } from "./kinds.ts";
import { checkOptions } from "./options.ts";
import { createPlace, openAt, Place, placeOf, SharedObject } from "./shared_object.ts";
import { FOR_SEVERAL, reserveStack } from "./stack.ts";
import { runAsync, runSync } from "./waiter.ts";

const LARGEST = 2 ** 31 - 1;
/** Where, from the beginning of the cell, the default timeout lies: a number of eight bytes. */
const TIMEOUT = 22;

/** How a Barrier is made. */
export interface BarrierOptions {
  /** Run by the last party to arrive, before any of them goes on. It belongs to this handle and does not travel. */
  action?: (() => void) | undefined;
  /** For each `wait` that gives none of its own, in all threads; milliseconds. Default: no limit. */
  timeout?: number | undefined;
}

/**
 * Lets a number of parties, in whichever threads, wait until all of them have come; then all go on, and it can be used
 * again. A party is one call of `wait`.
 *
 * When a party gives up (timeout, abort, death of its thread), the barrier is *broken*: all who wait, and who come later, get BrokenBarrier, until `reset`.
 *
 * `close` and `handle` stand with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { Barrier } from "@isthmus/isthmus";
 *
 * const barrier = new Barrier(2, { action: () => console.log("both are here") }); // both are here
 * const indices = await Promise.all([barrier.wait(), barrier.wait()]);
 * console.log(indices); // [ 0, 1 ]
 * ```
 */
export class Barrier extends SharedObject {
  /** How many parties there are. */
  readonly parties: number;
  readonly #cell: BarrierCell;
  readonly #action: (() => void) | undefined;
  readonly #timeout: number;

  /**
   * Makes a barrier. Costs about a microsecond and 1 KiB of shared memory.
   *
   * @param parties how many wait for each other, 1 … 2³¹ − 1
   * @throws {TypeError} if an argument has the wrong type
   * @throws {RangeError} if `parties` or `timeout` is out of range
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(parties: number, options?: BarrierOptions);
  /** @ignore */
  constructor(parties: unknown, options?: BarrierOptions) {
    const place = parties instanceof Place ? parties : createBarrier(parties, options);
    super(place, "Barrier");
    this.#cell = new BarrierCell(place.thread, place.at);
    this.#action = (place.options as BarrierOptions | undefined)?.action;
    this.#timeout = timeoutIn(place.thread.memory.words, place.at)[0];
    this.parties = this.#cell.parties;
  }

  /**
   * Waits until all parties have come, and gives this one's number among them, 0 … parties − 1, in the order in which they
   * came. The last one runs the action first. A timeout breaks the barrier, and so does an abort while it waits.
   *
   * @throws {BrokenBarrier} if the barrier is broken, or breaks meanwhile
   * @throws what the action throws, if this is the last party; that breaks the barrier too
   * @throws {IsthmusError} with code `"ISTHMUS_CLOSED"` if this handle was closed, before or meanwhile
   */
  wait(options?: WaitOptions): Promise<number> {
    try {
      const until = this.#deadline(options, "async");
      this.check();
      if (options?.signal?.aborted) throw options.signal.reason;
      return this.#waitAsync(until, options?.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@linkcode Barrier.wait}, blocking this thread while it waits. */
  waitSync(options?: SyncOptions): number {
    const until = this.#deadline(options, "sync");
    this.check();
    const { parker } = this.thread;
    const arrival = this.#begin();
    try {
      runSync(parker, arrival, until);
      return runSync(parker, arrival.passing(), until);
    } finally {
      this.#end(arrival);
    }
  }

  /** Arrives before it returns, unless it has to let an action end. */
  async #waitAsync(until: number, signal: AbortSignal | undefined): Promise<number> {
    const { parker } = this.thread;
    const arrival = this.#begin();
    try {
      if (arrival.attempt()) arrival.result();
      else await runAsync(parker, arrival, until, signal, this);
      const passing = arrival.passing();
      try {
        this.check();
      } catch (closed) {
        return passing.aborted(closed);
      }
      return await runAsync(parker, passing, until, signal, this);
    } finally {
      this.#end(arrival);
    }
  }

  #begin(): Arrival {
    // One that were thrown out half-way would count as one that waits.
    reserveStack(FOR_SEVERAL);
    // The words are needed to the end, even if this handle is closed meanwhile.
    const { cell, generation } = this[SHARED];
    this.thread.enter(cell, generation);
    return new Arrival(this.#cell, this.#action);
  }

  #end(arrival: Arrival): void {
    arrival.over();
    this.thread.leave(this[SHARED].cell);
  }

  #deadline(options: WaitOptions | undefined, form: "async" | "sync"): number {
    const until = deadline(options, form);
    if (options?.timeout !== undefined) return until;
    return deadlineOf(this.#timeout);
  }

  /** Breaks the barrier: those who wait, and who come later, get BrokenBarrier, until `reset`. */
  abort(): void {
    this.check();
    reserveStack();
    this.#cell.abort();
  }

  /** Makes the barrier as new. Those who wait get BrokenBarrier. */
  reset(): void {
    this.check();
    reserveStack();
    this.#cell.reset();
  }

  /** How many wait at this instant; 0 while the barrier is broken, or an action runs. */
  get nWaiting(): number {
    this.check();
    return this.#cell.count;
  }

  /** Whether it is broken. */
  get broken(): boolean {
    this.check();
    return this.#cell.phase === BROKEN;
  }

  /**
   * Opens the barrier of `handle` in this thread.
   *
   * @param options the `action` to be run when a call by this handle is the last to arrive
   * @throws {TypeError} if it is not the handle of a Barrier, or an option is of the wrong type
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the barrier open any more
   */
  static attach(handle: Handle, options?: Pick<BarrierOptions, "action">): Barrier {
    const given = checkBarrierOptions(options, ["action"], "Barrier.attach");
    return openAt(Barrier, placeOf(handle, BARRIER, "Barrier", given));
  }
}

function createBarrier(parties: unknown, options: unknown): Place {
  checkInteger(parties, "parties", 1, LARGEST, "how many wait for each other");
  const given = checkBarrierOptions(options, ["action", "timeout"], "a Barrier");
  const { timeout = Infinity } = given;
  deadlineOf(timeout);
  const { thread, cell } = createPlace(BARRIER, (words, at) => {
    initBarrier(words, at, parties);
    timeoutIn(words, at)[0] = timeout;
  });
  return new Place(thread, cell, given);
}

function checkBarrierOptions(options: unknown, names: readonly string[], taker: string): BarrierOptions {
  const given: BarrierOptions = checkOptions(options, names, taker, "as options an object such as { action }");
  const { action } = given;
  if (action === undefined || typeof action === "function") return given;
  throw new TypeError(`action must be a function, not ${show(action)}.`);
}

/** The default timeout of the barrier whose cell begins at word `at`. Written before anybody else can see it. */
function timeoutIn(words: Int32Array, at: number): Float64Array {
  return new Float64Array(words.buffer, (at + TIMEOUT) * 4, 1);
}

registerKind(BARRIER, {
  name: "Barrier",
  open: (thread, cell) => openAt<Barrier>(Barrier, new Place(thread, cell)),
  destroy() {},
  recover: recoverBarrier,
});
