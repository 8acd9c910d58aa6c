/**
 * What a test run prints at its end: each failure once more, a table of the parts, and the totals.
 * @module
 */

import Table from "cli-table3";
import type { Outcome, Part } from "./part.ts";

/** A part and what it came to. */
export interface Ended {
  part: Part;
  outcome: Outcome;
}

/** Lines of a failure's message that are shown again. */
const LINES_SHOWN = 40;

function indent(message: string): string {
  return message.trim().split("\n").slice(0, LINES_SHOWN).map((line) => `    ${line}`).join("\n");
}

function printFailures(ended: readonly Ended[]): void {
  for (const { part, outcome } of ended) {
    for (const { name, message } of outcome.failures) console.log(`\n✖ ${part.name}: ${name}\n${indent(message)}`);
  }
}

/** Prints the summary, with the totals on the very last line. Gives the number of failures. */
export function printSummary(ended: readonly Ended[]): number {
  printFailures(ended);
  const table = new Table({
    head: ["part", "passed", "failed", "skipped", "seconds", "of"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  });
  let passed = 0;
  let failed = 0;
  for (const { part, outcome } of ended) {
    passed += outcome.passed;
    failed += outcome.failures.length;
    const counts = [outcome.passed, outcome.failures.length, outcome.skipped];
    table.push([part.name, ...counts, outcome.seconds.toFixed(1), part.budget]);
  }
  console.log(`\n${table.toString()}\n`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}
