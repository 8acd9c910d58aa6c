import { test } from "node:test";
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import ts from "typescript";
import { constantFunctions } from "../../scripts/npm/constant_functions.ts";

function made(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions, transformers: { before: [constantFunctions] } }).outputText;
}

/** What the module exports when it is loaded. */
async function loaded(code: string): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript,${encodeURIComponent(made(code))}`);
}

test("declared functions become constants, of whatever kind", () => {
  const code = made("export function a() {} function* b() {} async function c() {} export async function* d() {}");
  assertNotMatch(code, /^(export )?(async )?function/m);
  for (const constant of ["export const a = function ()", "const b = function* ()", "const c = async function ()"]) {
    assertMatch(code, new RegExp(constant.replace(/[()*]/g, "\\$&")));
  }
  assertMatch(code, /export const d = async function\* \(\)/);
});

test("functions within functions, methods and a default export stay", () => {
  const code = made("export default function a() { function b() {} return b; } class C { d() {} }");
  assertMatch(code, /export default function a\(\)/);
  assertMatch(code, /function b\(\)/);
});

test("what a module does when it is loaded may call functions that stand below", async () => {
  assertEquals((await loaded("export const three = add(1, 2); function add(a, b) { return a + b; }")).three, 3);
});

test("they keep their names", async () => {
  assertEquals(((await loaded("export function named() {}")).named as () => void).name, "named");
});
