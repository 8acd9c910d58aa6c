/** How much shared memory a program begins with. */
import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { runProgram } from "../harness/run_program.ts";

const MIB = 1024 * 1024;

test("a program begins with little shared memory where the engine counts it as heap, and gets more as it needs it", async () => {
  const { code, stdout, stderr } = await runProgram(new URL("../fixtures/memory_program.ts", import.meta.url));
  assertEquals([code, stderr], [0, ""]);
  const [first, later, growable] = JSON.parse(stdout) as [number, number, boolean];
  const onBun = process.versions.bun !== undefined;
  // JavaScriptCore is slow to reach the elements of a buffer that grows.
  assertEquals([first, growable], [(onBun ? 8 : 64) * MIB, !onBun]);
  assert(later >= first && later > 8 * MIB && later <= Math.max(first, 16 * MIB), `${later}`);
});
