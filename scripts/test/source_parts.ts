/**
 * The parts that test the source, where it lies, on the runtimes that run TypeScript.
 * @module
 */

import { globSync } from "node:fs";
import { ROOT, SOURCE_RUNTIMES } from "../runtimes.ts";
import type { Part } from "./part.ts";
import { runTests } from "./runner.ts";

/** The folders of tests, with the seconds that each may take on one runtime. */
const BUDGETS: Readonly<Record<string, number>> = {
  scripts: 60,
  core: 120,
  model: 300,
  spec: 240,
  stress: 120,
  examples: 120,
};

/** The files of tests under `tests/<folder>`, relative to the repository's top folder. */
export function testFiles(folder: string): string[] {
  return globSync(`tests/${folder}/**/*_test.ts`, { cwd: ROOT }).sort();
}

/** One part for each folder and runtime. With `words`, only files that have one of them in their path. */
export function sourceParts(words: readonly string[] = []): Part[] {
  return Object.entries(BUDGETS).flatMap(([folder, budget]) => {
    const files = testFiles(folder).filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
    if (files.length === 0) return [];
    return SOURCE_RUNTIMES.map((runtime): Part => ({
      name: `source ${folder} ${runtime}`,
      budget,
      run: () => runTests({ runtime, files, budget, cwd: ROOT }),
    }));
  });
}
