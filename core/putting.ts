/**
 * Putting a batch of items into a ring, once for the blocking, the promise and the Nowait form.
 * @module
 */
import { refused } from "./brand.ts";
import { AT_ONCE, now } from "./deadline.ts";
import { QueueClosed, ThreadTerminated } from "./errors.ts";
import { endInsisting, giveWay, insist, PRODUCERS } from "./insisting.ts";
import { keepLead } from "./lead.ts";
import { exchange } from "./memory.ts";
import type { Outgoing } from "./outgoing.ts";
import { peek } from "./peek.ts";
import { BYTES_WANTED, GETTERS, NOT_YET, puttable, PUTTERS, SHUT } from "./ring.ts";
import { push } from "./ring_push.ts";
import type { Thread } from "./thread.ts";
import { wakeAll, wakeMany } from "./wait_set.ts";
import type { Operation } from "./waiter.ts";

/** The words of the object whose ring it is, for what did not come about. */
export interface Complaints {
  /** Whether the opening is open: user code that runs between two steps of an operation may close it. */
  readonly open: boolean;
  /** Throws unless it is open and the thread may go on. */
  check(): void;
  /** The error of a put or get on a ring that is shut down. `item` was not put. */
  shut(put: boolean, item?: unknown): Error;
  /** The error of a put that came too late; of a get, without `item`. */
  late(waited: boolean, put: boolean, item?: unknown): Error;
}

/**
 * Puts a batch, in as many commits as it takes. A single item gives nothing. A batch of many gives how many went in, with
 * the `before` that went in earlier, and throws only if none did.
 */
export class Putting implements Operation<number | undefined> {
  readonly sets: readonly number[];
  readonly #thread: Thread;
  readonly #at: number;
  readonly #batch: Outgoing;
  readonly #until: number;
  readonly #complaints: Complaints;
  /** The single item, or the first of a batch of many: given back if none went in. */
  readonly item: unknown;
  readonly #many: boolean;
  #put: number;
  #shut = false;
  #insists = false;

  constructor(
    thread: Thread,
    at: number,
    batch: Outgoing,
    until: number,
    complaints: Complaints,
    before: number | undefined,
    item?: unknown,
  ) {
    this.#thread = thread;
    this.#at = at;
    this.#batch = batch;
    this.#until = until;
    this.#complaints = complaints;
    this.#many = before !== undefined;
    this.#put = before ?? 0;
    this.item = item;
    this.sets = [at + PUTTERS];
  }

  /** How many items of a batch of many have gone in, with those before it. */
  get put(): number {
    return this.#put;
  }

  /** One unit of room: whether a ring must be passed on depends on the smallest item, not on ours. */
  ready(): boolean {
    return puttable(this.#thread.memory.words, this.#at);
  }

  attempt(): boolean {
    for (;;) {
      let pushed = this.#push(this.#until, true);
      if (pushed === NOT_YET) {
        giveWay(this.#thread, this.#at, PRODUCERS);
        // Whose time is over cannot let others go first any more, and say that it is full when it is not.
        if (now() >= this.#until) pushed = this.#push(this.#until, false);
      }
      if (pushed === SHUT) return this.#shut = true;
      if (pushed <= 0) return false;
      this.#put += pushed;
      announcePuts(this.#thread, this.#at, pushed);
      if (this.#batch.count === 0) return true;
    }
  }

  #push(until: number, patient: boolean): number {
    try {
      return push(this.#thread, this.#at, this.#batch, until, patient);
    } catch (error) {
      throw refused(error, this.item);
    }
  }

  pace(): void {
    if (!this.#shut) keepLead(this.#thread, this.#at, this.#until);
  }

  /** It will have to wait, and others need the scratch. */
  parked(): void {
    this.#batch.detach();
  }

  insist(): void {
    this.#insists = true;
    insist(this.#thread, this.#at, PRODUCERS);
  }

  result(): number | undefined {
    if (this.#shut) return this.#ended(this.#complaints.shut(true, this.item));
    this.#end();
    return this.#many ? this.#put : undefined;
  }

  late(): number | undefined {
    return this.#ended(this.#complaints.late(this.#until !== AT_ONCE, true, this.item));
  }

  aborted(reason: unknown): number | undefined {
    return this.#ended(reason);
  }

  /** Not all went in: that is an error only if none did. */
  #ended(reason: unknown): number | undefined {
    this.#end();
    if (this.#many && this.#put > 0 && !QueueClosed.is(reason) && !ThreadTerminated.is(reason)) return this.#put;
    throw reason;
  }

  #end(): void {
    this.#batch.discard();
    if (this.#insists) endInsisting(this.#thread, this.#at, PRODUCERS, this.#thread.id);
    this.#insists = false;
  }
}

/** After `count` items were put, and the lock released: wakes who waits for them, and notes that this thread puts (see stream.ts). */
export function announcePuts(thread: Thread, at: number, count: number): void {
  thread.parker.stream.puts++;
  if (peek(thread.memory.words, at + GETTERS) !== 0) wakeMany(thread.memory, at + GETTERS, count);
}

/**
 * After `count` items were taken, and the lock released: counts them (see trials.ts), and wakes who waits for room: as many as were taken, or all if
 * one of them waits for bytes, since who fits is theirs to find.
 */
export function announceTakes({ memory, parker }: Thread, at: number, count: number): void {
  parker.stream.takes += count;
  if (peek(memory.words, at + PUTTERS) === 0) return;
  if (exchange(memory.words, at + BYTES_WANTED, 0) !== 0) wakeAll(memory, at + PUTTERS);
  else wakeMany(memory, at + PUTTERS, count);
}
