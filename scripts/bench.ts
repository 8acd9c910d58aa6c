/**
 * `deno task bench [--runtime=node24,…] [--workload=TEXT] [--rounds=5] [--short] [--curves] [--far] [--patience=3] [--save] [--source]`:
 * measures the library beside bare postMessage and its peers, each workload in processes of its own, and prints tables. What
 * is measured is what programs have: on Node and Bun the npm package, which is built first (or, with `--source`, the
 * source), on Deno the source. A run of everything also writes docs/bench/results.json, from which docs/bench/ has its tables
 * and charts; `--save` does so for a part.
 *
 * `--curves` measures something else, in 3 rounds and on one Node only, and keeps it in docs/bench/curves.json: arrays of 8 B to
 * 64 MiB, backlogs of 1 to 10,000,000 items, 1 to 16 producers and consumers, many gets that wait, many queues, start-up.
 *
 * Runs wait for cores that nobody slows down, and that share a cache, `--patience` seconds a process at most. With `--far` they wait for
 * cores that share none, and what is kept is kept in docs/bench/far.json.
 *
 * Fails when a wrong result arrives, never for a time.
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { binaryOf, ROOT, runArguments, type RuntimeName } from "./runtimes.ts";
import { installExtras, peersFor } from "./bench/extras.ts";
import { PATIENCE, type Workload } from "./bench/measure.ts";
import { merged } from "./bench/merge.ts";
import { pythonOutcomes } from "./bench/python.ts";
import { type Measured, printTable, save } from "./bench/report.ts";
import { workloads } from "./bench/workloads.ts";
import { buildPackage } from "./npm/build.ts";

/** Seconds after which a child that did not have to wait is taken to hang. */
const LONGEST = 300;

const { values } = parseArgs({
  options: {
    runtime: { type: "string" },
    workload: { type: "string", default: "" },
    rounds: { type: "string" },
    short: { type: "boolean", default: false },
    curves: { type: "boolean", default: false },
    far: { type: "boolean", default: false },
    patience: { type: "string", default: String(PATIENCE) },
    save: { type: "boolean", default: false },
    source: { type: "boolean", default: false },
  },
});

if (values.far && values.curves) throw new Error("--far measures workloads, not --curves. Leave one of them out.");

// Curves have many points and are read by their form.
const usualRounds = values.short ? 1 : values.curves ? 3 : 5;
const usualRuntimes = values.curves ? "node24,deno,bun" : "node24,deno,bun,node26";

/** The runtimes that are named and installed. `node` stands for Node 24. */
function runtimes(): RuntimeName[] {
  const list = values.runtime ?? usualRuntimes;
  const named = list.split(",").map((name) => name === "node" ? "node24" : name) as RuntimeName[];
  const found = named.filter((name) => {
    try {
      return binaryOf(name) !== "";
    } catch (error) {
      console.error(`${name} is left out: ${(error as Error).message}`);
      return false;
    }
  });
  if (found.length === 0) {
    throw new Error(`None of ${list} is installed.`);
  }
  return found;
}

/** The least that a step of core_speed.ts has taken on each runtime. */
const steps = new Map<RuntimeName, number>();

/** Measures one workload on one runtime. `undefined` if nothing came of it. */
function measure(runtime: RuntimeName, workload: string, rounds: number, peers: boolean): Measured | undefined {
  const { stdout, status } = spawnSync(binaryOf(runtime), [
    ...(runtime === "deno" || values.source ? [] : ["--conditions=isthmus-package"]),
    ...runArguments(runtime),
    "scripts/bench/child.ts",
    `--workload=${workload}`,
    `--rounds=${rounds}`,
    `--patience=${patience}`,
    ...(values.short ? ["--short"] : []),
    ...(values.curves ? ["--curves"] : []),
    ...(values.far ? ["--far"] : []),
    ...(peers ? ["--peers"] : []),
    ...(steps.has(runtime) ? [`--step=${steps.get(runtime)}`] : []),
  ], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: longest * 1000,
  });
  if (status === 0) {
    const measured = JSON.parse(stdout.trim().split("\n").at(-1)!) as Measured;
    if (measured.step !== undefined) steps.set(runtime, measured.step);
    return measured;
  }
  console.error(`✖ ${workload} on ${runtime} ended with ${status ?? `no end in ${longest} s`}.`);
  return undefined;
}

const rounds = Number(values.rounds ?? usualRounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`--rounds is how many rounds, not ${values.rounds}.`);
}
const patience = Number(values.patience);
if (values.patience === "" || !(patience >= 0 && patience <= 3600)) {
  throw new Error(`--patience is how many seconds, at most 3600, not ${values.patience}.`);
}
const longest = Math.ceil(LONGEST + patience);
const chosen = workloads(values.short, values.curves).filter(({ name }) => name.includes(values.workload));
if (chosen.length === 0) {
  throw new Error(`No workload has ${values.workload} in its name.`);
}
if (!values.source) await buildPackage("tsc");
const extras = !values.short && installExtras();
const keeps = values.save || (values.workload === "" && !values.short);
let failed = false;

async function keep(measured: readonly Measured[]): Promise<void> {
  if (keeps) await save(measured, values.curves ? "curves" : values.far ? "far" : "results");
}

/** The same in as many processes as it asks for. */
function measureWell(runtime: RuntimeName, { name, processes = 1 }: Workload, peers: boolean): Measured | undefined {
  const parts: Measured[] = [];
  for (let left = values.short || values.curves ? 1 : processes; left > 0; left--) {
    const part = measure(runtime, name, rounds, peers);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts.length === 1 ? parts[0] : merged(parts);
}

for (const runtime of runtimes()) {
  const all: Measured[] = [];
  for (const workload of chosen) {
    const measured = measureWell(runtime, workload, extras && peersFor(runtime));
    failed ||= measured === undefined ||
      measured.rows.some(({ wrong, contender }) => wrong !== undefined && contender.startsWith("isthmus"));
    if (measured === undefined) continue;
    all.push(measured);
    printTable(measured);
  }
  await keep(all);
}
if (!values.short && !values.curves && !values.far) {
  const python = pythonOutcomes(values.workload, rounds);
  python.forEach(printTable);
  await keep(python);
}
process.exit(failed ? 1 : 0);
