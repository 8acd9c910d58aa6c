/** What a program needs to be permitted, as the table in docs/runtimes.md says. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../harness/run_program.ts";
import { onDeno, runDeno } from "./run_deno.ts";

const PROGRAM = fileURLToPath(new URL("../fixtures/permission_program.ts", import.meta.url));
const LIBRARY = ["mod.ts", "core", "adapters"].map((name) => fileURLToPath(new URL(`../../${name}`, import.meta.url)));
const NAMED = `--allow-read=${[...LIBRARY, PROGRAM].join(",")}`;

const run = (what: string, ...permissions: string[]): Promise<Outcome> => runDeno(permissions, PROGRAM, what);
const printed = (stdout: string): Outcome => ({ code: 0, stdout, stderr: "" });

if (onDeno) {
  test("within one thread nothing needs a permission", async () => {
    assertEquals(await run("one"), printed("true MainProcess 2\n"));
  });

  test("a Process needs to read the library and the target's module, and nothing else", async () => {
    assertEquals(await run("name", NAMED), printed("Process-1\n"));
  });

  test("its own environment variables and limits need no further permission", async () => {
    assertEquals(await run("variable", NAMED), printed("its own\n"));
    assertEquals(await run("limits", NAMED), printed("Process-1\n"));
  });

  test("a Process may do what its starter may", async () => {
    assertEquals(await run("net", NAMED), printed("prompt\n"));
    assertEquals(await run("net", NAMED, "--allow-net"), printed("granted\n"));
  });

  test("without permission to read the library, start() says which one is missing", async () => {
    for (const permissions of [[], [`--allow-read=${PROGRAM}`], ["--allow-net"]]) {
      const { code, stderr } = await run("name", ...permissions);
      assertEquals(code, 1);
      assertStringIncludes(
        stderr,
        `ProcessError: Deno gives no permission to read ${new URL("../../adapters/boot.ts", import.meta.url)}`,
      );
      assertStringIncludes(stderr, "--allow-read");
    }
  });

  test("with permission to read the entry of threads alone, start() says which one is missing, also where main blocks", async () => {
    const boot = fileURLToPath(new URL("../../adapters/boot.ts", import.meta.url));
    const { code, stderr } = await run("name", `--allow-read=${boot},${PROGRAM}`);
    assertEquals(code, 1);
    assertStringIncludes(
      stderr,
      `ProcessError: Deno gives no permission to read ${new URL("../../core/context.ts", import.meta.url)}`,
    );
  });

  test("without permission to read the target's module, the Process's error says which one is missing", async () => {
    const { code, stderr } = await run("name", `--allow-read=${LIBRARY.join(",")}`);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `Requires read access to "${PROGRAM}", run again with the --allow-read flag`);
  });
} else {
  test("permissions are Deno's alone", () => {});
}
