/**
 * Sending and receiving: putting into and getting out of a ring whose other side can be gone.
 * @module
 */
import { AT_ONCE } from "./deadline.ts";
import type { Inbox } from "./encode/scratch.ts";
import { CONSUMERS, endInsisting, insist } from "./insisting.ts";
import type { Outgoing } from "./outgoing.ts";
import { readerGone, writerGone } from "./pipe_cell.ts";
import { announceTakes, type Complaints, Putting } from "./putting.ts";
import { drain } from "./queue_cell.ts";
import { gettable, GETTERS } from "./ring.ts";
import { OTHER_KIND } from "./ring_look.ts";
import { pop } from "./ring_pop.ts";
import type { Thread } from "./thread.ts";
import type { Operation } from "./waiter.ts";

/** What a connection says of messages that did not come about. */
export interface ConnectionComplaints extends Complaints {
  /** The error of a message that is not what was wanted: what `refusal` gave. */
  refused(why: number): Error;
}

/** Puts one message. */
export class Sending extends Putting {
  readonly #thread: Thread;
  readonly #at: number;
  readonly #complaints: Complaints;
  #gone = false;

  constructor(thread: Thread, at: number, batch: Outgoing, until: number, complaints: Complaints, item: unknown) {
    super(thread, at, batch, until, complaints, undefined, item);
    this.#thread = thread;
    this.#at = at;
    this.#complaints = complaints;
  }

  override ready(): boolean {
    return readerGone(this.#thread, this.#at) || super.ready();
  }

  override attempt(): boolean {
    if (readerGone(this.#thread, this.#at)) return this.#gone = true;
    if (!super.attempt()) return false;
    // Whoever ended the reader has dropped what was there then; what came after that look is ours to drop.
    if (readerGone(this.#thread, this.#at)) drain(this.#thread, this.#at);
    return true;
  }

  override result(): number | undefined {
    return this.#gone ? this.aborted(this.#complaints.shut(true, this.item)) : super.result();
  }
}

/** Whether there is a message to receive, or there will never be one any more. */
export function receivable(thread: Thread, at: number): boolean {
  return writerGone(thread, at) || gettable(thread.memory.words, at);
}

/** Takes one message, if it is what is wanted, and gives what `read` makes of it. */
export class Receiving<T> implements Operation<T> {
  readonly sets: readonly number[];
  readonly gathers = true;
  readonly #thread: Thread;
  readonly #at: number;
  readonly #wanted: () => number;
  readonly #until: number;
  readonly #complaints: ConnectionComplaints;
  readonly #read: (inbox: Inbox) => T;
  #inbox: Inbox | undefined;
  #refused = 0;
  #insists = false;

  constructor(
    thread: Thread,
    at: number,
    wanted: () => number,
    until: number,
    complaints: ConnectionComplaints,
    read: (inbox: Inbox) => T,
  ) {
    this.#thread = thread;
    this.#at = at;
    this.#wanted = wanted;
    this.#until = until;
    this.#complaints = complaints;
    this.#read = read;
    this.sets = [at + GETTERS];
  }

  ready(): boolean {
    return receivable(this.#thread, this.#at);
  }

  attempt(): boolean {
    const ended = writerGone(this.#thread, this.#at);
    const inbox = this.#thread.takeInbox();
    let count = 0;
    try {
      count = pop(this.#thread, this.#at, inbox, 1, this.#until, true, false, this.#wanted());
    } finally {
      if (count > 0) this.#inbox = inbox;
      else this.#thread.giveInbox(inbox);
    }
    if (count > 0) announceTakes(this.#thread, this.#at, count);
    this.#refused = count;
    return count > 0 || count <= OTHER_KIND || (count === 0 && ended);
  }

  insist(): void {
    this.#insists = true;
    insist(this.#thread, this.#at, CONSUMERS);
  }

  result(): T {
    this.#end();
    const inbox = this.#inbox;
    if (inbox === undefined) {
      throw this.#refused === 0 ? this.#complaints.shut(false) : this.#complaints.refused(this.#refused);
    }
    try {
      return this.#read(inbox);
    } finally {
      this.#thread.giveInbox(inbox);
    }
  }

  late(): never {
    this.#end();
    throw this.#complaints.late(this.#until !== AT_ONCE, false);
  }

  aborted(reason: unknown): never {
    this.#end();
    throw reason;
  }

  #end(): void {
    if (this.#insists) endInsisting(this.#thread, this.#at, CONSUMERS, this.#thread.id);
    this.#insists = false;
  }
}
