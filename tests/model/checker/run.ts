/**
 * Running a simulated thread: its function starts from the beginning, recorded operations give their recorded answers and
 * have no effect, and at the first operation that must wait for its turn the run ends by a thrown signal. While that
 * unwinds the stack, each further operation throws it again, so `finally` blocks have no effect either.
 * @module
 */
import { ModelError } from "./scenario.ts";
import type { Answer, Op } from "./history.ts";

const STOP: unique symbol = Symbol("end of the recorded history");

export class Run {
  /** What the thread's event loop is to call, by token. */
  readonly callbacks: Map<number, () => void> = new Map();
  /** The last checkpoint that the thread declared. */
  checkpoint: string | undefined;
  readonly #steps: readonly { op: Op; answer: Answer }[];
  readonly #meet: (op: Op) => Answer | undefined;
  #at = 0;
  #stopped = false;
  #wrong: unknown;

  /** `meet` answers an operation beyond `steps`, or gives undefined to end the run. */
  constructor(steps: readonly { op: Op; answer: Answer }[], meet: (op: Op) => Answer | undefined) {
    this.#steps = steps;
    this.#meet = meet;
  }

  ask(op: Op): Answer {
    if (this.#stopped) throw STOP;
    if (this.#at < this.#steps.length) {
      const step = this.#steps[this.#at++];
      if (step.op.kind !== op.kind || step.op.at !== op.at || step.op.a !== op.a) {
        this.#stopped = true;
        this.#wrong = new ModelError(
          `The thread is not a function of its answers: it asked for ${show(step.op)} before, now for ${show(op)}.`,
        );
        throw STOP;
      }
      return step.answer;
    }
    let answer: Answer | undefined;
    try {
      answer = this.#meet(op);
    } catch (error) {
      this.#wrong = error;
    }
    if (answer !== undefined) return answer;
    this.#stopped = true;
    throw STOP;
  }

  /** Runs `program`; gives undefined if it was stopped, else how it ended. */
  go(program: () => void): { error?: unknown } | undefined {
    try {
      program();
    } catch (error) {
      if (error instanceof ModelError) throw error;
      if (!this.#stopped) return { error };
    }
    if (this.#wrong !== undefined) throw this.#wrong;
    return this.#stopped ? undefined : {};
  }
}

function show(op: Op): string {
  return `${op.kind} at byte ${op.at}`;
}
