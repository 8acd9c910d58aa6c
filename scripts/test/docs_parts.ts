/**
 * The parts that run what the documents and the docstrings show.
 * @module
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type DocProgram, docPrograms } from "../lib/doc_programs.ts";
import { filesOf, textOf } from "../lib/source.ts";
import { toJavaScript } from "../lib/transpile.ts";
import { binaryOf, ROOT, runArguments, type RuntimeName, SOURCE_RUNTIMES } from "../runtimes.ts";
import { run } from "./command.ts";
import { endedBadly, type Outcome, type Part } from "./part.ts";
import { runTests } from "./runner.ts";

/** Seconds for one program. */
const PROGRAM_BUDGET = 30;

/** Under which names the documents import the library. */
const OWN_NAMES: ReadonlySet<string> = new Set(["isthmus", "@isthmus/isthmus"]);

/** Runs each program in a file of its own in `folder`, whose imports of the library become imports of `library`. */
export async function runDocPrograms(runtime: RuntimeName, folder: string, library: string): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, skipped: 0, failures: [], seconds: 0 };
  const programs = docPrograms();
  for (const [index, program] of programs.entries()) {
    const path = join(folder, `program_${index + 1}.mjs`);
    const map = (name: string): string => OWN_NAMES.has(name) ? library : name;
    writeFileSync(path, toJavaScript(program.code, map, `program_${index + 1}.ts`));
    const args = [...runArguments(runtime), path];
    const result = await run(binaryOf(runtime), args, { budget: PROGRAM_BUDGET, cwd: folder, quiet: true });
    const message = endedBadly(result, PROGRAM_BUDGET) ?? difference(program, result.stdout);
    outcome.seconds += result.seconds;
    if (message === undefined) outcome.passed++;
    else outcome.failures.push({ name: program.name, message: `${message}\n${result.output}` });
    console.log(`${message === undefined ? "✔" : "✖"} ${program.name}`);
  }
  return outcome;
}

function difference(program: DocProgram, printed: string): string | undefined {
  if (program.output === undefined || printed.trimEnd() === program.output.trimEnd()) return undefined;
  return `should have printed\n${program.output}\nbut printed`;
}

function programPart(runtime: RuntimeName): Part {
  return {
    name: `docs programs ${runtime}`,
    budget: 120,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), "isthmus-docs-"));
      try {
        return await runDocPrograms(runtime, folder, pathToFileURL(join(ROOT, "mod.ts")).href);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

/** Source files whose docstrings hold an example. */
function documented(): string[] {
  return filesOf("mod.ts", "core/**/*.ts").filter((file) => /^ \* ```ts$/m.test(textOf(file)));
}

/** The documents' programs on each runtime, and the docstrings' on Deno, whose test runner reads them. */
export function docsParts(): Part[] {
  if (!existsSync(join(ROOT, "mod.ts"))) return [];
  const parts = docPrograms().length > 0 ? SOURCE_RUNTIMES.map(programPart) : [];
  const files = documented();
  if (files.length > 0) {
    const budget = 120;
    const run = (): Promise<Outcome> => runTests({ runtime: "deno", files, budget, cwd: ROOT, flags: ["--doc"] });
    parts.push({ name: "docs docstrings deno", budget, run });
  }
  return parts;
}
