/** What the tests of bad input share: tables of wrong arguments, and what the error of each must say. */
import { assert } from "@std/assert";
import { type IsthmusError, Queue } from "../../mod.ts";
import { rejected, thrown } from "./queue_helper.ts";

/** The class that an error must have. */
export type Kind = typeof TypeError | typeof RangeError;

/** A wrong argument, the class of its error, and what its message must contain. */
export type Wrong = readonly [value: unknown, kind: Kind, words: readonly string[]];

/** Checks what an error is and says. */
export function check(what: string, error: unknown, kind: Kind, words: readonly string[]): void {
  assert(error instanceof kind, `${what}: ${error}`);
  for (const word of words) assert(error.message.includes(word), `${what}: "${error.message}" lacks "${word}"`);
}

/** Checks that `act` throws, or its promise rejects with, an IsthmusError of this code. */
export async function checkCode(what: string, act: () => unknown, code: string): Promise<void> {
  const error = await outcome(act);
  assert((error as IsthmusError)?.code === code, `${what}: ${error}`);
}

/** What `act` throws, or its promise rejects with. */
export async function outcome(act: () => unknown): Promise<unknown> {
  let given: unknown;
  try {
    given = act();
  } catch (error) {
    return error;
  }
  return await rejected(Promise.resolve(given));
}

/** Calls `act` with each wrong argument. It may throw at once, or its promise reject. */
export async function checkEach(name: string, table: readonly Wrong[], act: (value: never) => unknown): Promise<void> {
  for (const [value, kind, words] of table) {
    check(`${name} (${words})`, await outcome(() => act(value as never)), kind, words);
  }
}

/** What is no options at all, whatever the call. */
export const noOptions: readonly Wrong[] = [
  [null, TypeError, ["null"]],
  [5, TypeError, ["5"]],
  [5n, TypeError, ["5n"]],
  [NaN, TypeError, ["NaN"]],
  [true, TypeError, ["true"]],
  ["5", TypeError, ['"5"']],
  [Symbol("s"), TypeError, ["Symbol(s)"]],
  [() => {}, TypeError, ["function"]],
  [[], TypeError, ["an array"]],
  [new Map(), TypeError, ["Map"]],
  [new Date(0), TypeError, ["Date"]],
  [Promise.resolve(), TypeError, ["Promise"]],
  [new AbortController().signal, TypeError, ["AbortSignal"]],
  [new Queue(), TypeError, ["Queue"]],
];

/** Wrong options of any waiting call. */
export const waitOptions: readonly Wrong[] = [
  ...noOptions.map(([value, kind, words]): Wrong => [value, kind, [...words, "timeout"]]),
  [{ timeout: NaN }, RangeError, ["timeout", "NaN"]],
  [{ timeout: "5" }, TypeError, ["timeout", '"5"']],
  [{ timeout: null }, TypeError, ["timeout", "null"]],
  [{ timeout: 5n }, TypeError, ["timeout", "5n"]],
  [{ timeout: {} }, TypeError, ["timeout", "object"]],
  [{ timeout: new Date(0) }, TypeError, ["timeout", "Date"]],
  [{ timeOut: 5 }, TypeError, ["timeOut", "timeout"]],
];

const signals: readonly Wrong[] = [
  [{ signal: null }, TypeError, ["signal", "null"]],
  [{ signal: {} }, TypeError, ["signal", "AbortSignal"]],
  [{ signal: new AbortController() }, TypeError, ["signal", "AbortController"]],
];

const forSync: readonly Wrong[] = [[{ signal: new AbortController().signal }, TypeError, ["signal", "Sync"]]];

type Calls = Record<string, (options: never) => unknown>;

/** Calls promise and Sync forms with each kind of wrong options. */
export async function checkWaits(promised: Calls, blocking: Calls): Promise<void> {
  for (const [name, call] of Object.entries(promised)) {
    for (const [options, kind, words] of [...waitOptions, ...signals]) {
      // A promise form rejects: it does not throw.
      const promise = call(options as never) as Promise<unknown>;
      assert(promise instanceof Promise, name);
      check(`${name} (${words})`, await rejected(promise), kind, words);
    }
  }
  for (const [name, call] of Object.entries(blocking)) {
    for (const [options, kind, words] of [...waitOptions, ...forSync]) {
      check(`${name} (${words})`, thrown(() => call(options as never)), kind, words);
    }
  }
}

/** What is no integer from 1 on: for arguments called `name`. */
export function noCount(name: string): readonly Wrong[] {
  return [
    [0, RangeError, [name, "0"]],
    [-1, RangeError, [name, "-1"]],
    [1.5, RangeError, [name, "1.5"]],
    [NaN, RangeError, [name, "NaN"]],
    [Infinity, RangeError, [name, "Infinity"]],
    ["2", TypeError, [name, '"2"']],
    [null, TypeError, [name, "null"]],
    [2n, TypeError, [name, "2n"]],
    [{}, TypeError, [name, "object"]],
  ];
}
