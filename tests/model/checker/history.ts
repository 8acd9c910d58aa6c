/**
 * What a simulated thread did so far: the operations on shared memory that it asked for, with the answers that it got.
 * A thread is a function of those answers alone, so histories form a tree, and a place in the tree stands for the whole
 * local state of the thread: its stack, its variables, everything.
 * @module
 */

export type Answer = number | string | bigint;

/** An operation that a simulated thread asks for. */
export interface Op {
  readonly kind: string;
  /** Byte offset in the memory; -1 for what is no access. */
  readonly at: number;
  /** Bytes accessed. */
  readonly size: number;
  readonly a: number;
  readonly b: number;
  /** Bytes of a plain write, a timeout, a call's name and arguments, an error. */
  readonly data?: unknown;
}

export function op(kind: string, at = -1, size = 0, a = 0, b = 0, data?: unknown): Op {
  return { kind, at, size, a, b, data };
}

/** A place in the tree of histories of one thread. */
export class History {
  readonly id: number;
  readonly before: History | undefined;
  readonly answer: Answer | undefined;
  readonly length: number;
  /** What the thread asks for here; unknown until it was run this far. */
  next: Op | undefined;
  readonly #after: Map<Answer, History> = new Map();
  static #count = 0;

  constructor(before?: History, answer?: Answer) {
    this.id = ++History.#count;
    this.before = before;
    this.answer = answer;
    this.length = before === undefined ? 0 : before.length + 1;
  }

  /** The history that goes on from here with that answer. */
  then(answer: Answer): History {
    let next = this.#after.get(answer);
    if (next === undefined) {
      next = new History(this, answer);
      this.#after.set(answer, next);
    }
    return next;
  }
}

/** All operations and answers up to a place. */
export function stepsTo(place: History): { op: Op; answer: Answer }[] {
  const steps = new Array<{ op: Op; answer: Answer }>(place.length);
  for (let at = place; at.before !== undefined; at = at.before) {
    steps[at.length - 1] = { op: at.before.next as Op, answer: at.answer as Answer };
  }
  return steps;
}
