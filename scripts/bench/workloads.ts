/**
 * All workloads.
 * @module
 */

import { fanOut } from "./fan_out.ts";
import type { Workload } from "./measure.ts";
import { oneThread } from "./one_thread.ts";
import { ofBytes, oneWay } from "./one_way.ts";
import { roundTrip } from "./round_trip.ts";
import { several } from "./several.ts";
import { startUp } from "./start_up.ts";
import { alive, backlog, pending } from "./waiting.ts";

/** What `--curves` measures. `short`: without the backlogs and crowds that take seconds. */
function curveWorkloads(short: boolean): Workload[] {
  const most = short ? 10_000 : Infinity;
  const upTo = (...counts: number[]): number[] => counts.filter((count) => count <= most);
  return [
    ...[8, 64, 512, 4096, 32768, 1 << 18, 1 << 21, 1 << 24, 1 << 26].map(ofBytes),
    ...upTo(1, 100, 10_000, 1_000_000, 10_000_000).map(backlog),
    ...[1, 2, 4, 8, 16].map((count) => several(count, count, false)),
    ...upTo(1000, 100_000).map(pending),
    ...upTo(1000, 100_000).map(alive),
    startUp,
  ];
}

/** What `deno task bench` measures, in the order of its report. `short`: with fewer items, where a size is fixed. */
export function workloads(short: boolean, curves: boolean): Workload[] {
  if (curves) return curveWorkloads(short);
  return [
    oneThread,
    ...oneWay,
    roundTrip,
    several(1, 1),
    several(2, 2),
    several(4, 4),
    fanOut,
    pending(1000),
    backlog(short ? 20_000 : 1_000_000),
  ];
}
