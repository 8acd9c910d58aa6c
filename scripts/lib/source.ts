/**
 * The source as the checks see it: parsed by the TypeScript compiler, so that comments and strings are never mistaken for code.
 * @module
 */

import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import process from "node:process";
import ts from "typescript";
import { ROOT } from "../runtimes.ts";

/** What a check found, and where. */
export interface Finding {
  file: string;
  line: number;
  message: string;
}

/** One import of a module, or re-export from it. */
export interface Import {
  /** As written. */
  specifier: string;
  /** The path from the repository's top folder when the specifier is relative, else `undefined`. */
  target: string | undefined;
  /** Whether it is gone at run time. */
  typeOnly: boolean;
  line: number;
}

/** Where the project's TypeScript lies. */
export const SOURCE_PATTERNS: readonly string[] = ["core", "adapters", "scripts", "tests", "examples"]
  .map((folder) => `${folder}/**/*.ts`);

/** The files that match, relative to the repository's top folder, in order. */
export function filesOf(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: ROOT }).sort();
}

/** A file's text. */
export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** A file's syntax tree, with parents set. */
export function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
}

/** The line of a node, from 1. */
export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls `visit` for the node and all below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  const clause = ts.isImportDeclaration(node) ? node.importClause : node;
  if (clause === undefined) return false;
  if (ts.isExportDeclaration(clause)) return clause.isTypeOnly;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  // `import { type A }` keeps the import itself under verbatimModuleSyntax, so it counts.
  return false;
}

/** All that a file imports, `import()` of a literal among it. */
export function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    const target = /^\.\.?\//.test(text) ? posix.join(posix.dirname(file), text) : undefined;
    found.push({ specifier: text, target, typeOnly, line: lineOf(node) });
  };
  walk(parse(file), (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node, node.moduleSpecifier, isTypeOnly(node));
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node, node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal, true);
  });
  return found;
}

/** Prints what a check found and ends the program: with 0 when there was nothing, else with 1. */
export function report(findings: readonly Finding[], checked: string): never {
  for (const { file, line, message } of findings) console.error(`${file}:${line}: ${message}`);
  if (findings.length === 0) console.log(`Nothing to complain of: ${checked}.`);
  process.exit(findings.length === 0 ? 0 : 1);
}
