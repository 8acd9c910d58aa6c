import test from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Process } from "../../mod.ts";
import * as targets from "../fixtures/process_targets.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);
const words = () => new Int32Array(new SharedArrayBuffer(16));
const isDeno = process.versions.deno !== undefined;
const isBun = process.versions.bun !== undefined;

/** Where a thread's memory cannot be limited. */
const outOfMemory = isBun ? "Bun has no such limit" : false;

/** Blocks until the first word is no longer `value`. */
function awaitChange(shared: Int32Array, value: number): void {
  Atomics.wait(shared, 0, value, 20_000);
  assert(Atomics.load(shared, 0) !== value, "it did not come up");
}

test("exit codes", () => {
  const codeOf = (target: (...args: never[]) => unknown, ...args: unknown[]) => {
    const process = new Process({ module, target, args } as ConstructorParameters<typeof Process>[0]).start();
    assert(process.joinSync({ timeout: 20_000 }));
    assertEquals(process.error, null);
    return process.exitCode;
  };
  assertEquals(codeOf(targets.exitWith, 0), 0);
  assertEquals(codeOf(targets.exitWith, 7), 7);
  assertEquals(codeOf(targets.exitWithoutCode), 0);
  assertEquals(codeOf(targets.setExitCode, 5), 5);
});

test("a target that has returned is at its end: timers that it left are dropped", async () => {
  const shared = words();
  const process = new Process({ module, target: targets.leaveTimer, args: [shared] }).start();
  await process.join();
  assertEquals([process.exitCode, shared[0]], [0, 0]);
});

test("terminate() ends a Process that sleeps, and kill() one that computes, also while this thread is blocked", () => {
  const sleeping = words();
  const one = new Process({ module, target: targets.sleep, args: [sleeping] }).start();
  awaitChange(sleeping, 0);
  one.terminate();
  one.kill();
  assert(one.joinSync({ timeout: 5_000 }));
  assertEquals([one.exitCode, one.isAlive(), one.error], [-15, false, null]);

  // Where terminate() stops no JavaScript, a loop that computes would go on for as long as the program.
  const computing = words();
  const two = new Process({ module, target: isDeno ? targets.waitForWord : targets.compute, args: [computing] })
    .start();
  awaitChange(computing, 0);
  two.kill();
  assert(two.joinSync({ timeout: 5_000 }));
  assertEquals([two.exitCode, two.isAlive()], [-9, false]);
  Atomics.store(computing, 1, 1);
  Atomics.notify(computing, 1);
});

test("a Process that is terminated before it has come up ends like any other", async () => {
  const shared = words();
  const blocked = new Process({ module, target: targets.add, args: [shared, 1] }).start();
  blocked.terminate();
  assert(blocked.joinSync({ timeout: 5_000 }));
  const free = new Process({ module, target: targets.add, args: [shared, 1] }).start();
  free.kill();
  assert(await free.join({ timeout: 5_000 }));
  assertEquals([blocked.exitCode, free.exitCode], [-15, -9]);
});

test("a Process waits for those that it has started; terminate() does not touch them", async () => {
  const shared = words();
  const outer = new Process({ module, target: targets.leaveChild, args: [shared] }).start();
  awaitChange(shared, 0);
  assertEquals(await outer.join({ timeout: 50 }), false);
  Atomics.store(shared, 1, 1);
  Atomics.notify(shared, 1);
  assert(await outer.join({ timeout: 20_000 }));
  assertEquals([outer.exitCode, shared[0]], [0, 101]);

  const again = words();
  const ended = new Process({ module, target: targets.leaveChild, args: [again] }).start();
  awaitChange(again, 0);
  ended.terminate();
  assert(ended.joinSync({ timeout: 5_000 }));
  Atomics.store(again, 1, 1);
  Atomics.notify(again, 1);
  awaitChange(again, 1);
  assertEquals([ended.exitCode, again[0]], [-15, 101]);
});

test("a Process ends its daemons", async () => {
  const shared = words();
  const outer = new Process({ module, target: targets.leaveDaemon, args: [shared] }).start();
  assert(await outer.join({ timeout: 20_000 }));
  assertEquals([outer.exitCode, outer.error], [0, null]);
});

test("whether a Process is a daemon is inherited", async () => {
  const shared = words();
  const daemon = new Process({ module, target: targets.makeChild, args: [shared], daemon: true }).start();
  await daemon.join();
  assertEquals([daemon.daemon, shared[0]], [true, 1]);
});

test(
  "running out of memory is exit code 1, with an error",
  { skip: outOfMemory },
  () => {
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    const process = new Process({
      module,
      target: targets.exhaust,
      runtime: { node: { resourceLimits }, deno: { resourceLimits } },
    }).start();
    assert(process.joinSync({ timeout: 20_000 }));
    assertEquals(process.exitCode, 1);
    assert(process.error !== null);
  },
);
