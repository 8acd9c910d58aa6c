/**
 * What a figure needs beside it to mean something: the machine, how busy it was, the versions.
 * @module
 */

import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import process from "node:process";

/** The processors' time since the start of the system, in ticks: all of it, and idle. `undefined` where it cannot be read. */
function ticks(): { all: number; idle: number } | undefined {
  try {
    const fields = readFileSync("/proc/stat", "utf8").split("\n", 1)[0].trim()
      .split(/\s+/).slice(1).map(Number);
    // Guests' time is counted in `user` already.
    return {
      all: fields.slice(0, 8).reduce((sum, n) => sum + n, 0),
      idle: fields[3] + fields[4],
    };
  } catch {
    return undefined;
  }
}

/** The share of the machine, 0 … 1, that was idle during the next `milliseconds`; `undefined` where it cannot be read. */
export async function idleShare(milliseconds: number): Promise<number | undefined> {
  const before = ticks();
  if (before === undefined) return undefined;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const after = ticks()!;
  return after.all === before.all ? undefined : (after.idle - before.idle) / (after.all - before.all);
}

/** The machine and the runtime, for the head of a report. */
export function describe(): {
  runtime: string;
  library: "npm package" | "source";
  system: string;
  processor: string;
  cores: number;
  gibibytes: number;
} {
  const { deno, bun, node } = process.versions as Record<
    string,
    string | undefined
  >;
  const all = cpus();
  return {
    runtime: deno !== undefined ? `Deno ${deno}` : bun !== undefined ? `Bun ${bun}` : `Node ${node}`,
    library: import.meta.resolve("#isthmus").endsWith(".js") ? "npm package" : "source",
    system: `${process.platform} ${process.arch}`,
    processor: all[0]?.model ?? "unknown",
    cores: all.length,
    gibibytes: Math.round(totalmem() / 2 ** 30),
  };
}
