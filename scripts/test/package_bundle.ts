/**
 * What the bundle in the package is for, and what it must not cost: few files, and every name and line as in the source.
 * @module
 */

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "../lib/source.ts";
import { entries, manifest } from "../npm/manifest.ts";
import { binaryOf, runArguments, type RuntimeName } from "../runtimes.ts";
import { run } from "./command.ts";
import { packageProject } from "./package_project.ts";

/**
 * An import takes time by the number of files: there is one for each entry, and one that they share. Declared functions would cost
 * each call that is compiled in a comparison.
 */
export async function checkFiles(): Promise<void> {
  const cwd = join(await packageProject(), "node_modules", manifest().name);
  const files = globSync("**/*.js", { cwd });
  if (files.length !== entries().length + 1) {
    throw new Error(`The package has ${files.length} files: ${files.join(", ")}`);
  }
  const declares = files.filter((file) =>
    /^(export )?(async )?function\b/m.test(readFileSync(join(cwd, file), "utf8"))
  );
  if (declares.length > 0) throw new Error(`Functions are declared, and not constants, in ${declares.join(", ")}`);
  const without = files.filter((file) => globSync(`${file}.map`, { cwd }).length === 0);
  if (without.length > 0) throw new Error(`No source map has ${without.join(", ")}`);
}

/** Runs a program in the project, and gives what it prints. */
async function printed(file: string, program: string, command: readonly string[]): Promise<string> {
  const cwd = await packageProject();
  writeFileSync(join(cwd, file), program.replaceAll("NAME", manifest().name));
  const [binary, ...args] = command as [string, ...string[]];
  const result = await run(binary, [...args, file], { budget: 30, cwd, quiet: true });
  if (result.code !== 0) throw new Error(`${binary}: ended with code ${result.code}\n${result.output}`);
  return result.stdout;
}

/** Prints the exports that have another name than they are exported by. */
const NAMES = `import * as library from "NAME";
const functions = Object.entries(library).filter(([, value]) => typeof value === "function");
if (functions.length === 0) throw new Error("no function is exported");
console.log(functions.filter(([name, value]) => value.name !== name).map(([name, value]) => name + ": " + value.name).join());`;

/** Bundlers rename what has the name of something else; users see the names in what is printed. */
export async function checkNames(runtimes: readonly RuntimeName[]): Promise<void> {
  for (const runtime of runtimes) {
    const wrong = await printed("names.mjs", NAMES, [binaryOf(runtime), ...runArguments(runtime)]);
    if (wrong.trim() !== "") throw new Error(`${runtime}: other names than in the source: ${wrong}`);
  }
}

/** Prints the stack of an error that the library throws. */
const STACK = `import { Queue } from "NAME";
try {
  Queue.attach(5);
} catch (error) {
  console.log(error.stack);
}`;

/** With source maps Node's stack traces name the files of the source, with the lines that these have. */
export async function checkStacks(nodes: readonly string[]): Promise<void> {
  for (const node of nodes) {
    const stack = await printed("stack.mjs", STACK, [node, "--enable-source-maps"]);
    const [, file, line] = /\/esm\/(.*\.ts):(\d+):\d+/.exec(stack) ?? [];
    const text = file === undefined ? undefined : textOf(file).split("\n")[Number(line) - 1];
    if (!text?.includes("throw new TypeError(") || /\.js:/.test(stack)) {
      throw new Error(`${node}: the stack does not lead to where the source throws:\n${stack}`);
    }
  }
}
