/**
 * The measurements of several processes as one.
 *
 * A process is fast or slow as a whole: the same put takes 150, 200 or 240 ns in one and the other, on the same machine and in the
 * same code, which lies at other places. So where code decides, more than one process is asked.
 * @module
 */

import type { Row } from "./measure.ts";
import type { Measured } from "./report.ts";
import { median } from "./stats.ts";

/** One measurement with the figures of all `parts`, which are of the same workload on the same runtime. */
export function merged(parts: readonly Measured[]): Measured {
  const [first] = parts;
  const whole: Measured = { ...first, idle: parts.flatMap(({ idle }) => idle), processes: parts.length };
  whole.rows = first.rows.map(({ contender }) => mergedRow(parts.map(({ rows }) => rowOf(rows, contender))));
  if (first.trip !== null) whole.trip = median(parts.map(({ trip }) => trip!));
  for (const key of ["hop", "near", "far"] as const) {
    if (first[key] !== undefined) whole[key] = median(parts.map((part) => part[key]!));
  }
  return whole;
}

function rowOf(rows: readonly Row[], contender: string): Row {
  const row = rows.find((row) => row.contender === contender);
  if (row === undefined) throw new Error(`${contender} took part in one process and not in another.`);
  return row;
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
