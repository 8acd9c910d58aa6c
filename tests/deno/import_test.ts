/** What an import costs on Deno beside reading the files. */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { runProgram } from "../harness/run_program.ts";

test("importing asks for nothing of Node's, which takes Deno longer than all the rest", async () => {
  const { code, stdout, stderr } = await runProgram(new URL("../fixtures/deno_import_program.ts", import.meta.url));
  assertEquals([code, stderr], [0, ""]);
  const { imported, used } = JSON.parse(stdout) as { imported: number; used: number };
  assertEquals(imported, 0);
  assert(used > 0, "the first queue does, so the program counts");
});
