/**
 * Waiting, apart from what is waited for. A thread sleeps on one word, its bell, whatever it waits for and however many
 * operations: blocking forms by `wait`, promise forms by a single `waitAsync` that is kept for the next ones, since one
 * cannot be cancelled. Timeouts and aborts are then a matter of this thread alone.
 *
 * Every wait goes: look a while (see spin.ts) → read the bell → enroll → try again → sleep until the bell moves.
 * @module
 */
import { exchange, load, wait, waitAsync } from "./memory.ts";
import { now } from "./deadline.ts";
import { Group } from "./group.ts";
import { Poller } from "./poller.ts";
import { SpinPolicy } from "./spin.ts";
import { reserveStack } from "./stack.ts";
import type { Seat } from "./threads.ts";
import { ALL, enroll, enrolled, wakeOne, withdraw } from "./wait_set.ts";
import { Stream } from "./stream.ts";
import { Trials } from "./trials.ts";
import { Turns } from "./turns.ts";
import type { Waiter } from "./waiter.ts";

/**
 * How long a thread leaves the queue alone in a stream (see stream.ts) before it looks, in milliseconds: a few items' worth, or
 * some dozens. The longer moment pays where the producer's core is far, and costs those who wait for what this thread answers.
 */
const GATHERING = 0.001;
const LONG_GATHERING = 0.008;

/** After how many rings in vain a wait insists on its turn. */
const PATIENCE = 16;

/** Something that can be waited for. */
export interface Condition {
  /** The wait sets whose wakers change it: words in the arena. */
  readonly sets: readonly number[];
  /** Whether an attempt looks worth while. Atomic loads only: it is called in a loop, and to decide whether a ring must be passed on. */
  ready(): boolean;
  /** Tries the operation. True if the wait is over: it came about, or it threw what `attempt` keeps for its caller. */
  attempt(): boolean;
  /**
   * This thread was woken for it in vain `PATIENCE` times: from now until it is over, others shall let it go first. Only
   * of blocking forms: a thread whose promise form waits may be busy with something else for long.
   */
  insist?(): void;
  /** Items are waited for: more of them may gather if this thread looks a little later. */
  readonly gathers?: boolean;
}

/** How a thread waits in one arena. */
export class Parker {
  readonly #seat: Seat;
  readonly #spinner: SpinPolicy;
  readonly #turns: Turns;
  /** What this thread's gets look like. */
  readonly stream: Stream = new Stream();
  /** Whether the longer moment pays. */
  readonly #longer: Trials = new Trials();
  readonly #groups: Map<number, Group> = new Map();
  #pending = 0;
  #armed = false;
  readonly #poller: Poller;

  constructor(seat: Seat) {
    this.#seat = seat;
    this.#spinner = new SpinPolicy(seat.runtime.parallelism);
    this.#poller = new Poller(seat, this.stream, (group) => this.#attemptAll(group), (groups) => this.#sleep(groups));
    this.#turns = new Turns(seat.runtime);
  }

  /** How many promise forms of this thread are waiting. */
  get pending(): number {
    return this.#pending;
  }

  /** Whether promise forms of this thread wait on `set` already, so that a new one has to queue behind them. */
  busy(set: number): boolean {
    return this.#pending > 0 && this.#groups.has(set);
  }

  /** Blocks until `condition` has come about (true) or the moment `until` has passed (false). */
  block(condition: Condition, until: number): boolean {
    const gathering = condition.gathers === true && this.stream.next() ? this.#gathering() : 0;
    if (this.#spinner.spin(() => condition.ready() && condition.attempt(), until, gathering)) return true;
    this.stream.end();
    const { memory, slot, bell } = this.#seat;
    // From here to the end of the call it has things to give back: its place in the sets, a ring that it does not use, its turn.
    reserveStack();
    this.#poller.end();
    let vain = 0;
    try {
      for (;;) {
        const seen = load(memory.words, bell);
        for (const set of condition.sets) {
          if (enrolled(memory, set, slot)) continue;
          if (++vain === PATIENCE + 1) condition.insist?.();
          enroll(memory, set, slot);
        }
        const last = now() >= until;
        if (condition.attempt()) return true;
        this.#seat.check();
        if (last) return false;
        wait(memory.words, bell, seen, Math.max(until - now(), 0));
        // The bell may have been for the promise forms of this thread: nobody else was woken for what they wait for.
        if (this.#pending > 0) this.#serve();
      }
    } finally {
      this.#leave(condition);
    }
  }

  #gathering(): number {
    return this.#longer.next(now(), this.stream.takes) ? LONG_GATHERING : GATHERING;
  }

  /** Takes this thread out of the sets, and passes on a ring that it has not used. */
  #leave(condition: Condition): void {
    const { memory, slot } = this.#seat;
    for (const set of condition.sets) {
      // Promise forms of this thread still wait on the set: they try, and keep the thread enrolled.
      const group = this.#groups.get(set);
      if (group !== undefined) this.#serveGroup(group);
      else if (withdraw(memory, set, slot) && condition.ready()) wakeOne(memory, set);
    }
  }

  /** Throws if this thread was told to end. */
  check(): void {
    this.#seat.check();
  }

