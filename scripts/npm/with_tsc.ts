/**
 * Builds the npm package with the TypeScript compiler, in the layout that dnt gives it: for networks without JSR.
 * @module
 */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../runtimes.ts";
import { copyDocuments, entries, manifest, OUTPUT } from "./manifest.ts";

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts"], // the latter for AbortSignal and URL, which all runtimes have
  module: ts.ModuleKind.NodeNext,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
  types: [],
  rootDir: ROOT,
  outDir: join(OUTPUT, "esm"),
  declaration: true,
  sourceMap: true,
  inlineSources: true,
  newLine: ts.NewLineKind.LineFeed,
};

/** The compiler leaves `.ts` in the imports of declarations, where a consumer's settings may refuse it. */
function rewriteDeclarations(context: ts.TransformationContext): ts.CustomTransformer {
  const rename = (text: string): string => /^\.\.?\//.test(text) ? text.replace(/\.ts$/, ".js") : text;
  const visit = (node: ts.Node): ts.Node => {
    const { parent } = node;
    const names = ts.isStringLiteral(node) && parent !== undefined &&
      (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) || ts.isLiteralTypeNode(parent));
    if (names) return context.factory.createStringLiteral(rename(node.text));
    return ts.visitEachChild(node, visit, context);
  };
  return {
    transformSourceFile: (file) => ts.visitEachChild(file, visit, context),
    transformBundle: (bundle) => bundle,
  };
}

/**
 * The compiler would have each `import(x)` rewrite what it gets at run time. Only a user's module is imported so, under the
 * name that it has.
 */
function importAsWritten(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const name = "__rewriteRelativeImportExtension";
  const visit = (node: ts.Node): ts.Node => {
    const wrapped = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === name;
    return wrapped ? node.arguments[0] as ts.Expression : ts.visitEachChild(node, visit, context);
  };
  return (file) => {
    const made = ts.visitEachChild(file, visit, context);
    const helpers = ts.getEmitHelpers(made)?.filter((it) => it.name === "typescript:rewriteRelativeImportExtensions") ??
      [];
    for (const helper of helpers) ts.removeEmitHelper(made, helper);
    return made;
  };
}

/** Builds into `npm/`. Throws when the source has type errors. */
export function buildWithTsc(): void {
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(join(OUTPUT, "esm"), { recursive: true });
  const program = ts.createProgram(entries().map(({ source }) => join(ROOT, source)), OPTIONS);
  const { diagnostics } = program.emit(undefined, undefined, undefined, false, {
    after: [importAsWritten],
    afterDeclarations: [rewriteDeclarations],
  });
  const errors = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (errors.length > 0) {
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => ROOT,
      getNewLine: () => "\n",
    };
    throw new Error(`The source does not compile:\n${ts.formatDiagnostics(errors, host)}`);
  }
  writeFileSync(join(OUTPUT, "esm", "package.json"), '{\n  "type": "module"\n}\n');
  writeFileSync(join(OUTPUT, "package.json"), JSON.stringify(manifest(), undefined, 2) + "\n");
  copyDocuments();
}
