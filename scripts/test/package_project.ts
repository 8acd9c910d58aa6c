/**
 * An empty project into which the npm package was installed as a user would, with the behaviour tests and the examples
 * beside it, as JavaScript that imports the package.
 * @module
 */

import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import process from "node:process";
import { filesOf, importsOf, textOf } from "../lib/source.ts";
import { toJavaScript } from "../lib/transpile.ts";
import { entries, manifest, OUTPUT } from "../npm/manifest.ts";
import { buildWithDnt } from "../npm/with_dnt.ts";
import { buildWithTsc } from "../npm/with_tsc.ts";
import { ROOT } from "../runtimes.ts";
import { run } from "./command.ts";

/** Where the tests lie that an installed package must pass, and the files that they start. */
const TESTS = ["spec", "npm", "examples", "fixtures"].map((folder) => `tests/${folder}/**/*.ts`).concat(
  "examples/**/*.ts",
);

/** Whether the package holds it. */
function isPackaged(file: string): boolean {
  return file === "mod.ts" || file.startsWith("core/") || file.startsWith("adapters/");
}

/** The file and all that it imports by relative paths, but for what the package holds. */
function withImports(file: string, seen: Set<string>): void {
  if (seen.has(file) || isPackaged(file)) return;
  seen.add(file);
  for (const { target } of importsOf(file)) if (target !== undefined) withImports(target, seen);
}

/** Writes the tests as JavaScript under the same paths, with the package in place of the source. */
function writeTests(folder: string): void {
  const { name } = manifest();
  const exported = new Map(entries().map((entry) => [entry.source, posix.join(name, entry.name)]));
  const files = new Set<string>();
  for (const file of filesOf(...TESTS)) withImports(file, files);
  for (const file of files) {
    if (file.endsWith(".d.ts")) continue;
    const path = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    const map = (specifier: string): string => {
      if (!/^\.\.?\//.test(specifier)) return specifier;
      const target = posix.join(posix.dirname(file), specifier);
      if (!isPackaged(target)) return specifier.replace(/\.ts$/, ".js");
      // Tests look into the package where it shows nothing, by paths, which `exports` do not hinder.
      const inside = posix.join("node_modules", name, "esm", target.replace(/\.ts$/, ".js"));
      return exported.get(target) ?? posix.relative(posix.dirname(file), inside);
    };
    writeFileSync(path, file.endsWith(".ts") ? toJavaScript(textOf(file), map, file) : textOf(file));
  }
}

/** Makes the development packages that tests and examples import visible to the project. */
function linkPackages(folder: string, own: string): void {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of Object.keys(devDependencies)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link, "junction");
  }
  // Deno takes only what package.json names.
  const dependencies = Object.fromEntries([own, ...Object.keys(devDependencies)].map((name) => [name, "*"]));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }, undefined, 2),
  );
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  const result = await run("npm", [...args, "--loglevel=error"], { budget: 60, cwd, quiet: true });
  if (result.code !== 0) throw new Error(`npm ${args.join(" ")} ended with code ${result.code}:\n${result.output}`);
}

async function prepare(): Promise<string> {
  // Tests must not need JSR; a release sets the variable to test what it publishes.
  if (process.env["ISTHMUS_COMPILER"] === "dnt") await buildWithDnt();
  else buildWithTsc();
  const folder = mkdtempSync(join(tmpdir(), "isthmus-package-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  await npm(["pack", "--pack-destination", folder], OUTPUT);
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  // The package has no dependencies, so this needs no network: with one, it would fail here.
  await npm(["install", "--ignore-scripts", "--offline", "--no-audit", "--no-fund", `./${archive}`], folder);
  const { name } = manifest();
  if (!existsSync(join(folder, "node_modules", name))) throw new Error("npm install left no package behind.");
  linkPackages(folder, name);
  writeTests(folder);
  return folder;
}

let prepared: Promise<string> | undefined;

/** The project's folder; made at the first call, removed when this program ends. */
export function packageProject(): Promise<string> {
  prepared ??= prepare();
  return prepared;
}

/** The test files of the project under `tests/<folder>`, relative to it. */
export function packageTestFiles(project: string, folder: string): string[] {
  return globSync(`tests/${folder}/**/*_test.js`, { cwd: project }).sort();
}
