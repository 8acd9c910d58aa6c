/**
 * The parts that look at the source without running it: format, lint, types, and the project's own rules.
 * @module
 */

import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { binaryOf, ROOT } from "../runtimes.ts";
import { commandPart, type Part } from "./part.ts";

const FOLDERS = ["core", "adapters", "examples", "scripts", "tests"];

function typescriptFiles(): string[] {
  return globSync(["*.ts", ...FOLDERS.map((folder) => `${folder}/**/*.ts`)], { cwd: ROOT }).sort();
}

/** The project's own rules, `scripts/check_<name>.ts`. */
function ownChecks(deno: string): Part[] {
  return globSync("scripts/check_*.ts", { cwd: ROOT }).sort().map((file) => {
    const name = file.slice(file.indexOf("check_") + "check_".length, -".ts".length).replaceAll("_", " ");
    return commandPart(`checks ${name}`, 180, [deno, "run", "-A", "--no-check", file]);
  });
}

/** Every check as one part, which counts as one test. */
export function checkParts(): Part[] {
  const deno = binaryOf("deno");
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const entries = ["mod.ts", "adapters/boot.ts"].filter((file) => existsSync(join(ROOT, file)));
  return [
    commandPart("checks format", 60, [deno, "fmt", "--check"]),
    commandPart("checks lint", 60, [deno, "lint"]),
    commandPart("checks types deno", 120, [deno, "check", ...typescriptFiles()]),
    commandPart("checks types tsc", 120, [binaryOf("node24"), tsc, "--project", "tsconfig.json"]),
    ...(entries.length === 0 ? [] : [
      commandPart("checks doc lint", 60, [deno, "doc", "--lint", ...entries]),
      commandPart("checks reference", 60, [deno, "run", "-A", "--no-check", "scripts/docs.ts"]),
      commandPart("checks publish", 60, [deno, "publish", "--dry-run", "--allow-dirty"]),
    ]),
    ...ownChecks(deno),
  ];
}
