/**
 * The parts that test the npm package as a user gets it: packed, installed into an empty project, on every runtime.
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { docPrograms } from "../lib/doc_programs.ts";
import { filesOf } from "../lib/source.ts";
import { manifest } from "../npm/manifest.ts";
import { binaryOf, isInstalled, LEAST_NODE, ROOT, type RuntimeName, RUNTIMES } from "../runtimes.ts";
import { runDocPrograms } from "./docs_parts.ts";
import { checkFiles, checkNames, checkStacks } from "./package_bundle.ts";
import { checkBundle, checkExports, checkRequire } from "./package_checks.ts";
import { openProject, packageProject, packageTestFiles } from "./package_project.ts";
import { checkTypes, checkTypesOfPackage } from "./package_types.ts";
import type { Outcome, Part } from "./part.ts";
import { runTests } from "./runner.ts";

/** A part whose steps count as one test each; a step fails by throwing. */
function stepsPart(name: string, budget: number, steps: Record<string, () => void | Promise<void>>): Part {
  return {
    name,
    budget,
    async run() {
      const begin = performance.now();
      const outcome: Outcome = { passed: 0, skipped: 0, failures: [], seconds: 0 };
      for (const [step, check] of Object.entries(steps)) {
        try {
          await check();
          outcome.passed++;
          console.log(`✔ ${step}`);
        } catch (error) {
          outcome.failures.push({ name: step, message: error instanceof Error ? error.message : String(error) });
          console.log(`✖ ${step}`);
        }
      }
      return { ...outcome, seconds: (performance.now() - begin) / 1000 };
    },
  };
}

function testPart(folder: string, runtime: RuntimeName, budget: number): Part {
  return {
    name: `package ${folder} ${runtime}`,
    budget,
    async run() {
      const cwd = folder === "spec" ? await openProject() : await packageProject();
      return runTests({ runtime, files: packageTestFiles(cwd, folder), budget, cwd });
    },
  };
}

function docsPart(runtime: RuntimeName): Part {
  return {
    name: `package docs ${runtime}`,
    budget: 120,
    async run() {
      return runDocPrograms(runtime, await packageProject(), manifest().name);
    },
  };
}

/** The package's own parts, none while there is no entry to build from. */
export function packageParts(): Part[] {
  if (!existsSync(join(ROOT, "mod.ts")) || !existsSync(join(ROOT, "adapters", "boot.ts"))) return [];
  const nodes = RUNTIMES.filter((name) => name.startsWith("node"));
  const build = stepsPart("package build", 120, {
    "is built, packed and installed": async () => void await packageProject(),
    "exports what the source exports": checkExports,
    "has types for node16, nodenext and bundler": checkTypes,
    "has types in which attw finds nothing": checkTypesOfPackage,
    "holds three files of JavaScript": checkFiles,
    "keeps the names of functions and classes": () => checkNames(RUNTIMES),
    "leads from stack traces to the source": () => checkStacks(nodes.map(binaryOf)),
    "can be required": () => checkRequire(nodes.map(binaryOf)),
    "can be bundled": () => checkBundle(RUNTIMES.filter((name) => name !== "deno").map(binaryOf)),
  });
  const oldest = isInstalled(LEAST_NODE) ? [LEAST_NODE] : [];
  const folders = ["spec", "npm", "examples"].filter((folder) => filesOf(`tests/${folder}/**/*_test.ts`).length > 0);
  return [
    build,
    ...folders.flatMap((folder) => RUNTIMES.map((runtime) => testPart(folder, runtime, 360))),
    ...(docPrograms().length > 0 ? [...oldest, ...RUNTIMES].map(docsPart) : []),
  ];
}
