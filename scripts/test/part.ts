/**
 * A part of the test run: something with a name and a time budget that ends in counts.
 * @module
 */

import type { CommandResult } from "./command.ts";
import { run } from "./command.ts";

/** One thing that failed. */
export interface Failure {
  name: string;
  message: string;
}

/** What a part came to. */
export interface Outcome {
  passed: number;
  skipped: number;
  failures: Failure[];
  seconds: number;
}

/** One line of the summary. */
export interface Part {
  /** Its name, such as `source core deno`; filters look for words in it. */
  name: string;
  /** Seconds that it may take. */
  budget: number;
  run(): Promise<Outcome>;
}

/** What to say of a command that did not come to a normal end, or `undefined` if it did. */
export function endedBadly(result: CommandResult, budget: number): string | undefined {
  if (result.timedOut) return `not done after its budget of ${budget} s, killed`;
  return result.code === 0 ? undefined : `ended with code ${result.code}`;
}

/** A part that counts as one test: it passes when all its commands, run in turn, end with 0. */
export function commandPart(name: string, budget: number, ...commands: string[][]): Part {
  return {
    name,
    budget,
    async run() {
      let seconds = 0;
      for (const [file, ...args] of commands) {
        const result = await run(file as string, args, { budget: budget - seconds, quiet: true });
        seconds += result.seconds;
        const message = endedBadly(result, budget);
        if (message !== undefined) {
          const tail = result.output.trimEnd().split("\n").slice(-40).join("\n");
          return { passed: 0, skipped: 0, failures: [{ name, message: `${message}\n${tail}` }], seconds };
        }
      }
      return { passed: 1, skipped: 0, failures: [], seconds };
    },
  };
}
