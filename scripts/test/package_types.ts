/**
 * The types of the package, as consumers with other settings than ours see them.
 * @module
 */

import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { entries } from "../npm/manifest.ts";
import { specifierOf } from "./package_checks.ts";
import { packageProject } from "./package_project.ts";

/** What is as it shall be: one ESM copy, which `require()` loads on Node from 20.19, and no `exports` for node10. */
function isMeant(problem: Problem): boolean {
  if (problem.kind === "CJSResolvesToESM") return true;
  return problem.kind === "NoResolution" && problem.resolutionKind === "node10" && problem.entrypoint !== ".";
}

/** "Are the types wrong?" finds nothing in the packed package but what is meant. */
export async function checkTypesOfPackage(): Promise<void> {
  const folder = await packageProject();
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz")) as string;
  const result = await checkPackage(createPackageFromTarballData(readFileSync(join(folder, archive))));
  if (result.types === false) throw new Error("The package has no types.");
  const problems = result.problems.filter((problem) => !isMeant(problem));
  if (problems.length > 0) throw new Error(`attw: ${JSON.stringify(problems, undefined, 2)}`);
}

/** A way in which a consumer's compiler resolves modules, and the file that is compiled so. */
interface Way {
  file: string;
  module: ts.ModuleKind;
  moduleResolution: ts.ModuleResolutionKind;
}

function ways(): Way[] {
  const { ModuleKind, ModuleResolutionKind } = ts;
  return [
    { file: "consumer.ts", module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 },
    { file: "consumer.ts", module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext },
    { file: "consumer.cts", module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext },
    { file: "consumer.ts", module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler },
  ];
}

/** Imports every entry, and uses what it got. */
function consumer(required: boolean): string {
  const lines = entries().map(({ name }, index) => {
    const specifier = JSON.stringify(specifierOf(name));
    return required ? `import entry${index} = require(${specifier});` : `import * as entry${index} from ${specifier};`;
  });
  const uses = `export const queue: entry0.Queue<string> = new entry0.Queue<string>({ maxsize: 1 });
export const item: Promise<string> = queue.get({ timeout: 1, signal: AbortSignal.timeout(1) });
export const lock: Disposable = new entry0.Lock();`;
  return [...lines, uses, `export type All = [${entries().map((_, index) => `typeof entry${index}`).join(", ")}];`, ""]
    .join("\n");
}

/** The types hold up under each way of resolving modules, without skipLibCheck. */
export async function checkTypes(): Promise<void> {
  const folder = join(await packageProject(), "consumer");
  mkdirSync(folder, { recursive: true });
  for (const { file, module, moduleResolution } of ways()) {
    const path = join(folder, file);
    writeFileSync(path, consumer(file.endsWith(".cts")));
    const program = ts.createProgram([path], {
      ...{ strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, lib: ["lib.esnext.d.ts", "lib.dom.d.ts"] },
      ...{ module, moduleResolution, types: [] },
    });
    const errors = ts.getPreEmitDiagnostics(program);
    if (errors.length === 0) continue;
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => folder,
      getNewLine: () => "\n",
    };
    throw new Error(`${ts.ModuleResolutionKind[moduleResolution]}, ${file}:\n${ts.formatDiagnostics(errors, host)}`);
  }
}
