/**
 * The programs in the documents and in the docstrings.
 *
 * In a document a block marked `ts` is a whole program: it is run, and must print what the block marked `output` under it says. One
 * marked `ts ignore` is only shown. In a docstring a block marked `ts` is run too; each line of it that prints says what in a
 * comment, to the end of the line or to a semicolon; `…` at the end stands for anything.
 * @module
 */

import { marked, type Token, type Tokens } from "marked";
import { filesOf, textOf } from "./source.ts";

/** One program of a document or a docstring. */
export interface DocProgram {
  /** Its file and place, such as `README.md, program 2`. */
  name: string;
  code: string;
  /** What it prints. A line that ends in `…` may go on. `undefined`: the document does not say so. */
  output: string | undefined;
}

/** The documents for users and developers. */
export const DOCUMENTS: readonly string[] = filesOf("*.md", "docs/*.md");

function isCode(token: Token | undefined): token is Tokens.Code {
  return token?.type === "code";
}

/** The code blocks of a document, each with the block that follows it at once, if one does. */
export function codeBlocks(file: string): { block: Tokens.Code; next: Tokens.Code | undefined }[] {
  const tokens = marked.lexer(textOf(file)).filter(({ type }) => type !== "space");
  return tokens.flatMap((block, index) => {
    const next = tokens[index + 1];
    return isCode(block) ? [{ block, next: isCode(next) ? next : undefined }] : [];
  });
}

function programsOf(file: string): DocProgram[] {
  return codeBlocks(file).filter(({ block }) => block.lang === "ts").map(({ block, next }, index) => ({
    name: `${file}, program ${index + 1}`,
    code: block.text,
    output: next?.lang === "output" ? next.text : undefined,
  }));
}

/** The programs of the documents. */
export function docPrograms(): DocProgram[] {
  return DOCUMENTS.flatMap(programsOf);
}

/** What the comments of a docstring's program say that it prints. */
function printedBy(code: string, name: string): string {
  const printing = code.split("\n").filter((line) => line.includes("console.log("));
  return printing.map((line) => {
    const said = /\/\/ ([^;]*)/.exec(line.slice(line.indexOf("console.log(")));
    if (said === null) throw new Error(`${name}: ${line.trim()} does not say in a comment what it prints.`);
    return said[1] as string;
  }).join("\n");
}

function docstringsOf(file: string): DocProgram[] {
  const blocks = [...textOf(file).matchAll(/^ *\* ```ts\n((?: *\*.*\n)*?) *\* ```$/gm)];
  return blocks.map(([, text], index) => {
    const name = `${file}, example ${index + 1}`;
    const code = (text as string).replace(/^ *\* ?/gm, "");
    return { name, code, output: printedBy(code, name) };
  });
}

/** The examples of the public docstrings. */
export function docstringPrograms(): DocProgram[] {
  return filesOf("mod.ts", "core/**/*.ts").flatMap(docstringsOf);
}
