/**
 * The parts that run what the documents and the docstrings show, and check its types.
 * @module
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type DocProgram, docPrograms, docstringPrograms } from "../lib/doc_programs.ts";
import { toJavaScript } from "../lib/transpile.ts";
import { binaryOf, ROOT, runArguments, type RuntimeName, SOURCE_RUNTIMES } from "../runtimes.ts";
import { run } from "./command.ts";
import { endedBadly, type Outcome, type Part } from "./part.ts";

/** Seconds for one program. */
const PROGRAM_BUDGET = 30;

/** Seconds for all of them. */
const BUDGET = 180;

/** Under which names the documents import the library. */
const OWN_NAMES: readonly string[] = ["isthmus", "@isthmus/isthmus"];

/** Runs each program in a file of its own in `folder`, whose imports of the library become imports of `library`. */
export async function runDocPrograms(
  runtime: RuntimeName,
  folder: string,
  library: string,
  programs: readonly DocProgram[] = docPrograms(),
): Promise<Outcome> {
  const outcome: Outcome = { passed: 0, skipped: 0, failures: [], seconds: 0 };
  for (const [index, program] of programs.entries()) {
    const path = join(folder, `program_${index + 1}.mjs`);
    const map = (name: string): string => OWN_NAMES.includes(name) ? library : name;
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

function difference({ output }: DocProgram, printed: string): string | undefined {
  if (output === undefined) return undefined;
  const lines = printed.trimEnd().split("\n");
  const expected = output.trimEnd().split("\n");
  const same = expected.length === lines.length && expected.every((line, index) => {
    return line.endsWith("…") ? lines[index]!.startsWith(line.slice(0, -1)) : lines[index] === line;
  });
  return same ? undefined : `should have printed\n${output}\nbut printed`;
}

async function inTemporaryFolder(work: (folder: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-docs-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SOURCE = pathToFileURL(join(ROOT, "mod.ts")).href;

function programPart(name: string, runtime: RuntimeName, programs: DocProgram[]): Part {
  return {
    name: `docs ${name} ${runtime}`,
    budget: BUDGET,
    run: () => inTemporaryFolder((folder) => runDocPrograms(runtime, folder, SOURCE, programs)),
  };
}

/** All programs as they stand there, for the type checker; a message names the file, which names the program. */
async function checkTypes(programs: readonly DocProgram[], folder: string): Promise<Outcome> {
  const imports = Object.fromEntries(OWN_NAMES.map((name) => [name, SOURCE]));
  writeFileSync(join(folder, "deno.json"), JSON.stringify({ imports, compilerOptions: { strict: true } }));
  const files = programs.map(({ name, code }) => {
    const file = `${name.replace(/\W+/g, "_")}.ts`;
    writeFileSync(join(folder, file), code);
    return file;
  });
  const result = await run(binaryOf("deno"), ["check", "--quiet", ...files], {
    budget: BUDGET,
    cwd: folder,
    quiet: true,
  });
  const message = endedBadly(result, BUDGET);
  const failures = message === undefined ? [] : [{ name: "docs types", message: `${message}\n${result.output}` }];
  return { passed: 1 - failures.length, skipped: 0, failures, seconds: result.seconds };
}

/** The documents' programs and the docstrings' on each runtime that runs the source, and the types of all. */
export function docsParts(): Part[] {
  if (!existsSync(join(ROOT, "mod.ts"))) return [];
  const documents = docPrograms();
  const docstrings = docstringPrograms();
  const types = (folder: string): Promise<Outcome> => checkTypes([...documents, ...docstrings], folder);
  return [
    { name: "docs types", budget: BUDGET, run: () => inTemporaryFolder(types) },
    ...SOURCE_RUNTIMES.map((runtime) => programPart("programs", runtime, documents)),
    ...SOURCE_RUNTIMES.map((runtime) => programPart("docstrings", runtime, docstrings)),
  ];
}
