/**
 * The thread that dies: it does what its scenario says, stops before the atomic operation it was told, and says so.
 * @module
 */
import { workerData } from "node:worker_threads";
import { load } from "./stage.ts";
import { scenarios } from "./scenarios.ts";

/** What the victim is started with. */
export interface Orders {
  readonly folder: string;
  readonly scenario: string;
  readonly handle: unknown;
  /** Before which atomic operation to stop; the first is 1. */
  readonly step: number;
  /** One word: 0 on its way, 1 stopped, 2 done without coming to that step. */
  readonly control: Int32Array;
}

const { folder, scenario, handle, step, control } = workerData as Orders;
const core = await load(folder);
const act = scenarios[scenario].victim(core, handle as never);
let left = step;
core.memory.setGate(() => {
  if (--left !== 0) return;
  say(1);
  for (;;) Atomics.wait(control, 0, 1);
});
act();
core.memory.setGate(undefined);
say(2);
for (;;) Atomics.wait(control, 0, 2);

function say(state: number): void {
  Atomics.store(control, 0, state);
  Atomics.notify(control, 0);
}
