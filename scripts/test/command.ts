/**
 * Runs one command with a time budget, shows its output as it comes, and leaves none of its children behind.
 * @module
 */

import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import process from "node:process";
import { ROOT } from "../runtimes.ts";

/** How a command is run. */
export interface CommandOptions {
  /** Seconds after which the command and all its children are killed. */
  budget: number;
  /** Where it runs; by default the repository's top folder. */
  cwd?: string;
  /** Variables added to this process's own. */
  env?: Record<string, string>;
  /** Whether its output appears only when it fails. */
  quiet?: boolean;
}

/** How a command ended. */
export interface CommandResult {
  /** Its exit code; -1 if it was killed or could not be started. */
  code: number;
  timedOut: boolean;
  seconds: number;
  /** What it wrote, both streams as they came. */
  output: string;
  /** What it wrote to its standard output alone. */
  stdout: string;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Runs `file` and resolves when it and its children have ended; never rejects. */
export function run(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const begin = performance.now();
  const colour: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };
  const child = spawn(file, [...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...colour, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own, so that its children can be killed with it
  });
  let output = "";
  let stdout = "";
  const take = (stream: NodeJS.ReadableStream): void => {
    const decoder = new StringDecoder("utf8");
    stream.on("data", (chunk: Uint8Array) => {
      const text = decoder.write(chunk);
      output += text;
      if (stream === child.stdout) stdout += text;
      if (!options.quiet) process.stdout.write(text);
    });
  };
  take(child.stdout);
  take(child.stderr);
  return new Promise((resolve) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) killGroup(child.pid);
    }, options.budget * 1000);
    const end = (code: number): void => {
      clearTimeout(timer);
      if (child.pid !== undefined) killGroup(child.pid); // what it left running would disturb the next part
      if (options.quiet && code !== 0) process.stdout.write(output);
      resolve({ code, timedOut, seconds: (performance.now() - begin) / 1000, output, stdout });
    };
    child.on("error", (error) => {
      output += `${file} could not be started: ${error.message}\n`;
      end(-1);
    });
    // `exit`, not `close`: a child of the command that holds its output open must not hold us.
    child.on("exit", (code) => setImmediate(() => end(code ?? -1)));
  });
}
