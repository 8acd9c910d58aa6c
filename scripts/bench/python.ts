/**
 * Python's multiprocessing on the same machine, where `python3` is.
 * @module
 */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measured } from "./report.ts";

/** What the script prints for each workload that has `word` in its name. Empty without Python. */
export function pythonOutcomes(word: string, rounds: number): Measured[] {
  const script = fileURLToPath(new URL("python/queues.py", import.meta.url));
  const { stdout, status } = spawnSync("python3", ["-B", script, word, String(rounds)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 300_000,
  });
  if (status !== 0) return [];
  return stdout.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line) as Measured);
}
