/** Runs a program on the runtime that runs the test. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a program has left. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Longer than any of these programs takes on a busy machine. Milliseconds. */
const LIMIT = 30_000;

/** Runs the file at `url` with `args` to its end. */
export function runProgram(url: URL, ...args: string[]): Promise<Outcome> {
  const { deno, bun } = process.versions;
  const flags = deno !== undefined ? ["run", "-A", "--no-check"] : bun !== undefined ? [] : ["--no-warnings"];
  return new Promise((resolve) => {
    const all = [...flags, fileURLToPath(url), ...args];
    execFile(process.execPath, all, { timeout: LIMIT, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
