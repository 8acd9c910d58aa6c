/**
 * Programs that have just begun: what they take with an import and without it, and how long it takes in them until threads
 * and queues are there.
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { median } from "./stats.ts";
import { RUNTIME } from "./thread.ts";

const ARGUMENTS = RUNTIME === "deno" ? ["run", "-A", "--no-check"] : [];
const BEGIN = fileURLToPath(new URL("fresh_begin.ts", import.meta.url));

/** Runs a program to its end; gives what it has printed, and the milliseconds from its start to its end. */
function run(...args: string[]): { stdout: string; ms: number } {
  const start = performance.now();
  const { stdout, status } = spawnSync(process.execPath, [...ARGUMENTS, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}.`);
  return { stdout, ms };
}

/** What an import adds to a program. */
export interface ImportCost {
  /** The median of the program's time without it, in ms. */
  without: number;
  /** How much longer the program takes with it, as medians, in ms. */
  added: number;
}

/** Small modules that `importing` knows: what a runtime itself takes. */
export const SMALL: Readonly<Record<string, { specifier: string; text: string }>> = {
  "an empty TypeScript module": { specifier: "./empty.ts", text: "" },
  "an empty JavaScript module": { specifier: "./empty.mjs", text: "" },
  // Deno loads what it has of Node when it is first asked for, and there is no other way to its threads' data.
  "a module that gets node:worker_threads": {
    specifier: "./threads.mjs",
    text: 'globalThis.process.getBuiltinModule("node:worker_threads");\n',
  },
};

/**
 * Runs a program that does nothing, and one that imports `specifier` and does nothing else, in turn `times` times. Whole
 * programs are compared: a clock read around `import()` would leave out what Deno does before the first line runs. Both are
 * JavaScript, so that the time Node takes to load its compiler of TypeScript counts where it is needed. Deno compiles a program
 * anew the first time it sees it, which the medians leave out.
 */
export function importing(specifier: string, times: number): ImportCost {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-bench-"));
  try {
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    for (const { specifier, text } of Object.values(SMALL)) write(specifier, text);
    const nothing = write("nothing.mjs", "");
    const imports = write("imports.mjs", `import ${JSON.stringify(specifier)};\n`);
    const took: [number[], number[]] = [[], []];
    for (let i = 0; i < times; i++) {
      took[0].push(run(nothing).ms);
      took[1].push(run(imports).ms);
    }
    const without = median(took[0]);
    return { without, added: median(took[1]) - without };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long things took in a program that had just begun, in ms. */
export interface Beginning {
  /** The first, the second and so on, one after the other, all kept. */
  each: number[];
  /** As many more at once. */
  atOnce: number;
}

/** What fresh_begin.ts can begin. */
export type Begun = "queues" | "processes" | "workers";

/** Begins `count` of `what` in a new program, with the library at `library`. */
export function begin(what: Begun, count: number, library = ""): Beginning {
  return JSON.parse(run(BEGIN, what, String(count), library).stdout) as Beginning;
}
