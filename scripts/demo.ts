/**
 * `deno task demo [DIR] [--runtime=deno|bun|node]`: counts and hashes every file under DIR with `examples/count_files.ts`, one
 * worker per core. Without DIR it takes the development packages, some thousands of files.
 * @module
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import process from "node:process";
import { binaryOf, ROOT, runArguments, type RuntimeName } from "./runtimes.ts";

const BY_NAME: Readonly<Record<string, RuntimeName>> = { deno: "deno", bun: "bun", node: "node24" };
const FLAG = "--runtime=";

function fail(message: string): never {
  console.error(`${message}\nUsage: deno task demo [DIR] [--runtime=deno|bun|node]`);
  process.exit(2);
}

const args = process.argv.slice(2);
const wanted = args.filter((arg) => arg.startsWith(FLAG)).at(-1)?.slice(FLAG.length) ?? "deno";
const runtime = BY_NAME[wanted] ?? fail(`There is no runtime ${JSON.stringify(wanted)}.`);
const directories = args.filter((arg) => !arg.startsWith(FLAG));
const unknown = directories.find((arg) => arg.startsWith("-"));
if (unknown !== undefined) fail(`Unknown option ${unknown}.`);
if (directories.length > 1) fail(`One directory at most, not ${directories.length}.`);
// `deno task` runs in the repository; INIT_CWD is where the user called it.
const directory = directories.length === 0
  ? join(ROOT, "node_modules")
  : resolve(process.env["INIT_CWD"] ?? process.cwd(), directories[0] as string);

const program = join(ROOT, "examples", "count_files.ts");
const { status } = spawnSync(binaryOf(runtime), [...runArguments(runtime), program, directory], { stdio: "inherit" });
process.exitCode = status ?? 1;
