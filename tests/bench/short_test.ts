/** The benchmark in its short form, on the runtime that runs this: every workload gives the right results. No time is judged. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import type { Outcome } from "../../scripts/bench/measure.ts";
import { workloads } from "../../scripts/bench/workloads.ts";

const CHILD = fileURLToPath(new URL("../../scripts/bench/child.ts", import.meta.url));
const ARGUMENTS = process.versions.deno !== undefined ? ["run", "-A", "--no-check"] : [];

const all: [name: string, ...flags: string[]][] = workloads(true, false).map(({ name }) => [name]);

// Of the curves one: the others are what is measured here already, in other sizes.
for (const [name, ...flags] of [...all, ["start-up", "--curves"]]) {
  test(`the benchmark measures ${name}`, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...ARGUMENTS, CHILD, `--workload=${name}`, "--rounds=1", "--short", ...flags],
      { encoding: "utf8", timeout: 60_000 },
    );
    assertEquals(status, 0, stderr);
    const outcome = JSON.parse(stdout.trim().split("\n").at(-1)!) as Outcome;
    assertEquals(outcome.workload, name);
    assert(outcome.rows.length > 0);
    for (const { contender, wrong, values } of outcome.rows) {
      assertEquals(wrong, undefined, contender);
      assertEquals(values.length, 1, contender);
    }
  });
}
