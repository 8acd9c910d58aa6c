/**
 * What the npm package is called and holds, whichever compiler makes it.
 * @module
 */

import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../runtimes.ts";

/** An entry of the package: its name in `exports` and its source, relative to the repository's top folder. */
export interface Entry {
  name: string;
  source: string;
}

/** The fields of deno.json that matter here. */
interface DenoConfig {
  version: string;
  license: string;
  exports: Record<string, string>;
}

/** Where the package is built. */
export const OUTPUT: string = join(ROOT, "npm");

/** Copied beside the code when they exist. */
const DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE"];

function denoConfig(): DenoConfig {
  return JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8"));
}

/** The entries, as `exports` in deno.json lists them: JSR and npm offer the same. */
export function entries(): Entry[] {
  return Object.entries(denoConfig().exports).map(([name, source]) => ({ name, source: source.slice("./".length) }));
}

/** The path of what is made of a source file, relative to the package. */
function made(source: string, extension: string): string {
  return `./esm/${source.slice(0, -".ts".length)}${extension}`;
}

/** The package.json. `default` and not `import`, so that `require()` finds the one copy there is. */
export function manifest(): Record<string, unknown> & { name: string; version: string } {
  const { version, license } = denoConfig();
  const exports = Object.fromEntries(
    entries().map(({ name, source }) => [name, { types: made(source, ".d.ts"), default: made(source, ".js") }]),
  );
  const main = exports["."];
  return {
    name: "isthmus",
    version,
    description: "Python's multiprocessing queues, processes and locks for the worker threads of Node, Deno and Bun",
    keywords: ["multiprocessing", "queue", "worker", "threads", "shared memory", "atomics", "deno", "bun"],
    license,
    type: "module",
    main: main?.default,
    module: main?.default,
    types: main?.types,
    exports: { ...exports, "./package.json": "./package.json" },
    engines: { node: ">=20.16.0" },
  };
}

/** Puts the documents beside the code. */
export function copyDocuments(): void {
  for (const name of DOCUMENTS) {
    if (existsSync(join(ROOT, name))) copyFileSync(join(ROOT, name), join(OUTPUT, name));
  }
}
