/** Runs programs with the permissions that a test gives them, and no others. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Outcome } from "../harness/run_program.ts";

/** Whether this is Deno; the tests here are about nothing else. */
export const onDeno: boolean = process.versions.deno !== undefined;

/** Longer than any of these programs takes on a busy machine. Milliseconds. */
const LIMIT = 60_000;

/** Runs `program`, a path or URL, with an empty cache, so that what it imports from afar is really fetched. */
export function runDeno(permissions: readonly string[], program: string, ...args: string[]): Promise<Outcome> {
  const cache = mkdtempSync(join(tmpdir(), "isthmus-deno-"));
  // Deno's node:child_process adds `-A` for a Deno that is given no permission flag at all.
  const flags = [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-check",
    "--no-lock",
    "--no-config",
    "--deny-ffi",
    ...permissions,
  ];
  const options = { timeout: LIMIT, cwd: cache, env: { ...process.env, DENO_DIR: cache, NO_COLOR: "1" } };
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, program, ...args], options, (error, stdout, stderr) => {
      rmSync(cache, { recursive: true, force: true });
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
