/** The library imported over http, which is how Deno imports it from JSR: by main, and by new threads. */
import { assert, assertEquals } from "@std/assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { onDeno, runDeno } from "./run_deno.ts";
import { serve } from "./serve.ts";

const PROGRAM = "tests/fixtures/remote_program.ts";

if (onDeno) {
  for (const form of ["async", "sync"]) {
    test(`program and library from http, ${form}: no permission but the one to import`, async () => {
      const served = await serve();
      const outcome = await runDeno([`--allow-import=${served.host}`], `http://${served.host}/${PROGRAM}`, form);
      await served.close();
      assertEquals(outcome, { code: 0, stdout: "http: false\n0\n", stderr: "" });
      assert(served.asked.includes("/adapters/boot.ts"));
    });

    test(`a local program with the library from http, ${form}`, async () => {
      const served = await serve();
      const folder = mkdtempSync(join(tmpdir(), "isthmus-http-"));
      const file = join(folder, "program.ts");
      const text = readFileSync(new URL(`../../${PROGRAM}`, import.meta.url), "utf8");
      writeFileSync(file, text.replace("../../mod.ts", `http://${served.host}/mod.ts`));
      const outcome = await runDeno([`--allow-import=${served.host}`, `--allow-read=${file}`], file, form);
      rmSync(folder, { recursive: true });
      await served.close();
      assertEquals(outcome, { code: 0, stdout: "file: false\n0\n", stderr: "" });
    });
  }
} else {
  test("imports from http are Deno's alone", () => {});
}
