/**
 * What the long form of the benchmark uses and nothing else does: peers to compare with, and a library that draws charts.
 * Installed when it is first needed, from scripts/bench/extras/package.json.
 * @module
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { ROOT, type RuntimeName } from "../runtimes.ts";

/** Where they lie: with the other packages, and apart from what the tests need. */
const FOLDER = join(ROOT, "node_modules", ".bench");

/** Installs them. False, with a message, where that is not possible: then peers and charts are left out. */
export function installExtras(): boolean {
  if (existsSync(join(FOLDER, "node_modules", ".package-lock.json"))) {
    return true;
  }
  console.log("Installing the benchmark's peers and its charts' library (once) …");
  mkdirSync(FOLDER, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(join(ROOT, "scripts", "bench", "extras", file), join(FOLDER, file));
  }
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: FOLDER,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("They could not be installed; the figures come without peers and charts.");
  }
  return status === 0;
}

/** Imports one of them. */
export async function importExtra<T>(name: string): Promise<T> {
  const path = createRequire(join(FOLDER, "package.json")).resolve(name);
  return await import(pathToFileURL(path).href) as T;
}

/** Whether the peers are measured on this runtime. They are made for Node; on the others some never end. */
export function peersFor(runtime: RuntimeName): boolean {
  return runtime !== "deno";
}
