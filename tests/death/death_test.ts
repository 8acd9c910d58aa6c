/**
 * Death at every step: a worker is stopped before each atomic operation of each scenario, one after another, and killed
 * there; then the survivors look. Not on Deno, where a stopped thread cannot be killed; the model covers the rest.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { scenarios } from "./scenarios.ts";
import { load, stage } from "./stage.ts";
import type { Staged } from "./stage.ts";
import type { Orders } from "./victim.ts";

const onDeno = "Deno" in globalThis;
const MOST_STEPS = 3000;
/** Beyond the first steps only some are tried, unless all are asked for. */
const THOROUGH = process.env.DEATH_THOROUGH === "1";

/** How many blocks and cells are in use. */
function inUse(core: Staged): { blocks: number; cells: number } {
  const { memory } = core.current.thisThread();
  let blocks = 0;
  for (let block = 18; block < memory.blocks; block++) {
    const owner = memory.words[core.arena.row(block)];
    if (owner !== core.arena.FREE && owner !== core.arena.CELLS) blocks++;
  }
  let cells = 0;
  core.cells.eachCell(memory, () => cells++);
  return { blocks, cells };
}

/** Runs the scenario with a victim that dies before atomic operation `step`. False if it has fewer. */
async function dieAt(core: Staged, folder: string, name: string, step: number): Promise<boolean> {
  const scenario = scenarios[name];
  const thread = core.current.thisThread();
  const before = inUse(core);
  const queue = scenario.prepare(core);
  const control = new Int32Array(new SharedArrayBuffer(4));
  const orders: Orders = { folder, scenario: name, handle: queue.handle, step, control };
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
  assert(core.recovery.recover(thread, id), "somebody else recovered the victim");
  scenario.survive(queue, core);
  // The queue works on, in both directions, for small and large.
  if (!queue.isShutdown) {
    for (const item of ["after", "x".repeat(50_000)]) {
      queue.putSync(item, { timeout: 1000 });
      assertEquals(queue.getSync({ timeout: 1000 }), item);
    }
  }
  queue.close();
  assertEquals(inUse(core), before, "memory was not given back");
  return stopped;
}

if (!onDeno) {
  const folder = stage();
  for (const name of Object.keys(scenarios)) {
    test(`killed at every step: ${name}`, async (t) => {
      const core = await load(folder);
      let step = 1;
      let tried = 0;
      for (; step <= MOST_STEPS; step += THOROUGH || step < 60 ? 1 : 7) {
        tried++;
        let reached: boolean;
        try {
          reached = await dieAt(core, folder, name, step);
        } catch (error) {
          throw new Error(`killed before atomic operation ${step}`, { cause: error });
        }
        if (!reached) break;
      }
      assert(step > 3, "the victim came to no step");
      t.diagnostic?.(`${tried} deaths`);
    });
  }
}
