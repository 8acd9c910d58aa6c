/** What importing the library does: nothing that a program would notice. */
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { runProgram } from "../harness/run_program.ts";

/** How much a program has made of what costs memory or holds it open. It has ended by itself. */
async function madeBy(...args: string[]): Promise<Record<string, number>> {
  const { code, stdout, stderr } = await runProgram(new URL("../fixtures/import_program.ts", import.meta.url), ...args);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout) as Record<string, number>;
}

test("importing makes no shared memory, starts no thread and no timer, and waits for nothing", async () => {
  for (const [name, count] of Object.entries(await madeBy())) assertEquals(count, 0, name);
});

test("starting a Process makes shared memory, a thread and a timer, so the counts say something", async () => {
  const { SharedArrayBuffer, Memory, Worker, setInterval, waitAsync } = await madeBy("use");
  assert(SharedArrayBuffer + Memory >= 1 && Worker >= 1 && setInterval + waitAsync >= 1);
});
