import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Process } from "../../mod.ts";
import { identity } from "../../core/program.ts";
import * as targets from "../fixtures/process_targets.ts";

/** Requests about no Process, each of which takes the warden some microseconds. */
const MANY = 100_000;

test("a Process whose starter has ended before the warden heard of it starts all the same", () => {
  const words = new Int32Array(new SharedArrayBuffer(16));
  const module = new URL("../fixtures/process_targets.ts", import.meta.url);
  const starter = new Process({ module, target: targets.startAndExit, args: [words] }).start();
  Atomics.wait(words, 0, 0, 20_000);
  // Keeps the warden busy until the starter has left, and with that has given up all that it held.
  for (let i = 0; i < MANY; i++) identity().warden!.postMessage({ op: "kill", place: { cell: 0, generation: 0 } });
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  assert(starter.joinSync({ timeout: 20_000 }));
  assertEquals(starter.exitCode, 0);
  assert(Atomics.wait(words, 0, 1, 20_000) !== "timed-out", "the Process that it started did not come up");
  assertEquals(words[0], 101);
});