  /** A resolved promise of `value`: the operation did not have to wait. */
  turn<T>(value: T): Promise<T> {
    return this.#turns.resolved(value);
  }

  /** The same of an operation without a result. */
  done(): Promise<void> {
    return this.#turns.done();
  }

  /** Calls `settle` with what an operation came to that had to wait or failed, when those before it have settled. */
  settle(settle: (outcome: unknown) => void, outcome: unknown): void {
    this.#turns.settle(settle, outcome);
  }

  /** Lets `waiter` wait for its condition. It has been tried once, in vain, or has to queue. */
  park(waiter: Waiter): void {
    const fresh: Group[] = [];
    for (const set of waiter.condition.sets) {
      let group = this.#groups.get(set);
      if (group === undefined) {
        this.#groups.set(set, group = new Group(set));
        fresh.push(group);
      }
      group.waiters.add(waiter);
    }
    if (this.#pending++ === 0) this.#seat.runtime.keepAlive(true);
    // Where others of this thread wait already, their group is looked at or enrolled, and that serves this one too.
    if (fresh.length > 0) this.#begin(fresh, waiter.condition);
  }

  /** Takes `waiter` out: it was served, or gave up (`gaveUp`: timed out, aborted or closed). */
  unpark(waiter: Waiter, gaveUp: boolean): void {
    const { memory, slot } = this.#seat;
    for (const set of waiter.condition.sets) {
      const group = this.#groups.get(set);
      if (group === undefined) continue;
      const led = gaveUp && group.waiters.values().next().value === waiter;
      group.waiters.delete(waiter);
      if (group.waiters.size > 0) {
        // Who is behind it may want less than it did, and nobody rings for that.
        if (led && !this.#poller.has(group) && waiter.condition.ready()) this.#serveGroup(group);
        continue;
      }
      this.#groups.delete(set);
      if (this.#poller.delete(group)) continue;
      if (withdraw(memory, set, slot) && waiter.condition.ready()) wakeOne(memory, set);
    }
    if (--this.#pending === 0) this.#seat.runtime.keepAlive(false);
  }

  /** Lets those who wait for the same as `waiter` try, in their order. */
  look(waiter: Waiter): void {
    for (const set of waiter.condition.sets) this.#attemptAll(this.#groups.get(set));
  }

  /** The waiters whose owner, or one of whose owners, is `owner`, such as a handle that is being closed. */
  waitersOf(owner: object): Waiter[] {
    const found: Set<Waiter> = new Set();
    for (const group of this.#groups.values()) {
      for (const waiter of group.waiters) {
        if (waiter.owner === owner || waiter.condition.owners?.has(owner)) found.add(waiter);
      }
    }
    return [...found];
  }

  /** Begins to look, turn by turn, whether one of `groups` can be served, one of whose waiters waits for `condition`; or to sleep. */
  #begin(groups: Group[], condition: Condition): void {
    if (!this.#poller.begin(groups, condition)) this.#sleep(groups);
  }

  /** From looking to sleeping: nobody could have woken this thread while it looked. */
  #sleep(groups: Group[]): void {
    for (const group of groups) this.#serveGroup(group);
    this.#arm();
  }

  /** Makes sure that a `waitAsync` is under way. It stays so without waiters too, and serves the next ones. */
  #arm(): void {
    if (this.#armed || this.#pending === 0) return;
    const { memory, bell } = this.#seat;
    const seen = load(memory.words, bell);
    // Rung between enrolling and this reading? Then the mail is there, and serving it now is not too late.
    this.#serve();
    if (this.#pending === 0) return;
    const sleep = waitAsync(memory.words, bell, seen);
    const wake = () => {
      this.#armed = false;
      this.#serve();
      this.#arm();
    };
    if (sleep.async) void sleep.value.then(wake);
    else this.#seat.runtime.soon(wake);
    // Last: were it thrown out before, a later wait arms it.
    this.#armed = true;
  }

  /** Reads the mail and serves whom it names. */
  #serve(): void {
    const { memory, bell, slot } = this.#seat;
    const set = exchange(memory.words, bell + 1, 0);
    if (set === 0) return;
    if (set !== ALL) {
      const group = this.#groups.get(set);
      if (group !== undefined) this.#serveGroup(group);
      return;
    }
    const doomed = this.#seat.doomed;
    for (const group of [...this.#groups.values()]) {
      if (doomed || !enrolled(memory, group.set, slot)) this.#serveGroup(group);
    }
  }

  /** Lets the waiters of a group try, and has the rest wait on, enrolled. */
  #serveGroup(group: Group): void {
    const { memory, slot } = this.#seat;
    // One that is looked at counts as not enrolled when its last waiter leaves: its bit would stay, and take others' rings.
    this.#poller.delete(group);
    for (;;) {
      this.#attemptAll(group);
      if (group.waiters.size === 0 || enrolled(memory, group.set, slot)) return;
      enroll(memory, group.set, slot);
    }
  }

  /** Lets waiters try, the oldest first, until one is not served. Whether any was. */
  #attemptAll(group: Group | undefined): boolean {
    let any = false;
    for (const waiter of group?.waiters ?? []) {
      if (!waiter.attempt()) break;
      any = true;
    }
    return any;
  }
}
