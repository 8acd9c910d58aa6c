/**
 * Measures one workload on the runtime that runs this, and prints the outcome as one line of JSON.
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { know } from "./core_speed.ts";
import { describe } from "./machine.ts";
import { Bench, PATIENCE } from "./measure.ts";
import { hop } from "./placement.ts";
import { probe } from "./round_trip.ts";
import { workloads } from "./workloads.ts";

const { values } = parseArgs({
  options: {
    workload: { type: "string" },
    rounds: { type: "string", default: "5" },
    short: { type: "boolean", default: false },
    curves: { type: "boolean", default: false },
    peers: { type: "boolean", default: false },
    far: { type: "boolean", default: false },
    patience: { type: "string", default: String(PATIENCE) },
    step: { type: "string" },
  },
});
const workload = workloads(values.short, values.curves).find(({ name }) => name === values.workload);
if (workload === undefined) {
  throw new Error(`There is no workload ${values.workload}.`);
}
if (values.step !== undefined) know(Number(values.step));
const bench = new Bench({
  short: values.short,
  rounds: Number(values.rounds),
  peers: values.peers,
  wanted: values.far ? "far" : "near",
  patience: Number(values.patience),
});
const trip = await probe(bench);
const distance = await hop(bench);
const outcome = await bench.measure(workload);
bench.end();
console.log(JSON.stringify({ ...describe(), trip, hop: distance, ...outcome }));
process.exit(0);
