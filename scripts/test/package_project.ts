/**
 * Empty projects into which the npm package was installed as a user would, with tests and examples beside it, as JavaScript
 * that imports the package. There are two: one has the package as it is, in the other tests can look inside.
 * @module
 */

import {
  cpSync,
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
import { dirname, join } from "node:path";
import process from "node:process";
import { buildPackage } from "../npm/build.ts";
import { bundle } from "../npm/bundle.ts";
import { manifest, OUTPUT } from "../npm/manifest.ts";
import { ROOT } from "../runtimes.ts";
import { run } from "./command.ts";
import { INSIDE, OUTSIDE, writeTests } from "./package_tests.ts";

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

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-package-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The package where it is installed in a project. */
function installed(project: string): string {
  return join(project, "node_modules", manifest().name);
}

/** What was prepared: the project, and what the compiler made of the source before it was bundled. */
interface Prepared {
  project: string;
  compiled: string;
}

async function prepare(): Promise<Prepared> {
  const [project, compiled] = [temporaryFolder(), temporaryFolder()];
  // Tests must not need JSR; a release sets the variable to test what it publishes.
  await buildPackage(process.env["ISTHMUS_COMPILER"] ?? "tsc", { compiled });
  await npm(["pack", "--pack-destination", project], OUTPUT);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const archive = readdirSync(project).find((name) => name.endsWith(".tgz")) as string;
  // The package has no dependencies, so this needs no network: with one, it would fail here.
  await npm(["install", "--ignore-scripts", "--offline", "--no-audit", "--no-fund", `./${archive}`], project);
  if (!existsSync(installed(project))) throw new Error("npm install left no package behind.");
  linkPackages(project, manifest().name);
  writeTests(project, OUTSIDE);
  return { project, compiled };
}

let prepared: Promise<Prepared> | undefined;

/** The folder of the project with the package as it is; made at the first call, removed when this program ends. */
export async function packageProject(): Promise<string> {
  prepared ??= prepare();
  return (await prepared).project;
}

/** The JavaScript in the package's folder `esm` that is more than imports and exports, without those. */
function codeOf(esm: string): string[] {
  const texts = globSync("**/*.js", { cwd: esm }).sort().map((file) => readFileSync(join(esm, file), "utf8"));
  return texts.map((text) => text.replace(/^(import|export) .*;\n|^\/\/# .*|\n/gm, "")).filter((text) => text !== "");
}

async function openInside(): Promise<string> {
  const { project, compiled } = await (prepared ??= prepare());
  const folder = temporaryFolder();
  cpSync(installed(project), installed(folder), { recursive: true });
  const [closed, open] = [project, folder].map((it) => join(installed(it), "esm")) as [string, string];
  rmSync(open, { recursive: true });
  cpSync(compiled, open, { recursive: true });
  await bundle(open, { inside: true });
  if (codeOf(closed).join("\n") !== codeOf(open).join("\n")) {
    throw new Error("The package that is open inside has other code than the one that is published.");
  }
  linkPackages(folder, manifest().name);
  writeTests(folder, INSIDE);
  return folder;
}

let opened: Promise<string> | undefined;

/** The same, but that each file's exports can be imported from its path; the code is that of the package, as is checked. */
export function openProject(): Promise<string> {
  opened ??= openInside();
  return opened;
}

/** The test files of the project under `tests/<folder>`, relative to it. */
export function packageTestFiles(project: string, folder: string): string[] {
  return globSync(`tests/${folder}/**/*_test.js`, { cwd: project }).sort();
}
