/**
 * Getting items out of a ring, once for the blocking, the promise and the Nowait form.
 * @module
 */
import type { Codec } from "./codec.ts";
import type { SharedObjects } from "./encode/encode.ts";
import type { Inbox } from "./encode/scratch.ts";
import { CONSUMERS, endInsisting, giveWay, insist } from "./insisting.ts";
import { decodeRecord } from "./incoming.ts";
import { AT_ONCE, now, show } from "./deadline.ts";
import { IsthmusError } from "./errors.ts";
import { announceTakes } from "./putting.ts";
import type { Complaints } from "./putting.ts";
import { INTEGER, kindOfRecord, wordsOfRecord } from "./record.ts";
import { gettable, GETTERS, NOT_YET, SHUT } from "./ring.ts";
import { pop } from "./ring_pop.ts";
import type { Thread } from "./thread.ts";
import type { Operation } from "./waiter.ts";

/** Takes one item (`max` 0) and gives it, or at least one and at most `max` and gives them as an array. */
export class Getting implements Operation<unknown> {
  readonly sets: readonly number[];
  readonly gathers = true;
  readonly #thread: Thread;
  readonly #at: number;
  readonly #max: number;
  readonly #until: number;
  readonly #shared: SharedObjects;
  readonly #codec: Codec<unknown> | undefined;
  readonly #complaints: Complaints;
  #inbox: Inbox | undefined;
  #count = 0;
  #left: number;
  #insists = false;

  constructor(
    thread: Thread,
    at: number,
    max: number,
    until: number,
    shared: SharedObjects,
    codec: Codec<unknown> | undefined,
    complaints: Complaints,
  ) {
    this.#complaints = complaints;
    this.#thread = thread;
    this.#at = at;
    this.#max = max;
    this.#left = max || 1;
    this.#until = until;
    this.#shared = shared;
    this.#codec = codec;
    this.sets = [at + GETTERS];
  }

  ready(): boolean {
    return gettable(this.#thread.memory.words, this.#at);
  }

  attempt(): boolean {
    const inbox = this.#thread.takeInbox();
    let count = 0;
    try {
      count = pop(this.#thread, this.#at, inbox, this.#left, this.#until, true);
      if (count === NOT_YET) {
        giveWay(this.#thread, this.#at, CONSUMERS);
        // Whose time is over cannot let others go first any more, and say that it is empty when it is not.
        if (now() >= this.#until) count = pop(this.#thread, this.#at, inbox, this.#left, this.#until, false);
      }
    } finally {
      if (count > 0) this.#inbox = inbox;
      else this.#thread.giveInbox(inbox);
    }
    if (count > 0) announceTakes(this.#thread, this.#at, count);
    this.#count = count;
    return count > 0 || count === SHUT;
  }

  insist(): void {
    this.#insists = true;
    insist(this.#thread, this.#at, CONSUMERS);
  }

  #end(): void {
    if (this.#insists) endInsisting(this.#thread, this.#at, CONSUMERS, this.#thread.id);
    this.#insists = false;
  }

  result(): unknown {
    this.#end();
    if (this.#inbox === undefined) throw this.#complaints.shut(false);
    if (this.#max === 0) return this.#decodeOne(this.#inbox);
    const items: unknown[] = [];
    const failures: unknown[] = [];
    // What did not fit one batch is taken too, as far as it is there.
    do this.#decodeInto(items, failures); while (
      this.#left > 0 && failures.length === 0 && this.#complaints.open && this.attempt() && this.#inbox !== undefined
    );
    if (failures.length > 0) throw withItems(failures[0], items);
    return items;
  }

  #decodeOne(inbox: Inbox): unknown {
    try {
      return decodeRecord(this.#thread, inbox, 0, this.#shared, this.#codec);
    } finally {
      this.#thread.giveInbox(inbox);
    }
  }

  /** Decodes the batch that is in. Each record's place is known before it is decoded, since that may run a codec of the user's. */
  #decodeInto(items: unknown[], failures: unknown[]): void {
    const inbox = this.#inbox!;
    this.#inbox = undefined;
    let at = 0;
    for (let left = this.#count; left > 0; left--) {
      const header = inbox.words[at];
      const next = at + wordsOfRecord(header);
      if (kindOfRecord(header) === INTEGER) {
        items.push(inbox.words[at + 1]);
        at = next;
        continue;
      }
      try {
        items.push(decodeRecord(this.#thread, inbox, at, this.#shared, this.#codec));
      } catch (error) {
        failures.push(error);
      }
      at = next;
    }
    this.#left -= this.#count;
    this.#thread.giveInbox(inbox);
  }

  late(): never {
    this.#end();
    throw this.#complaints.late(this.#until !== AT_ONCE, false);
  }

  aborted(reason: unknown): never {
    this.#end();
    throw reason;
  }
}

/** The error of an item that could not be decoded, with the others of its batch on it; in another one if it cannot bear them. */
function withItems(error: unknown, items: unknown[]): unknown {
  if (error instanceof Error && Object.isExtensible(error)) return Object.assign(error, { items });
  const message = `An item could not be decoded: ${show(error)} was thrown. The others are in items.`;
  return Object.assign(new IsthmusError(message, "ISTHMUS_DECODE", { cause: error }), { items });
}
