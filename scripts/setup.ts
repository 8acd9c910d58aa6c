/**
 * Installs the development packages that package-lock.json names, when they are not there yet. Uses nothing but what Node
 * and Deno bring along, since nothing else is installed when it runs.
 * @module
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import process from "node:process";

interface LockedPackage {
  version?: string;
  link?: boolean;
  optional?: boolean;
}

const root = fileURLToPath(new URL("..", import.meta.url));

function lockedPackages(path: string): Record<string, LockedPackage> {
  return JSON.parse(readFileSync(root + path, "utf8")).packages;
}

/** Whether node_modules holds what the lock file says. Packages for other systems may be missing. */
function isInstalled(): boolean {
  let installed: Record<string, LockedPackage>;
  try {
    installed = lockedPackages("node_modules/.package-lock.json");
  } catch {
    return false;
  }
  return Object.entries(lockedPackages("package-lock.json")).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/")) return true;
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

if (!isInstalled()) {
  console.log("Installing the development packages (once; 300 MB, 1 GB on the disk, the runtimes above all) …");
  // No package's install script is needed: scripts/runtimes.ts finds the runtimes' binaries where they lie.
  const { status, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (error !== undefined) {
    console.error(`npm could not be started (${error.message}). It comes with Node: install that.`);
  }
  if (status !== 0) process.exit(status ?? 1);
}
