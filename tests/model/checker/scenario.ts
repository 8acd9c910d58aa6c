/**
 * What a model is made of: threads as functions, and what must hold in every schedule of them.
 * @module
 */
import type { Spec } from "./linear.ts";

/** What the code of a simulated thread can ask of the checker. */
export interface Model {
  /** The shared memory as words and as bytes; every access is seen. */
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** A view of another type at byte `at`. */
  view<T>(type: unknown, at: number, length: number): T;
  /** Makes a call on the object under test and records its begin and its result; undefined stands as null. */
  call<R>(name: string, args: readonly unknown[], body: () => R): R;
  /** The two ends of a call that is not one function. A thread may have up to {@linkcode LANES} calls open, told apart by `lane`. */
  called(name: string, args: readonly unknown[], lane?: number): void;
  returned(result: unknown, lane?: number): void;
  /** A number below `count`; every one is tried. */
  choose(count: number): number;
  /** Waits until a thread was killed, and gives its number (its place in `actors`). */
  awaitDeath(): number;
  /** The thread's clock in milliseconds. It moves when a timeout passes. */
  now(): number;
  /** A timer of the thread's event loop, and a callback in the loop's next turn. They give a number for `clear`. */
  timer(callback: () => void, ms: number): number;
  soon(callback: () => void): number;
  clear(timer: number): void;
  /**
   * Declares that whatever the thread does from here on depends on `state` alone, not on how it came here. States of
   * the program that differ in nothing else become one.
   */
  checkpoint(state: string | number): void;
  /** Ends the schedule with an error unless `condition` holds. */
  check(condition: boolean, message: string): void;
}

/** Calls that one thread may have open at once. */
export const LANES = 4;

/** A thread: what it does before all begins (one thread after the other, not explored), and the function to be explored. */
export type Actor = (model: Model) => () => void;

/** How a schedule ended. */
export interface Outcome {
  readonly dead: readonly string[];
  /** Who waits for ever, as the specification allows. */
  readonly waiting: readonly string[];
  /** The sequential states that explain what was seen. */
  readonly states: readonly unknown[];
}

export interface Scenario {
  readonly name: string;
  /** Bytes of shared memory. Default 4096. */
  readonly memory?: number;
  /** Writes the memory's first content. */
  readonly setup?: (model: Model) => void;
  readonly actors: Readonly<Record<string, Actor>>;
  /** What the calls must be linearizable to. */
  readonly spec?: Spec;
  /** Looks at the memory when nothing more can happen. */
  readonly final?: (model: Model, outcome: Outcome) => void;
  /** Threads that may be killed before any of their steps, and in the midst of their plain writes. */
  readonly mortal?: readonly string[];
  /** How many of them may die in one schedule. Default 1. */
  readonly deaths?: number;
  /** A death comes before or after all plain writes since the last atomic operation, not between them too: fewer states. */
  readonly wholeWrites?: boolean;
  /** Timed waits and timers may time out at any moment; otherwise they never do. */
  readonly timeouts?: boolean;
  /** A pause lets the others go on first: for loops that spin until something changes. Otherwise it does nothing. */
  readonly pauseYields?: boolean;
  /** Words (by byte offset) whose plain accesses may meet others', with the reason; each is then a step of its own. */
  readonly racy?: (at: number) => string | undefined;
  /** The name of a word by its byte offset, for the report. */
  readonly names?: (at: number) => string | undefined;
  /** At most that many switches away from a thread that could go on. Default: no bound. */
  readonly preemptions?: number;
  /** A thread that does more than this is in an endless loop. Default 2000 operations. */
  readonly longest?: number;
  /** More states than this are an error, so that a model does not grow unnoticed. Default four million. */
  readonly most?: number;
}

/** What is wrong with a schedule. */
export class ModelError extends Error {
  /** The schedule, for `replay`. */
  schedule = "";
}
