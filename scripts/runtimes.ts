/**
 * Where the runtimes' binaries lie that the tests use. Bun and Node come from npm in the versions that package-lock.json
 * names, so that a test run does not depend on what a machine has; Deno is the one that runs the scripts.
 * @module
 */

import { existsSync, readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import process from "node:process";

/** A runtime and, for Node, its major version. */
export type RuntimeName = "deno" | "bun" | "node2016" | "node20" | "node22" | "node24" | "node26";

/** Node 20.16, the oldest one on which the library runs. npm does not have it for every system. */
export const LEAST_NODE: RuntimeName = "node2016";

/** All that the library supports, in their newest versions. */
export const RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node20", "node22", "node24", "node26"];

/** Those that run TypeScript from its source. */
export const SOURCE_RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node24"];

/** The repository's top folder. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

const suffix = process.platform === "win32" ? ".exe" : "";

function starts(path: string): boolean {
  return existsSync(path) && spawnSync(path, ["--version"]).status === 0;
}

/** Bun's platform packages are alike but for the C library; the one that starts is the right one. */
function bun(): string | undefined {
  const folder = join(ROOT, "node_modules", "@oven");
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder).map((name) => join(folder, name, "bin", "bun" + suffix)).find(starts);
}

function nodeOf(major: string): string | undefined {
  const installed = join(
    ROOT,
    "node_modules",
    `node${major}-${process.platform}-${process.arch}`,
    "bin",
    "node" + suffix,
  );
  if (starts(installed)) return installed;
  // npm has no current Node for some systems: there the machine's own one serves for its version.
  const { stdout } = spawnSync("node", ["--version"], { encoding: "utf8" });
  return stdout?.startsWith(`v${major}.`) ? "node" : undefined;
}

function find(name: RuntimeName): string | undefined {
  if (name === "deno") return process.execPath; // scripts run on Deno
  if (name === "bun") return bun();
  return nodeOf(name.slice("node".length));
}

const found = new Map<RuntimeName, string>();

/** The path of a runtime's binary. Throws an `Error` that says what to do when it is not installed. */
export function binaryOf(name: RuntimeName): string {
  let path = found.get(name);
  if (path === undefined) {
    path = find(name);
    if (path === undefined) {
      const system = `${process.platform} ${process.arch}`;
      throw new Error(`No ${name} is installed for ${system}. Run \`npx -y deno task setup\`, or install one by hand.`);
    }
    found.set(name, path);
  }
  return path;
}

/** Whether `binaryOf` finds it. */
export function isInstalled(name: RuntimeName): boolean {
  return found.has(name) || find(name) !== undefined;
}

/** The arguments that run a program with every permission. */
export function runArguments(name: RuntimeName): string[] {
  return name === "deno" ? ["run", "-A", "--no-check"] : [];
}
