import { test } from "node:test";
import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { toJavaScript } from "../../scripts/lib/transpile.ts";

const map = (specifier: string): string => specifier === "../mod.ts" ? "isthmus" : specifier.replace(/\.ts$/, ".js");

test("imports of the source become imports of the package", () => {
  const made = toJavaScript('import { a } from "../mod.ts"; import type { T } from "./t.ts"; a as T;', map, "a.ts");
  assertStringIncludes(made, 'from "isthmus"');
  assertFalse(made.includes("t.js"), "a type import is erased");
});

test("paths of siblings in strings follow, other strings stay", () => {
  const made = toJavaScript('new URL("./worker.ts", import.meta.url); "worker.ts"; import("./x.ts");', map, "a.ts");
  assertStringIncludes(made, '"./worker.js"');
  assertStringIncludes(made, '"worker.ts"');
  assertStringIncludes(made, 'import("./x.js")');
});

test("`using` is taken out, for runtimes that cannot parse it", () => {
  const made = toJavaScript("{ using lock = hold(); }", map, "a.ts");
  assert(!/\busing lock\b/.test(made.replace(/\/\/# sourceMappingURL.*/, "")));
});

test("the source map names the file, as stacks on Deno do", () => {
  const made = toJavaScript("throw 1;", map, "tests/fixtures/targets.ts");
  const [, encoded] = made.split("base64,");
  assertEquals(JSON.parse(atob(encoded)).sources, ["targets.ts"]);
});

test("a name that would have TypeScript read the text as JavaScript is refused", () => {
  assertThrows(() => toJavaScript("new Map<string, number>();", map, "program.mjs"), TypeError, "program.mjs");
});
