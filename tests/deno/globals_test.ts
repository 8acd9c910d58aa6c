/** Programs that change the globals by which the library knows its runtime, before or after they import it. */
import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { runProgram } from "../harness/run_program.ts";

const PROGRAM = new URL("../fixtures/changed_globals_program.ts", import.meta.url);

test("with a simulated browser's navigator Deno is still known", async () => {
  assertEquals(await runProgram(PROGRAM, "navigator"), { code: 0, stdout: "deno 200\n", stderr: "" });
});

for (const how of ["deleted", "replaced"]) {
  test(`a process that is ${how} after the import is not missed`, async () => {
    assertEquals(await runProgram(PROGRAM, how), { code: 0, stdout: "deno 200\n", stderr: "" });
  });
}
