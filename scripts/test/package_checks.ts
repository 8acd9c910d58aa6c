/**
 * What a package must keep beside behaviour: its exports, `require()`, and bundles.
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import ts from "typescript";
import { entries, manifest, OUTPUT } from "../npm/manifest.ts";
import { ROOT } from "../runtimes.ts";
import { run } from "./command.ts";
import { packageProject } from "./package_project.ts";

/** How an entry of the package is imported: `isthmus`, `isthmus/boot`. */
export function specifierOf(name: string): string {
  return manifest().name + name.slice(".".length);
}

/** The names that a module exports, types among them, as the TypeScript compiler sees them. */
function exportedNames(path: string): string[] {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
  };
  const program = ts.createProgram([path], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (symbol === undefined) throw new Error(`${path} is no module.`);
  return checker.getExportsOfModule(symbol).map(({ name }) => name).sort();
}

function compare(what: string, wanted: readonly string[], found: readonly string[]): void {
  const missing = wanted.filter((name) => !found.includes(name));
  const added = found.filter((name) => !wanted.includes(name));
  if (missing.length + added.length === 0) return;
  throw new Error(`${what}: missing ${missing.join(", ") || "nothing"}; added ${added.join(", ") || "nothing"}.`);
}

/** The built package offers the entries of deno.json, each with the names that its source exports; publint finds nothing. */
export async function checkExports(): Promise<void> {
  await packageProject();
  const { exports } = manifest() as { exports?: Record<string, { types?: string }> };
  compare("entries", [...entries().map(({ name }) => name), "./package.json"], Object.keys(exports ?? {}));
  for (const { name, source } of entries()) {
    const types = exports?.[name]?.types;
    if (types === undefined) throw new Error(`The entry ${name} has no types.`);
    compare(`exports of ${name}`, exportedNames(join(ROOT, source)), exportedNames(join(OUTPUT, types)));
  }
  const { messages } = await publint({ pkgDir: OUTPUT, strict: true });
  const serious = messages.filter(({ type }) => type !== "suggestion");
  if (serious.length > 0) throw new Error(`publint: ${JSON.stringify(serious, undefined, 2)}`);
}

/** A program in CommonJS, whose target is one of its own exports. */
const REQUIRED = `const name = "NAME";
const { isMainThread, Process, Queue } = require(name);
exports.child = (queue) => queue.putSync(isMainThread);
async function main() {
  if (require(name) !== (await import(name))) throw new Error("require() and import() give two copies");
  const queue = new Queue();
  const module = require("node:url").pathToFileURL(__filename);
  const child = new Process({ module, target: "child", args: [queue] }).start();
  if ((await queue.get()) !== false) throw new Error("the target ran in the main thread");
  await child.join();
  if (child.exitCode !== 0) throw child.error ?? new Error("exit code " + child.exitCode);
}
if (isMainThread) main();
`;

/** CommonJS gets the same module by `require()`, on each Node, and its exports can be targets. */
export async function checkRequire(nodes: readonly string[]): Promise<void> {
  const cwd = await packageProject();
  const file = join(cwd, "required.cjs");
  writeFileSync(file, REQUIRED.replace("NAME", manifest().name));
  for (const node of nodes) {
    const result = await run(node, [file], { budget: 30, cwd, quiet: true });
    if (result.code !== 0) throw new Error(`${node}: ended with code ${result.code}\n${result.output}`);
  }
}

/** A program that starts a Process whose target is a bundle of its own. */
const BUNDLED = {
  main: `import { Process, setWorkerEntry } from "NAME";
setWorkerEntry(new URL("./boot.js", import.meta.url));
const child = new Process({ module: new URL("./child.js", import.meta.url), target: "child", args: [7] }).start();
await child.join();
if (child.exitCode !== 0) throw child.error ?? new Error("exit code " + child.exitCode);`,
  child: `import { currentProcess, isMainThread } from "NAME";
export function child(n) { if (n !== 7 || isMainThread || currentProcess().name === "") throw new Error("wrong thread"); }`,
  boot: `import "NAME/boot";`,
};

/** Works in bundles that esbuild makes, each with a copy of the library, when told where the one of `./boot` lies. */
export async function checkBundle(nodes: readonly string[]): Promise<void> {
  const folder = join(await packageProject(), "bundled");
  mkdirSync(folder, { recursive: true });
  const entryPoints = Object.entries(BUNDLED).map(([name, text]) => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, text.replaceAll("NAME", manifest().name));
    return file;
  });
  const outdir = join(folder, "out");
  await build({ entryPoints, outdir, bundle: true, minify: true, format: "esm", platform: "node", logLevel: "silent" });
  for (const node of nodes) {
    const result = await run(node, [join(outdir, "main.js")], { budget: 30, cwd: outdir, quiet: true });
    if (result.code !== 0) throw new Error(`${node}: ended with code ${result.code}\n${result.output}`);
  }
}
