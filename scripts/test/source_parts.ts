/**
 * The parts that test the source, where it lies, on the runtimes that run TypeScript.
 * @module
 */

import { globSync } from "node:fs";
import { join } from "node:path";
import { binaryOf, ROOT, runArguments, type RuntimeName, SOURCE_RUNTIMES } from "../runtimes.ts";
import { commandPart, type Part } from "./part.ts";
import { runTests } from "./runner.ts";

/** How the tests of a folder are run. */
interface Plan {
  /** Seconds that they may take on one runtime. */
  budget: number;
  runtimes: readonly RuntimeName[];
  /** How many files run at once. */
  atOnce?: number;
  /** Whether Node keeps what it made of the source, whose types it takes out in each thread otherwise: a third of the time. */
  kept?: boolean;
  /** Of these runtimes only the files that match: what they prove does not depend on the runtime. */
  shorter?: { runtimes: readonly RuntimeName[]; files: RegExp };
}

/** Where it keeps that: beside what is installed. */
const KEPT: Record<string, string> = { NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "node-compile") };

const DEFAULT: Plan = { budget: 120, runtimes: SOURCE_RUNTIMES };

/** The folders that are not run by the default plan. */
const PLANS: Readonly<Record<string, Partial<Plan>>> = {
  scripts: { budget: 60 },
  deno: { runtimes: ["deno"] },
  death: { runtimes: ["bun", "node24"], budget: 180, kept: true }, // a stopped thread cannot be killed on Deno
  // Models know no time but their own: another process beside them changes nothing.
  model: { budget: 300, atOnce: 2, shorter: { runtimes: ["deno", "node24"], files: /checker|mutex|wait_set/ } },
  spec: { budget: 360, kept: true },
};

/** The package is tested by parts of its own. */
const ELSEWHERE = "npm";

function folders(): string[] {
  const files = globSync("tests/*/**/*_test.ts", { cwd: ROOT });
  return [...new Set(files.map((file) => file.split(/[\\/]/)[1] as string))].filter((name) => name !== ELSEWHERE)
    .sort();
}

/** The files of tests under `tests/<folder>`, relative to the repository's top folder. */
export function testFiles(folder: string): string[] {
  return globSync(`tests/${folder}/**/*_test.ts`, { cwd: ROOT }).sort();
}

/** One part for each folder and runtime. With `words`, only files that have one of them in their path, and those in full. */
export function sourceParts(words: readonly string[] = []): Part[] {
  return folders().flatMap((folder) => {
    const { budget, runtimes, shorter, atOnce, kept } = { ...DEFAULT, ...PLANS[folder] };
    const all = testFiles(folder);
    return runtimes.flatMap((runtime): Part[] => {
      const short = words.length === 0 && shorter?.runtimes.includes(runtime);
      const wanted = (file: string): boolean => words.some((word) => file.includes(word));
      const files = all.filter((file) => short ? shorter!.files.test(file) : words.length === 0 || wanted(file));
      if (files.length === 0) return [];
      return [{
        name: `source ${folder} ${runtime}`,
        budget,
        run: () => runTests({ runtime, files, budget, cwd: ROOT, atOnce, env: kept ? KEPT : {} }),
      }];
    });
  });
}

/** The benchmarks in their short form: they must run, and what arrives must be right. Times do not count. */
export function benchParts(): Part[] {
  const deno = [binaryOf("deno"), ...runArguments("deno")];
  return SOURCE_RUNTIMES.map((runtime) =>
    commandPart(`bench ${runtime}`, 180, [...deno, "scripts/bench.ts", "--short", `--runtime=${runtime}`])
  );
}
