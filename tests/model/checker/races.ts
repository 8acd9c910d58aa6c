/**
 * Plain accesses that no pair of atomics orders. They are carried out together with the atomic operation before them, and
 * count as still going on until the thread's next one: the thread could be as late as that. If another thread makes a
 * conflicting access meanwhile, the two are unordered. Since every schedule is tried, every such pair meets in one of them.
 * @module
 */
import { ModelError } from "./scenario.ts";

/** The plain accesses of a thread since its last atomic operation, latest first. */
export interface Segment {
  readonly at: number;
  readonly size: number;
  readonly writes: boolean;
  readonly before: Segment | null;
}

/** Throws if the access conflicts with one of `segment`. */
export function checkRace(
  segment: Segment | null,
  at: number,
  size: number,
  writes: boolean,
  what: (at: number) => string,
): void {
  for (let other = segment; other !== null; other = other.before) {
    if (at >= other.at + other.size || other.at >= at + size || !(writes || other.writes)) continue;
    const word = Math.max(at, other.at) & ~3;
    throw new ModelError(
      `race: ${writes ? "a write" : "a read"} of ${what(word)} meets ` +
        `${other.writes ? "a plain write" : "a plain read"} of another thread, and no atomics order them`,
    );
  }
}
