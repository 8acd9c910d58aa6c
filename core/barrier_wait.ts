/**
 * One party at a Barrier, from its arrival to the end of its cycle, once for the blocking and the promise form.
 * @module
 */
import { ENTRIES, LATER, REFUSED, WAITERS } from "./barrier_cell.ts";
import type { BarrierCell } from "./barrier_cell.ts";
import { BrokenBarrier } from "./errors.ts";
import { ThreadLocal } from "./thread_local.ts";
import type { Operation } from "./waiter.ts";

/** The tasks of this thread that wait in the same cycle: they come to the same end. */
interface Cohort {
  cycle: number;
  /** Whether the cycle ended broken; undefined until one of them has looked, or the thread arrives in another cycle. */
  broke: boolean | undefined;
  members: number;
}

/** The cohort of the last cycle in which this thread arrived, while there are members of it. */
const cohorts: ThreadLocal<Cohort> = new ThreadLocal();

/** The arrival of one party; `passing` is its wait for the others. */
export class Arrival implements Operation<void> {
  readonly sets: readonly number[];
  readonly #cell: BarrierCell;
  readonly #action: (() => void) | undefined;
  #cohort: Cohort | undefined;
  #index = LATER;

  constructor(cell: BarrierCell, action: (() => void) | undefined) {
    this.sets = [cell.at + ENTRIES];
    this.#cell = cell;
    this.#action = action;
  }

  ready(): boolean {
    return !this.#cell.acting;
  }

  attempt(): boolean {
    if (this.#index !== LATER) return true;
    const { thread, at } = this.#cell;
    const before = cohorts.get(thread, at);
    const cohort: Cohort = { cycle: -1, broke: undefined, members: 0 };
    this.#index = this.#cell.arrive(this.#action !== undefined, (cycle) => {
      cohort.cycle = cycle;
      if (before?.cycle === cycle) return;
      // Those of an earlier cycle are told now what became of it, since the words are about to forget it.
      const broke = this.#cell.broke(true);
      if (before !== undefined) before.broke ??= broke;
    });
    if (this.#index < 0) return this.#index === REFUSED;
    this.#cohort = before?.cycle === cohort.cycle ? before : cohort;
    this.#cohort.members++;
    cohorts.set(thread, at, this.#cohort);
    return true;
  }

  /** Runs the action, if this party is the last one and has one. */
  result(): void {
    if (this.#index === REFUSED) throw broken("it was broken before");
    const { cycle } = this.#cohort!;
    if (this.#action === undefined || this.#index + 1 < this.#cell.parties) return;
    try {
      this.#action();
    } catch (error) {
      this.#cell.breakCycle(cycle);
      throw error;
    }
    this.#cell.complete(cycle);
  }

  late(): never {
    this.#cell.abort();
    throw broken("this call had to wait for an action longer than its timeout");
  }

  aborted(reason: unknown): never {
    this.#cell.abort();
    throw reason;
  }

  /** The wait for the others, after the arrival. */
  passing(): Operation<number> {
    const cell = this.#cell;
    const cycle = this.#cohort!.cycle;
    const passed = () => cell.cycle !== cycle;
    return {
      sets: [cell.at + WAITERS],
      ready: passed,
      attempt: passed,
      result: () => this.#outcome("a party gave up, died or threw in the action, or somebody called abort or reset"),
      late: () => {
        cell.breakCycle(cycle);
        return this.#outcome("a party did not come within the timeout");
      },
      aborted: (reason) => {
        cell.breakCycle(cycle);
        if (this.#broke) throw reason;
        return this.#index;
      },
    };
  }

  #outcome(why: string): number {
    if (this.#broke) throw broken(why);
    return this.#index;
  }

  /** Whether the cycle, which is over, ended broken. */
  get #broke(): boolean {
    return this.#cohort!.broke ??= this.#cell.broke(false);
  }

  /** The call is over. */
  over(): void {
    const cohort = this.#cohort;
    if (cohort === undefined || --cohort.members > 0) return;
    const { thread, at } = this.#cell;
    if (cohorts.get(thread, at) === cohort) cohorts.delete(thread, at);
  }
}

function broken(why: string): BrokenBarrier {
  return new BrokenBarrier(`The barrier is broken: ${why}. Call reset() when all parties are ready to begin again.`);
}
