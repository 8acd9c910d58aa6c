/**
 * The core names no runtime, and goes to atomics through `core/memory.ts` alone.
 * @module
 */

import ts from "typescript";
import { filesOf, type Finding, lineOf, parse, report, walk } from "./lib/source.ts";

/** Names that belong to a runtime, not to the language. What all runtimes have, such as `setTimeout`, is not among them. */
const RUNTIME_NAMES: ReadonlySet<string> = new Set([
  ...["Deno", "Bun", "process", "Buffer", "require", "module", "__dirname", "__filename", "global"],
  ...["Worker", "self", "window", "document", "navigator", "postMessage", "importScripts", "setImmediate"],
]);

/** The one file that may use `Atomics`. */
const DOOR = "core/memory.ts";

/** Whether an identifier refers to a variable, and is not the name of a member or of something that is declared here. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const named = parent as { name?: ts.Node; propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node;
}

/** Names that the file itself declares, such as a parameter called `module`: they shadow the runtime's. */
function declaredIn(source: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  walk(source, (node) => {
    const { name } = node as { name?: ts.Node };
    const declares = ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isImportSpecifier(node);
    if (declares && name !== undefined && ts.isIdentifier(name)) names.add(name.text);
  });
  return names;
}

function check(file: string): Finding[] {
  const source = parse(file);
  const declared = declaredIn(source);
  const found: Finding[] = [];
  const add = (node: ts.Node, message: string): void => {
    found.push({ file, line: lineOf(node), message });
  };
  walk(source, (node) => {
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      add(node, "uses import.meta; what depends on a file's place belongs in an adapter");
    }
    if (!ts.isIdentifier(node) || !isReference(node)) return;
    if (node.text === "Atomics" && file !== DOOR) add(node, `uses Atomics; import what it needs from ${DOOR}`);
    if (RUNTIME_NAMES.has(node.text) && !declared.has(node.text)) {
      add(node, `names ${node.text}; ask the port in core/runtime.ts instead`);
    }
  });
  return found;
}

const files = filesOf("core/**/*.ts");
report(files.flatMap(check), `${files.length} files of the core`);
