/**
 * No file above 300 lines, no function above 70: what is longer holds more than one concept.
 * @module
 */

import ts from "typescript";
import { filesOf, type Finding, lineOf, parse, report, SOURCE_PATTERNS, textOf, walk } from "./lib/source.ts";

const FILE_LINES = 300;
const FUNCTION_LINES = 70;

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node) ||
    ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node) || ts.isAccessor(node);
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (node.name !== undefined) return node.name.getText();
  return ts.isConstructorDeclaration(node) ? "constructor" : "a function without a name";
}

/** The callback of a `describe` groups tests; each test in it is measured by itself. */
function groupsTests(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^(describe|suite)\b/.test(node.parent.expression.getText());
}

function check(file: string): Finding[] {
  const found: Finding[] = [];
  const lines = textOf(file).trimEnd().split("\n").length;
  if (lines > FILE_LINES) found.push({ file, line: 1, message: `has ${lines} lines, at most ${FILE_LINES}` });
  walk(parse(file), (node) => {
    if (!isFunction(node) || node.body === undefined || groupsTests(node)) return;
    const source = node.getSourceFile();
    const count = source.getLineAndCharacterOfPosition(node.end).line + 2 - lineOf(node);
    if (count <= FUNCTION_LINES) return;
    found.push({ file, line: lineOf(node), message: `${nameOf(node)} has ${count} lines, at most ${FUNCTION_LINES}` });
  });
  return found;
}

const files = filesOf("*.ts", ...SOURCE_PATTERNS);
report(files.flatMap(check), `the sizes of ${files.length} files`);
