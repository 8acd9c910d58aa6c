/**
 * The programs in the documents. A block marked `ts` is a whole program: it is run, and when a block marked `output` follows, it
 * must print exactly that. A block marked `ts ignore` is only shown.
 * @module
 */

import { marked, type Token, type Tokens } from "marked";
import { filesOf, textOf } from "./source.ts";

/** One program of a document. */
export interface DocProgram {
  /** Its document and place, such as `README.md, program 2`. */
  name: string;
  code: string;
  /** What it prints, if the document says so. */
  output: string | undefined;
}

function isCode(token: Token | undefined): token is Tokens.Code {
  return token?.type === "code";
}

function programsOf(file: string): DocProgram[] {
  const tokens = marked.lexer(textOf(file)).filter(({ type }) => type !== "space");
  const found: DocProgram[] = [];
  tokens.forEach((token, index) => {
    if (!isCode(token) || token.lang !== "ts") return;
    const next = tokens[index + 1];
    const output = isCode(next) && next.lang === "output" ? next.text : undefined;
    found.push({ name: `${file}, program ${found.length + 1}`, code: token.text, output });
  });
  return found;
}

/** The programs of the README and of the documents in `docs/`. */
export function docPrograms(): DocProgram[] {
  return filesOf("README.md", "docs/*.md").flatMap(programsOf);
}
