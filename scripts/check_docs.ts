/**
 * The documents agree with the source: the table of errors has every code and no other, what they construct is exported, every
 * example is listed, their links lead somewhere, and no program in them goes without being run and compared.
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { codeBlocks, DOCUMENTS } from "./lib/doc_programs.ts";
import { filesOf, type Finding, report, textOf } from "./lib/source.ts";
import { ROOT } from "./runtimes.ts";

const TABLE = "docs/troubleshooting.md";
const INDEX = "docs/README.md";

/** What `pattern`'s first group matches in `file`, with the line where it does. Code blocks count only with `inCode`. */
function matches(file: string, pattern: RegExp, inCode: boolean): { text: string; line: number }[] {
  let fenced = false;
  return textOf(file).split("\n").flatMap((line, index) => {
    if (line.startsWith("```")) fenced = !fenced;
    if (fenced && !inCode) return [];
    return [...line.matchAll(pattern)].map((match) => ({ text: match[1] as string, line: index + 1 }));
  });
}

/** The codes that the source throws. One that ends in `_` is a prefix. */
function thrownCodes(): Set<string> {
  const files = filesOf("core/**/*.ts", "adapters/*.ts");
  return new Set(files.flatMap((file) => matches(file, /"(ISTHMUS_\w*[A-Z])"/g, true).map(({ text }) => text)));
}

function checkCodes(): Finding[] {
  const thrown = thrownCodes();
  const listed = matches(TABLE, /^\| `(ISTHMUS_\w+)`/g, false);
  const missing = [...thrown].filter((code) => !listed.some(({ text }) => text === code));
  return [
    ...missing.map((code) => ({ file: TABLE, line: 1, message: `lacks ${code}, which the source throws` })),
    ...listed.filter(({ text }) => !thrown.has(text))
      .map(({ text, line }) => ({ file: TABLE, line, message: `has ${text}, which nothing throws` })),
  ];
}

function checkNames(exported: Record<string, unknown>): Finding[] {
  return DOCUMENTS.flatMap((file) =>
    matches(file, /\bnew ([A-Z]\w+)\b/g, false)
      .filter(({ text }) => !(text in exported) && !(text in globalThis))
      .map(({ text, line }) => ({ file, line, message: `makes a ${text}, which is not exported` }))
  );
}

/** Every example stands in the index. */
function checkExamples(): Finding[] {
  const listed = new Set(matches(INDEX, /\(\.\.\/(examples\/[^)]+)\)/g, false).map(({ text }) => text));
  return filesOf("examples/*.ts").filter((file) => !listed.has(file))
    .map((file) => ({ file: INDEX, line: 1, message: `lacks ${file}` }));
}

/** The anchors that a document's headings make, as code hosts form them. */
function anchorsOf(file: string): Set<string> {
  const headings = matches(file, /^#+ (.+)$/g, false);
  return new Set(headings.map(({ text }) => text.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")));
}

function leadsNowhere(file: string, link: string): boolean {
  const [path, anchor] = link.split("#") as [string, string | undefined];
  const target = path === "" ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, target))) return true;
  return anchor !== undefined && !anchorsOf(target).has(anchor);
}

function checkLinks(): Finding[] {
  return DOCUMENTS.flatMap((file) =>
    matches(file, /\]\(([^)\s]+)\)/g, false)
      .filter(({ text }) => !/^[a-z]+:/.test(text) && leadsNowhere(file, text))
      .map(({ text, line }) => ({ file, line, message: `links to ${text}, which does not exist` }))
  );
}

/** Blocks that are only shown, by document: programs of other libraries, and what needs a bundler. */
const SHOWN: Readonly<Record<string, number>> = { "docs/from_postmessage.md": 2, "docs/runtimes.md": 1 };

/** Every block says what it is; every program is followed by its output, and none but those above is only shown. */
function checkBlocks(file: string): Finding[] {
  const blocks = codeBlocks(file);
  const found: Finding[] = [];
  const add = (text: string, message: string): void => {
    const line = textOf(file).split("\n").indexOf(text.split("\n")[0]!) + 1;
    found.push({ file, line, message });
  };
  const outputs = blocks.map(({ next }) => next);
  for (const { block, next } of blocks) {
    if (block.lang === "ts" && next?.lang !== "output") {
      add(block.text, "is a program without an output block under it");
    }
    if (block.lang === "output" && !outputs.includes(block)) add(block.text, "is the output of no program");
    if (!["ts", "ts ignore", "output", "sh", "text"].includes(block.lang ?? "")) {
      add(block.text, `is a block of ${block.lang || "nothing"}; known are ts, ts ignore, output, sh and text`);
    }
  }
  const fences = [...textOf(file).matchAll(/^\s*```/gm)].length;
  if (fences !== 2 * blocks.length) {
    found.push({ file, line: 1, message: "has a block in a list, where none is looked for" });
  }
  const shown = blocks.filter(({ block }) => block.lang === "ts ignore").length;
  if (shown !== (SHOWN[file] ?? 0)) {
    found.push({ file, line: 1, message: `has ${shown} programs that are only shown, not ${SHOWN[file] ?? 0}` });
  }
  return found;
}

const exported = await import("../mod.ts");
report(
  [...checkCodes(), ...checkNames(exported), ...checkExamples(), ...checkLinks(), ...DOCUMENTS.flatMap(checkBlocks)],
  `${DOCUMENTS.length} documents`,
);
