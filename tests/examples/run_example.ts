/**
 * Runs a program of `examples/` as a user would, on the runtime that runs this test.
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** How a program ended and what it printed. */
export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

// In the tests of the package the examples are JavaScript, as this file is then.
const suffix = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const arguments_ = "deno" in process.versions ? ["run", "-A", "--no-check"] : [];

/** The arguments that make this runtime, `process.execPath`, run `examples/<name>` with `args`. */
export function exampleCommand(name: string, args: readonly string[] = []): string[] {
  return [...arguments_, fileURLToPath(new URL(`../../examples/${name}${suffix}`, import.meta.url)), ...args];
}

/** Runs a command to its end, at most a minute. */
export function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(command, args, { env: { ...process.env, NO_COLOR: "1", ...env }, timeout: 60_000 });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => ran.stdout += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => ran.stderr += text);
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ran, code }));
  });
}

/** Runs `examples/<name>` to its end. */
export function runExample(name: string, args: readonly string[] = []): Promise<Ran> {
  return run(process.execPath, exampleCommand(name, args));
}
