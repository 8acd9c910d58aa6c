/**
 * The measurements of several processes as one.
 *
 * A process is fast or slow as a whole: the same put takes 150, 200 or 240 ns in one or another, on the same machine and in the
 * same code, which lies at other places. So where code decides, more than one process is asked.
 * @module
 */

import type { Row } from "./measure.ts";
import type { Measured } from "./report.ts";
import { median } from "./stats.ts";

/** One measurement with the figures of all `parts`, which are of the same workload on the same runtime. */
export function merged(parts: readonly Measured[]): Measured {
  const [first] = parts;
  const contenders = new Set(parts.flatMap(({ rows }) => rows.map(({ contender }) => contender)));
  const rows = [...contenders].map((name) =>
    mergedRow(parts.flatMap(({ rows }) => rows.filter(({ contender }) => contender === name)))
  );
  const whole: Measured = { ...first, rows, idle: parts.flatMap(({ idle }) => idle), processes: parts.length };
  for (const key of ["trip", "hop", "near", "far", "full"] as const) {
    const known = parts.map((part) => part[key]).filter((value) => typeof value === "number");
    if (known.length > 0) whole[key] = median(known);
  }
  const steps = parts.flatMap(({ step }) => step ?? []);
  if (steps.length > 0) whole.step = Math.min(...steps);
  return whole;
}

function mergedRow(rows: readonly Row[]): Row {
  const wrong = rows.find((row) => row.wrong !== undefined);
  if (wrong !== undefined) return wrong;
  const keys = Object.keys(rows[0].more);
  return {
    ...rows[0],
    values: rows.flatMap(({ values }) => values),
    more: Object.fromEntries(keys.map((key) => [key, median(rows.map(({ more }) => more[key]))])),
  };
}
