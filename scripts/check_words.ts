/**
 * What no file of the repository may contain: paths of somebody's machine, hosts of package registries, left-over marks.
 * @module
 */

import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type Finding, report, textOf } from "./lib/source.ts";
import { ROOT } from "./runtimes.ts";

/** What is searched for, in which files, and what to do about it. */
interface Rule {
  pattern: RegExp;
  files: RegExp;
  message: string;
}

const ANY = /./;
const CODE = /\.(ts|js|mjs)$/;

const RULES: readonly Rule[] = [
  { pattern: /(?<![\w.~-])\/(work|opt|root|home|Users)\/\w/, files: ANY, message: "a path of one machine" },
  {
    pattern: /\bregistry\.\w+(\.\w+)+|\bnpm\.\w+\.(io|com|org)\b|\bjsr\.\w{2}\b/,
    files: ANY,
    message: "a registry's host",
  },
  { pattern: /\b(issue|session|pull request) #?\d/i, files: ANY, message: "a number that means nothing to a reader" },
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/, files: ANY, message: "a left-over mark; do it, or write what is and why" },
  { pattern: /@ts-(ignore|nocheck|expect-error)/, files: CODE, message: "a type check put off" },
  { pattern: /\b(test|it|describe)\.only\(|\{ only: true/, files: CODE, message: "a test singled out" },
];

/** This file has to write down what it looks for. */
const SELF = "scripts/check_words.ts";

function repositoryFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const { status, stdout } = spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error("git could not list the repository's files. Run the checks in a clone.");
  const isFile = (file: string): boolean => statSync(join(ROOT, file), { throwIfNoEntry: false })?.isFile() === true;
  return stdout.split("\n").filter((file) => file !== "" && file !== SELF && isFile(file));
}

function check(file: string): Finding[] {
  const rules = RULES.filter(({ files }) => files.test(file));
  return textOf(file).split("\n").flatMap((text, index) =>
    rules.flatMap(({ pattern, message }) => {
      const found = pattern.exec(text);
      return found === null ? [] : [{ file, line: index + 1, message: `${message}: ${JSON.stringify(found[0])}` }];
    })
  );
}

const files = repositoryFiles();
report(files.flatMap(check), `the words of ${files.length} files`);
