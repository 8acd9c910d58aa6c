import type { Waiter } from "./waiter.ts";

/** The pending promise forms of a thread that wait on one set, in the order in which they came. */
export class Group {
  readonly set: number;
  readonly waiters: Set<Waiter> = new Set();
  constructor(set: number) {
    this.set = set;
  }
}
