/**
 * Runs test files with a runtime's own test runner and counts what its report says.
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binaryOf, type RuntimeName } from "../runtimes.ts";
import { run } from "./command.ts";
import { readJunit } from "./junit.ts";
import { endedBadly, type Outcome } from "./part.ts";

/** What is run, and how long it may take. */
export interface TestRun {
  runtime: RuntimeName;
  /** Paths relative to `cwd`. */
  files: readonly string[];
  /** Seconds for all of them together. */
  budget: number;
  cwd: string;
  /** Variables added to the environment. */
  env?: Record<string, string>;
  /** More arguments of the runtime's test command. */
  flags?: readonly string[];
  /** How many files run at once, each in a process of its own: more than one only of tests that no other load disturbs. Default: one. */
  atOnce?: number;
}

/**
 * A test may not take longer on Bun, nor a file of tests on Node, so that a hang is reported where it is. Deno has no such
 * limit. Milliseconds.
 */
const LIMIT = 120_000;

function testArguments({ runtime, files, flags = [] }: TestRun, report: string): string[] {
  // Types are checked by parts of their own.
  if (runtime === "deno") return ["test", "-A", "--no-check", `--junit-path=${report}`, ...flags, ...files];
  if (runtime === "bun") {
    const paths = files.map((file) => `./${file}`); // a bare name would be a filter
    return [
      "test",
      `--timeout=${LIMIT}`,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
      ...flags,
      ...paths,
    ];
  }
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=junit"];
  return [
    "--test",
    "--test-concurrency=1",
    `--test-timeout=${LIMIT}`,
    ...reporters,
    `--test-reporter-destination=${report}`,
    ...flags,
    ...files,
  ];
}

/** Runs the files one after the other, or `atOnce`. A runner that crashes, hangs or runs no test is a failure of its own. */
export async function runTests(test: TestRun): Promise<Outcome> {
  const { runtime, files, budget, atOnce = 1 } = test;
  if (runtime !== "deno" && atOnce === 1) return await runTogether(test);
  // Each in a process of its own, as Node does by itself: on Deno a terminated thread that computes goes on until its
  // process ends, and takes the processor from all tests that follow.
  const all: Outcome = { passed: 0, skipped: 0, failures: [], seconds: 0 };
  const begin = performance.now();
  const spent = (): number => (performance.now() - begin) / 1000;
  const left = [...files];
  const lane = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const one = await runTogether({ ...test, files: [file], budget: Math.max(1, budget - spent()) });
      all.passed += one.passed;
      all.skipped += one.skipped;
      all.failures.push(...one.failures);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  all.seconds = spent();
  return all;
}

async function runTogether(test: TestRun): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-report-"));
  try {
    const report = join(folder, "junit.xml");
    const result = await run(binaryOf(test.runtime), testArguments(test, report), test);
    const counts = readJunit(report) ?? { passed: 0, skipped: 0, failures: [] };
    const bad = endedBadly(result, test.budget);
    const empty = counts.passed + counts.skipped + counts.failures.length === 0;
    // A code other than 0 is explained by a failed test, if there is one.
    if (result.timedOut || (counts.failures.length === 0 && (bad !== undefined || empty))) {
      const lastLines = result.output.trimEnd().split("\n").slice(-15).join("\n");
      counts.failures.push({
        name: `the test runner of ${test.runtime}`,
        message: `${bad ?? "ran no test"}\n${lastLines}`,
      });
    }
    return { ...counts, seconds: result.seconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
