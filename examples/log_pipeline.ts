/**
 * A log that keeps its last line: the program that hangs is killed by a watchdog, and what it said last is still in the queue,
 * for a writer that starts only then.
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, Process, Queue, QueueEmpty } from "../mod.ts";

/** A program that logs, shows that it is alive, and hangs in its last step. */
export function program(log: Queue<string>, alive: Queue<number>): void {
  const never = new Queue();
  for (const [step, text] of ["reading the settings", "opening the door", "waiting for an answer"].entries()) {
    log.putSync(`step ${step + 1}: ${text}`);
    alive.putSync(step);
  }
  never.getSync();
}

/** Writes all there is to a file. */
export function writer(log: Queue<string>, file: string): void {
  for (const line of log.iterateSync()) appendFileSync(file, `${line}\n`);
}

/** Waits until `alive` has been silent for a while. */
async function untilSilent(alive: Queue<number>): Promise<void> {
  try {
    await alive.get(); // the thread is up
    while (true) await alive.get({ timeout: 2000 });
  } catch (error) {
    if (!QueueEmpty.is(error)) throw error;
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "log-pipeline-"));
  const file = join(folder, "program.log");
  const log = new Queue<string>();
  const alive = new Queue<number>();

  const hanging = new Process({ module: import.meta.url, target: program, args: [log, alive] }).start();
  await untilSilent(alive);
  hanging.kill();
  await hanging.join();
  console.log(`killed: exit code ${hanging.exitCode}, ${log.qsize()} lines not yet written`);

  log.shutdown(); // no more lines: the writer ends when it has written those that are there
  await new Process({ module: import.meta.url, target: writer, args: [log, file] }).start().join();
  console.log(readFileSync(file, "utf8").trimEnd());
  rmSync(folder, { recursive: true });
}

if (isMainThread) await main();
