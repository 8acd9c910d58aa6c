/**
 * TypeScript to JavaScript that the oldest supported Node runs, one file at a time, with imports mapped on the way.
 * @module
 */

import ts from "typescript";

/** What stands for a specifier in the output. */
export type MapSpecifier = (specifier: string) => string;

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022, // also takes out `using`, which Node 20 and 22 cannot parse
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
  inlineSources: true,
};

/** Relative paths to TypeScript, in imports and in strings such as those of `new URL("./worker.ts", import.meta.url)`. */
function isSibling(text: string): boolean {
  return /^\.\.?\/.*\.ts$/.test(text);
}

function isSpecifier(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  return ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

/**
 * Gives the JavaScript of `text`. `map` is asked for each import and for each string that is a path to a sibling. `name` is
 * what the source map, and so Deno's stacks, calls the file; it ends in `.ts`, since under another ending TypeScript reads
 * the text as JavaScript, and a type argument as two comparisons.
 */
export function toJavaScript(text: string, map: MapSpecifier, name: string): string {
  if (!name.endsWith(".ts")) throw new TypeError(`name must end in .ts; got ${name}`);
  const rewrite = (context: ts.TransformationContext) => (file: ts.SourceFile): ts.SourceFile => {
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isStringLiteralLike(node) && (isSpecifier(node) || isSibling(node.text))) {
        const mapped = map(node.text);
        return mapped === node.text ? node : context.factory.createStringLiteral(mapped);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
  const transformers = { before: [rewrite] };
  return ts.transpileModule(text, { compilerOptions: OPTIONS, fileName: name, transformers }).outputText;
}
