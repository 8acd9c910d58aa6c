/**
 * How a figure compares with bare postMessage.
 * @module
 */

import type { Outcome, Row } from "./measure.ts";
import { median } from "./stats.ts";

/** How often a row is better than postMessage in the same run; above 1 is better, whatever the unit. NaN without either. */
export function ratio(measured: Outcome, row: Row): number {
  const post = measured.rows.find(({ contender }) => contender === "postMessage");
  if (post === undefined || post.values.length === 0 || row.values.length === 0) return NaN;
  const [ours, theirs] = [median(row.values), median(post.values)];
  return measured.better === "more" ? ours / theirs : theirs / ours;
}
