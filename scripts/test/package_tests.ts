/**
 * The tests and examples as JavaScript that imports the installed package in place of the source.
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { filesOf, importsOf, textOf } from "../lib/source.ts";
import { toJavaScript } from "../lib/transpile.ts";
import { entries, manifest } from "../npm/manifest.ts";

/** Where the tests lie that an installed package must pass, and the files that they start. */
export const OUTSIDE: readonly string[] = ["tests/npm/**/*.ts", "tests/examples/**/*.ts", "examples/**/*.ts"];

/** Those that also count what is left in memory, or look at what is waiting: by what the package shows to nobody. */
export const INSIDE: readonly string[] = ["tests/spec/**/*.ts", "tests/fixtures/**/*.ts"];

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
export function writeTests(folder: string, patterns: readonly string[]): void {
  const { name } = manifest();
  const exported = new Map(entries().map((entry) => [entry.source, posix.join(name, entry.name)]));
  const files = new Set<string>();
  for (const file of filesOf(...patterns)) withImports(file, files);
  for (const file of files) {
    if (file.endsWith(".d.ts")) continue;
    const path = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    const map = (specifier: string): string => {
      if (!/^\.\.?\//.test(specifier)) return specifier;
      const target = posix.join(posix.dirname(file), specifier);
      if (!isPackaged(target)) return specifier.replace(/\.ts$/, ".js");
      // By the path, which `exports` do not hinder. Only the package that is open inside has such a file.
      const inside = posix.join("node_modules", name, "esm", target.replace(/\.ts$/, ".js"));
      return exported.get(target) ?? posix.relative(posix.dirname(file), inside);
    };
    writeFileSync(path, file.endsWith(".ts") ? toJavaScript(textOf(file), map, file) : textOf(file));
  }
}
