/**
 * `deno task docs [FOLDER]`: the reference as HTML, from the docstrings, in `docs/reference` unless FOLDER says otherwise.
 *
 * `deno doc` makes it. Afterwards the name of the package is put where it shows how to import, links are made of the names of
 * methods, and what should not have come about is complained of: an export without a page, or a page of what is nobody else's business.
 * @module
 */

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { filesOf, textOf } from "./lib/source.ts";
import { binaryOf, ROOT } from "./runtimes.ts";

const NAME: string = JSON.parse(textOf("deno.json")).name;
const folder = resolve(process.env["INIT_CWD"] ?? process.cwd(), process.argv[2] ?? join(ROOT, "docs", "reference"));
const pages = join(folder, "~");

function build(): void {
  rmSync(folder, { recursive: true, force: true });
  const entries = ["mod.ts", "adapters/boot.ts"];
  const args = ["doc", "--quiet", "--html", "--name=Isthmus", `--output=${folder}`, ...entries];
  const { status } = spawnSync(binaryOf("deno"), args, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/** The page of a method, from the name that docstrings give it: `Queue.put` stands in `Queue.prototype.put.html`. */
function linked(code: string, type: string, member: string, from: string): string {
  const page = `${type}.prototype.${member}.html`;
  return existsSync(join(pages, page)) ? `<a href="${relative(dirname(from), join(pages, page))}">${code}</a>` : code;
}

function mend(path: string): void {
  const text = readFileSync(path, "utf8");
  const mended = text
    .replaceAll("from &quot;.&quot;", `from &quot;${NAME}&quot;`)
    .replaceAll("from &quot;boot&quot;", `from &quot;${NAME}/boot&quot;`)
    .replace(/(?<!">)<code>([A-Z]\w+)\.(\w+)<\/code>/g, (code, type, member) => linked(code, type, member, path));
  if (mended !== text) writeFileSync(path, mended);
}

/** What is wrong with the pages. */
async function complaints(): Promise<string[]> {
  const exported = Object.keys(await import(pathToFileURL(join(ROOT, "mod.ts")).href));
  const missing = exported.filter((name) => !existsSync(join(pages, `${name}.html`)));
  const inner = readdirSync(pages).filter((page) => page.includes("[") && !page.includes("[Symbol."));
  // With that tag deno doc hides nothing; it is `@ignore` that does.
  const shown = filesOf("core/**/*.ts").filter((file) => textOf(file).includes("@internal"));
  return [
    ...missing.map((name) => `${name} is exported and has no page`),
    ...inner.map((page) => `${page} is not for users: mark it @ignore`),
    ...shown.map((file) => `${file} says @internal, which hides nothing: mark it @ignore`),
  ];
}

build();
for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  if (entry.endsWith(".html")) mend(join(folder, entry));
}
const found = await complaints();
for (const complaint of found) console.error(complaint);
if (found.length > 0) process.exit(1);
console.log(`Open ${join(folder, "index.html")}`);
