/**
 * Death at every step: a worker is stopped before each atomic operation of each scenario, one after another, and killed
 * there; then the survivors look. Not on Deno, where a stopped thread cannot be killed; the model covers the rest.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { census } from "../harness/census.ts";
import { scenarios } from "./scenarios.ts";
import { load, stage } from "./stage.ts";
import type { Staged } from "./stage.ts";
import type { Orders } from "./victim.ts";

const onDeno = "Deno" in globalThis;
const MOST_STEPS = 3000;
/** One step in so many is tried, others in each run; with `DEATH_THOROUGH=1` all are. */
const STRIDE = process.env.DEATH_THOROUGH === "1" ? 1 : 7;

function fail(error: unknown): never {
  throw error;
}

/** Runs the scenario with a victim that dies before atomic operation `step`. False if it has fewer. */
async function dieAt(core: Staged, folder: string, name: string, step: number): Promise<boolean> {
  const scenario = scenarios[name];
  const thread = core.current.thisThread();
  const before = census(thread.memory);
  const subject = scenario.prepare(core);
  const control = new Int32Array(new SharedArrayBuffer(4));
  const orders: Orders = { folder, scenario: name, handle: subject.handle, step, control };
  const victim = new Worker(new URL("./victim.ts", import.meta.url), { workerData: orders });
  const failed = new Promise<never>((_, reject) => victim.on("error", reject));
  failed.catch(() => {});
  const { threadId } = victim;
  const said = Atomics.waitAsync(control, 0, 0);
  if (said.async) await Promise.race([said.value, failed]);
  const stopped = Atomics.load(control, 0) === 1;
  await victim.terminate();
  const id = core.threads.findThread(thread.memory, threadId);
  assert(id !== 0, "the victim took no part");
  assert(core.recovery.recover(thread, id, fail), "somebody else recovered the victim");
  scenario.survive(subject, core);
  subject.close();
  assertEquals(census(thread.memory), before, "something was not given back");
  return stopped;
}

if (!onDeno) {
  const folder = stage();
  for (const name of Object.keys(scenarios)) {
    test(`killed at every step: ${name}`, async (t) => {
      const core = await load(folder);
      let step = 1 + Math.floor(Math.random() * STRIDE);
      let tried = 0;
      for (; step <= MOST_STEPS; step += STRIDE) {
        tried++;
        let reached: boolean;
        try {
          reached = await dieAt(core, folder, name, step);
        } catch (error) {
          throw new Error(`killed before atomic operation ${step}`, { cause: error });
        }
        if (!reached) break;
      }
      assert(step > 3 || STRIDE > 1, "the victim came to no step");
      t.diagnostic?.(`${tried} deaths`);
    });
  }
}
