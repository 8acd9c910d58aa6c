/**
 * `Semaphore` and `BoundedSemaphore`: permits.
 *
 * ```text
 * +16  PERMITS  how many there are, 0 … MOST
 * +17  MOST     how many there may be: 2³¹ − 1, or the start value of a bounded one
 * +32  WAITERS  wait set
 * ```
 *
 * Each change is one compareExchange of PERMITS, so a death leaves nothing to repair. Permits have no owner.
 * @module
 */
import { Acquirable, Gate } from "./acquirable.ts";
import { cellAt, kindOf } from "./cells.ts";
import { IsthmusError } from "./errors.ts";
import type { Handle } from "./handles.ts";
import { checkInteger } from "./integers.ts";
import { BOUNDED_SEMAPHORE, registerKind, SEMAPHORE } from "./kinds.ts";
import { compareExchange, load } from "./memory.ts";
import { createPlace, openAt, Place, placeOf } from "./shared_object.ts";
import { reserveWake } from "./stack.ts";
import type { Thread } from "./thread.ts";
import { recoverWaitSet, wakeMany } from "./wait_set.ts";

const PERMITS = 16;
const MOST = 17;
const WAITERS = 32;

const LARGEST = 2 ** 31 - 1;

/** Takes a permit. */
class SemaphoreGate extends Gate {
  readonly sets: readonly number[];
  readonly #thread: Thread;
  readonly #permits: number;

  constructor({ thread, at }: Place) {
    super();
    this.sets = [at + WAITERS];
    this.#thread = thread;
    this.#permits = at + PERMITS;
  }

  ready(): boolean {
    return load(this.#thread.memory.words, this.#permits) > 0;
  }

  attempt(): boolean {
    const { words } = this.#thread.memory;
    for (let permits = load(words, this.#permits); permits > 0;) {
      const seen = compareExchange(words, this.#permits, permits, permits - 1);
      if (seen === permits) return true;
      permits = seen;
    }
    return false;
  }
}

/**
 * A number of permits: `acquire` takes one, waiting until there is one, and `release` adds some. Permits have no owner: any
 * thread may release, and those of a thread that died do not come back by themselves.
 *
 * `acquire`, `hold` and their other forms stand with {@linkcode Acquirable}; `close` and `handle` with {@linkcode SharedObject}.
 *
 * @example
 * ```ts
 * import { Semaphore } from "@isthmus/isthmus";
 *
 * const downloads = new Semaphore(3); // at most three at a time
 * {
 *   using _held = await downloads.hold();
 *   console.log(downloads.getValue()); // 2
 * }
 * ```
 */
export class Semaphore extends Acquirable {
  /**
   * Makes a semaphore. Costs about a microsecond and 1 KiB of shared memory.
   *
   * @param value how many permits there are at first, 0 … 2³¹ − 1; default 1
   * @throws {TypeError} if `value` is not a number
   * @throws {RangeError} if it is not an integer, or out of range
   * @throws {TooManyThreads} if this thread takes part for the first time and 256 do already
   * @throws {OutOfSharedMemory} if there is no room for it
   */
  constructor(value?: number);
  /** @ignore */
  constructor(value: unknown = 1) {
    const place = value instanceof Place ? value : createSemaphore(SEMAPHORE, value, LARGEST);
    super(
      place,
      kindOf(place.thread.memory, place.cell) === SEMAPHORE ? "Semaphore" : "BoundedSemaphore",
      new SemaphoreGate(place),
    );
  }

  /**
   * Adds `n` permits, and wakes as many who wait.
   *
   * @param n a positive integer; default 1
   * @throws {RangeError} if `n` is out of range, or there would be more than 2³¹ − 1 permits; nothing changes
   * @throws {IsthmusError} with code `"ISTHMUS_RELEASED_TOO_OFTEN"` if a BoundedSemaphore would have more than at its start;
   * nothing changes
   */
  release(n: number = 1): void {
    checkInteger(n, "n", 1, LARGEST, "how many permits to add");
    this.check();
    const { memory } = this.thread;
    const { words } = memory;
    const permits = this.base + PERMITS;
    const most = words[this.base + MOST];
    reserveWake(words, this.base + WAITERS);
    for (let before = load(words, permits);;) {
      if (n > most - before) refuseRelease(n, before, most);
      const seen = compareExchange(words, permits, before, before + n);
      if (seen === before) break;
      before = seen;
    }
    wakeMany(memory, this.base + WAITERS, n);
  }

  /** How many permits there are, exact at the instant it ran. */
  getValue(): number {
    this.check();
    return load(this.thread.memory.words, this.base + PERMITS);
  }

  /** Whether there is no permit left. */
  locked(): boolean {
    return this.getValue() === 0;
  }

  /**
   * Opens the semaphore of `handle` in this thread.
   *
   * @throws {TypeError} if it is not the handle of a Semaphore
   * @throws {IsthmusError} with code `"ISTHMUS_GONE"` if nobody holds the semaphore open any more
   */
  static attach(handle: Handle): Semaphore {
    return openAt(Semaphore, placeOf(handle, SEMAPHORE, "Semaphore"));
  }
}

/**
 * A {@linkcode Semaphore} that never has more permits than at its start: one release too many is an error.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore, IsthmusError } from "@isthmus/isthmus";
 *
 * const downloads = new BoundedSemaphore(3);
 * try {
 *   downloads.release();
 * } catch (error) {
 *   if (IsthmusError.is(error)) console.log(error.code); // ISTHMUS_RELEASED_TOO_OFTEN
 * }
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** Makes a semaphore. Costs and throws what {@linkcode Semaphore} does. */
  constructor(value?: number);
  /** @ignore */
  constructor(value: unknown = 1) {
    const place = value instanceof Place ? value : createSemaphore(BOUNDED_SEMAPHORE, value, value);
    super(place as unknown as number);
  }

  /** Opens the semaphore of `handle` in this thread. Throws as {@linkcode Semaphore.attach} does. */
  static override attach(handle: Handle): BoundedSemaphore {
    return openAt(BoundedSemaphore, placeOf(handle, BOUNDED_SEMAPHORE, "BoundedSemaphore"));
  }
}

function createSemaphore(kind: number, value: unknown, most: unknown): Place {
  checkInteger(value, "value", 0, LARGEST, "how many permits there are at first");
  return createPlace(kind, (words, at) => {
    words[at + PERMITS] = value;
    words[at + MOST] = most as number;
  });
}

function refuseRelease(n: number, before: number, most: number): never {
  if (most === LARGEST) {
    throw new RangeError(`release(${n}) of a Semaphore with ${before} permits: it can have ${LARGEST} at most.`);
  }
  throw new IsthmusError(
    `release(${n}) of a BoundedSemaphore with ${before} of ${most} permits: it cannot have more than at its start. Release once for each acquire.`,
    "ISTHMUS_RELEASED_TOO_OFTEN",
  );
}

function recoverSemaphore(thread: Thread, cell: number, id: number): void {
  recoverWaitSet(thread.memory, cellAt(cell) + WAITERS, id & 0xff);
}

registerKind(SEMAPHORE, {
  name: "Semaphore",
  open: (thread, cell) => openAt<Semaphore>(Semaphore, new Place(thread, cell)),
  destroy() {},
  recover: recoverSemaphore,
});

registerKind(BOUNDED_SEMAPHORE, {
  name: "BoundedSemaphore",
  open: (thread, cell) => openAt<BoundedSemaphore>(BoundedSemaphore, new Place(thread, cell)),
  destroy() {},
  recover: recoverSemaphore,
});
