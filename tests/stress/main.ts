/**
 * `deno task stress [--minutes N] [--seed N] [--runtime NAME]`: rounds at random on one runtime after the other. Prints each
 * round's plan, whose seed makes the same round again (its timing excepted), and what it came to.
 * @module
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { binaryOf, runArguments, type RuntimeName, SOURCE_RUNTIMES } from "../../scripts/runtimes.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, runtime: { type: "string", multiple: true } },
});
const minutes = values.minutes ?? "1";
const seed = values.seed ?? String(Date.now() % 1_000_000);
const program = fileURLToPath(new URL("./program.ts", import.meta.url));
for (const runtime of (values.runtime ?? SOURCE_RUNTIMES) as RuntimeName[]) {
  console.log(`${runtime}: ${minutes} min, seed ${seed}`);
  const { status } = spawnSync(binaryOf(runtime), [...runArguments(runtime), program, minutes, seed], {
    stdio: "inherit",
  });
  if (status !== 0) process.exitCode = 1;
}
