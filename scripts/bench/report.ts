/**
 * Figures as tables, and kept as JSON.
 * @module
 */

import Table from "cli-table3";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../runtimes.ts";
import { drawCharts } from "./charts.ts";
import type { Outcome, Row } from "./measure.ts";
import { ratio } from "./ratio.ts";
import { median } from "./stats.ts";

/** One workload on one runtime, with what stood beside it. */
export interface Measured extends Outcome {
  runtime: string;
  /** What was measured: the npm package, as programs on Node and Bun have it, or the source, as those on Deno do; of Python nothing. */
  library?: "npm package" | "source";
  system: string;
  processor: string;
  cores: number;
  gibibytes: number;
  /** The median round trip of postMessage just before, in µs: below `TOGETHER` both threads ran on one core. Null where there is none. */
  trip: number | null;
  /** Nanoseconds that a word takes to the other core and back. */
  hop?: number;
  /** How many processes' figures these are. */
  processes?: number;
}

/** Below this median round trip of postMessage, in µs, two threads run on one core. */
const TOGETHER = 25;

const FOLDER = join(ROOT, "docs", "bench");

/** A number with three digits that count. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-3))));
  return value.toLocaleString("en", {
    minimumFractionDigits: 0,
    maximumFractionDigits: Math.min(digits, 3),
  });
}

/** The machine at a measurement: the runtime, the idle share, the regime. */
export function circumstances(measured: Measured): string {
  const { runtime, library, idle, near, far, full, trip, hop, cores, processes = 1 } = measured;
  const several = processes > 1 ? `, ${processes} processes` : "";
  const where = library === undefined ? runtime : `${runtime}, ${library}${several}`;
  const quiet = idle.length === 0 ? "" : `, idle before the runs ${Math.round(median(idle) * 100)} %`;
  if (trip === null) return `${where}, ${cores} cores${quiet}`;
  const regime = trip < TOGETHER ? "one core" : "two cores";
  const apart = hop === undefined ? "" : `, a word to the other core and back ${short(hop)} ns`;
  const share = near ?? far;
  const cache = far === undefined ? "a cache" : "no cache";
  const placed = share === undefined
    ? ""
    : `, cores that share ${cache} before ${Math.round(share * 100)} % of the runs`;
  const speed = full === undefined ? "" : `, at full speed before ${Math.round(full * 100)} %`;
  return `${where}, ${cores} cores${quiet}, threads on ${regime} (postMessage ${
    short(trip)
  } µs)${apart}${placed}${speed}`;
}

/** The cells of a row: contender, median, spread, ratio, more. */
export function cells(measured: Outcome, row: Row): string[] {
  if (row.wrong !== undefined) {
    return [row.contender, "WRONG", row.wrong, "", ""];
  }
  const more = Object.entries(row.more).map(([key, value]) => `${key} ${short(value)}`).join(", ");
  const times = ratio(measured, row);
  const spread = `${short(Math.min(...row.values))} – ${short(Math.max(...row.values))}`;
  return [row.contender, short(median(row.values)), spread, Number.isNaN(times) ? "" : `×${short(times)}`, more];
}

/** Prints one measurement. */
export function printTable(measured: Measured): void {
  const head = [measured.workload, measured.unit, "spread", "× postMessage", ""];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const row of measured.rows) table.push(cells(measured, row));
  console.log(`\n${circumstances(measured)}\n${table.toString()}`);
}

function markdown(all: readonly Measured[]): string {
  const lines = [
    "# Figures",
    "",
    "Made by `deno task bench`. Medians of interleaved rounds with the lowest and the highest; × is against bare",
    "`postMessage` in the same run. `after a pause`: the run before the one that counts, in the same unit, which follows a",
    "pause and another contender. See [performance.md](../performance.md).",
  ];
  for (const measured of all) {
    const { workload, unit, rows } = measured;
    lines.push("", `## ${workload}: ${measured.runtime}`, "", circumstances(measured), "");
    lines.push(`| | ${unit} | spread | × postMessage | |`, "|---|---|---|---|---|");
    for (const row of rows) {
      lines.push(`| ${cells(measured, row).join(" | ")} |`);
    }
  }
  return lines.join("\n") + "\n";
}

/** Keeps figures in docs/bench/<name>.json, in place of older ones of the same workload and runtime, and makes tables and charts of them. */
export async function save(fresh: readonly Measured[], name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, `${name}.json`);
  let kept: Measured[] = [];
  try {
    kept = JSON.parse(readFileSync(path, "utf8")) as Measured[];
  } catch {
    // There are none yet.
  }
  const major = (measured: Measured) => `${measured.runtime.split(".")[0]} ${measured.workload}`;
  const replaced = new Set(fresh.map(major));
  const all = [...kept.filter((measured) => !replaced.has(major(measured))), ...fresh];
  writeFileSync(path, JSON.stringify(all, undefined, 1) + "\n");
  writeFileSync(join(FOLDER, `${name}.md`), markdown(all));
  if (name !== "far") await drawCharts(all, name, FOLDER);
}
