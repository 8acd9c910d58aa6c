import test from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Barrier,
  type Connection,
  ConnectionClosed,
  Event,
  Lock,
  NotSerializable,
  Pipe,
  Process,
  Queue,
} from "../../mod.ts";
import { answer, flood, putOne } from "../fixtures/process_death_targets.ts";
import { until } from "./queue_helper.ts";
import { kill, sleepers, start } from "./sync_helper.ts";

const module = new URL("../fixtures/process_death_targets.ts", import.meta.url);

test("arguments may hold queues at any depth, and hold them open on their way", () => {
  using results = new Queue<unknown>();
  const sent = Queue.attach<unknown>(results.handle);
  const args: [Parameters<typeof answer>[0]] = [{ queues: new Map([["results", sent]]), again: [sent] }];
  const process = new Process({ module, target: answer, args }).start();
  sent.close();
  assertEquals(results.getSync({ timeout: 20_000 }), { same: true, from: "deep" });
  assert(process.joinSync({ timeout: 20_000 }));
  assertEquals(process.error, null);
});

test("what a Process was passed is let go of when it ends, also before it came up", () => {
  for (const early of [true, false]) {
    const [here, there] = Pipe<unknown>();
    const process = new Process({ module, target: "ignore", args: [there] }).start();
    there.close();
    if (early) process.terminate();
    assert(process.joinSync({ timeout: 20_000 }));
    assertThrows(() => (here as Connection<unknown, unknown>).recvSync({ timeout: 10_000 }), ConnectionClosed);
    here.close();
  }
});

test("a Process cannot be put or passed: it stays with the thread that made it", () => {
  using queue = new Queue<unknown>();
  const process = new Process({ module, target: putOne, args: [queue, 1] });
  assertThrows(() => queue.putNowait({ process }), NotSerializable, "item.process is a Process");
});

test("a main that is blocked goes on after a Process was killed with a lock in its hand", () => {
  for (let round = 0; round < 12; round++) {
    using shared = new Queue<unknown>();
    const victims = [1, 2].map(() => new Process({ module, target: flood, args: [shared] }).start());
    for (let item = 0; item < 50 * round; item++) shared.getSync({ timeout: 20_000 });
    for (const victim of victims) victim.terminate();
    const survivor = new Process({ module, target: putOne, args: [shared, "last"] }).start();
    for (const victim of victims) {
      assert(victim.joinSync({ timeout: 20_000 }));
      assertEquals(victim.exitCode, -15);
    }
    while (shared.getSync({ timeout: 20_000 }) !== "last");
    assert(survivor.joinSync({ timeout: 20_000 }));
    assertEquals(survivor.exitCode, 0);
  }
});

test("a death takes nothing from a thread that merely stalls", async () => {
  using lock = new Lock();
  using barrier = new Barrier(3);
  using results = new Queue<unknown>();
  using event = new Event();
  const word = new Int32Array(new SharedArrayBuffer(4));
  // It says nothing and looks at nothing, as one that a debugger has stopped.
  const staller = start("acquireAndStall", lock, barrier, results, word);
  assertEquals(results.getSync({ timeout: 20_000 }), true);
  const victims = [1, 2].map(() => start("waitEvent", event, results));
  await until(() => sleepers(event) === 2);
  for (const victim of victims) await kill(victim);
  assertEquals([lock.locked(), lock.abandoned, lock.acquireSync({ timeout: 1 })], [true, false, false]);
  assertEquals([barrier.nWaiting, barrier.broken], [1, false]);
  Atomics.store(word, 0, 1);
  Atomics.notify(word, 0);
  assert(await staller.join({ timeout: 20_000 }));
});
