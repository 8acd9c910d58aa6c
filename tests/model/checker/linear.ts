/**
 * Linearizability, checked while the schedule unfolds: all sequential explanations of what was called and returned so far
 * are carried along; when none is left, what the threads saw cannot be explained. A dead thread's call stays open for ever,
 * so it may have taken effect or not.
 * @module
 */

/** The sequential object that the threads should seem to share. States and results are plain values, compared as JSON. */
export interface Spec<S = unknown> {
  readonly initial: S;
  /** What a call may do in a state: each a new state and a result. None: it has to wait. */
  apply(state: S, name: string, args: readonly unknown[], actor: number): Iterable<{ state: S; result: unknown }>;
  /** Calls that are but moments of a longer one: they may have taken effect while that one still waits, and return with it. */
  readonly moments?: readonly string[];
}

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly done: boolean;
  readonly result?: string;
}

interface Explanation {
  readonly state: unknown;
  readonly calls: readonly (Call | null)[];
}

type Explanations = Map<string, Explanation>;

const json = (value: unknown): string => JSON.stringify(value) ?? "undefined";

/** The explanations met so far, each set of them under a number, since schedules share them. */
export class Linearizer {
  readonly #spec: Spec;
  readonly #sets: Explanations[] = [];
  readonly #numbers: Map<string, number> = new Map();
  readonly #steps: Map<string, number> = new Map();

  constructor(spec: Spec, actors: number) {
    this.#spec = spec;
    this.#number(this.#set([{ state: spec.initial, calls: new Array(actors).fill(null) }]));
  }

  /** The number of the set in which nothing has happened. */
  static readonly START = 0;

  called(set: number, actor: number, name: string, args: readonly unknown[]): number {
    return this.#step(
      `${set} ${actor} call ${name} ${json(args)}`,
      () => this.#set([...this.#sets[set].values()].map((one) => replace(one, actor, { name, args, done: false }))),
    );
  }

  /** The explanations that remain; -1 if there is none. */
  returned(set: number, actor: number, result: unknown): number {
    const wanted = json(result);
    return this.#step(`${set} ${actor} ret ${wanted}`, () => {
      const closed = this.#close(this.#sets[set], () => true);
      return this.#set(
        [...closed.values()].filter(({ calls }) => calls[actor]?.done === true && calls[actor]?.result === wanted)
          .map((one) => replace(one, actor, null)),
      );
    });
  }

  /** Whether the living may all be waiting for ever: in some explanation none of their calls can go on. */
  mayWait(set: number, dead: readonly boolean[]): boolean {
    const moment = (name: string) => this.#spec.moments?.includes(name) === true;
    for (
      const { state, calls } of this.#close(this.#sets[set], (actor, name) => dead[actor] || moment(name)).values()
    ) {
      const stuck = calls.every((call, actor) =>
        call === null || dead[actor] || (call.done && moment(call.name)) ||
        (!call.done && [...this.#spec.apply(state, call.name, call.args, actor)].length === 0)
      );
      if (stuck) return true;
    }
    return false;
  }

  /** The sequential states that are possible now, whether the calls of the dead have taken effect or not. */
  states(set: number, dead: readonly boolean[]): unknown[] {
    return [...this.#close(this.#sets[set], (actor) => dead[actor]).values()].map((one) => one.state);
  }

  #close(set: Explanations, mayStep: (actor: number, name: string) => boolean): Explanations {
    const closed = new Map(set);
    // A Map's iteration also visits what is added on the way.
    for (const one of closed.values()) {
      one.calls.forEach((call, actor) => {
        if (call === null || call.done || !mayStep(actor, call.name)) return;
        for (const { state, result } of this.#spec.apply(one.state, call.name, call.args, actor)) {
          const next = replace({ state, calls: one.calls }, actor, { ...call, done: true, result: json(result) });
          const key = json(next);
          if (!closed.has(key)) closed.set(key, next);
        }
      });
    }
    return closed;
  }

  #set(all: Explanation[]): Explanations {
    return new Map(all.map((one) => [json(one), one]));
  }

  #step(key: string, make: () => Explanations): number {
    let to = this.#steps.get(key);
    if (to === undefined) {
      to = this.#number(make());
      this.#steps.set(key, to);
    }
    return to;
  }

  #number(set: Explanations): number {
    if (set.size === 0) return -1;
    const key = [...set.keys()].sort().join("\n");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#sets.push(set) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

function replace(one: Explanation, actor: number, call: Call | null): Explanation {
  const calls = one.calls.slice();
  calls[actor] = call;
  return { state: one.state, calls };
}
