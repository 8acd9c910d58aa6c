import test from "node:test";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  activeChildren,
  cpuCount,
  currentProcess,
  isMainThread,
  NotSerializable,
  parentProcess,
  Process,
  ProcessError,
  Queue,
} from "../../mod.ts";
import * as targets from "../fixtures/process_targets.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);
const words = () => new Int32Array(new SharedArrayBuffer(16));

function read(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0))));
}

test("a target given as a function runs with its arguments", async () => {
  const shared = words();
  const process = new Process({ module, target: targets.add, args: [shared, 5] });
  assertEquals(process.exitCode, null);
  assertEquals(process.pid, null);
  assertEquals(process.isAlive(), false);
  assertEquals(process.start(), process);
  assert(process.isAlive());
  assertEquals(process.exitCode, null);
  assertEquals(activeChildren().includes(process as Process), true);
  assertEquals(await process.join(), true);
  assertEquals(shared[0], 5);
  assertEquals(process.exitCode, 0);
  assertEquals(process.error, null);
  assertEquals(process.isAlive(), false);
  assertEquals(activeChildren().includes(process as Process), false);
});

test("start() and then joinSync(): the thread comes up while this one is blocked", () => {
  const shared = words();
  const process = new Process({ module: module.href, target: "add", args: [shared, 3] }).start();
  assertEquals(process.joinSync({ timeout: 20_000 }), true);
  assertEquals(shared[0], 3);
  assertEquals(process.exitCode, 0);
});

test("an export under another name, and the default export, are found by the function", async () => {
  const shared = words();
  const renamed = new Process({ module, target: targets.default, args: [shared] }).start();
  await renamed.join();
  assertEquals(renamed.error, null);
  assertEquals(shared[0], 7);
});

test("join() waits at most its timeout, and rejects with the reason of an abort", async () => {
  const shared = words();
  const process = new Process({ module, target: targets.waitForWord, args: [shared] }).start();
  assertEquals(await process.join({ timeout: 0 }), false);
  assertEquals(await process.join({ timeout: 5 }), false);
  assertEquals(process.joinSync({ timeout: 5 }), false);
  const reason = new Error("enough");
  const error = await assertRejects(() => process.join({ signal: AbortSignal.abort(reason) }));
  assertEquals(error, reason);
  Atomics.store(shared, 1, 1);
  Atomics.notify(shared, 1);
  assertEquals(await process.join(), true);
  assertEquals(await process.join({ timeout: 0 }), true);
  assertEquals(process.joinSync(), true);
});

test("names, numbers and parents", async () => {
  assertEquals(isMainThread, true);
  assertEquals(currentProcess(), { name: "MainProcess", pid: 1 });
  assertEquals(parentProcess(), null);
  assert(cpuCount() >= 1);
  const bytes = new Uint8Array(new SharedArrayBuffer(1000));
  const process = new Process({ module, target: targets.describe, args: [bytes], name: "reader" }).start();
  assertNotEquals(process.pid, null);
  await process.join();
  assertEquals(read(bytes).current, { name: "reader", pid: process.pid });
  assertEquals(read(bytes).parent, { name: "MainProcess", pid: 1 });
  const [one, two] = [0, 0].map(() => new Process({ module, target: targets.describe, args: [bytes] }));
  const number = Number(/^Process-(\d+)$/.exec(one.name)?.[1]);
  assertEquals(two.name, `Process-${number + 1}`);
});

test("a Process starts Processes of its own", async () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(1000));
  const process = new Process({ module, target: targets.describeChild, args: [bytes], name: "outer" }).start();
  await process.join();
  assertEquals(process.error, null);
  assertEquals((read(bytes).current as { name: string }).name, "outer:1");
  assertEquals(read(bytes).parent, { name: "outer", pid: process.pid });
});

test("environment variables are copied, or given", async () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(1000));
  const env = { ISTHMUS_TEST: "given" };
  const process = new Process({ module, target: targets.describe, args: [bytes], runtime: { env } }).start();
  await process.join();
  assertEquals(read(bytes).variable, "given");
});

test("a Process is started once, joined after its start, and closed after its end", async () => {
  const process = new Process({ module, target: targets.add, args: [words(), 1] });
  await assertRejects(() => process.join(), ProcessError, "not started");
  assertThrows(() => process.joinSync(), ProcessError, "not started");
  assertThrows(() => process.terminate(), ProcessError, "not started");
  assertThrows(() => process.kill(), ProcessError, "not started");
  process.start();
  assertThrows(() => process.start(), ProcessError, "started already");
  assertThrows(() => process.close(), ProcessError, "is alive");
  await process.join();
  process.terminate();
  assertEquals(process.exitCode, 0);
  process.close();
  process.close();
  assertThrows(() => process.exitCode, ProcessError, "was closed");
  assertThrows(() => process.start(), ProcessError, "was closed");
  assertEquals(process.name.length > 0, true);
  const unstarted = new Process({ module, target: targets.add, args: [words(), 1] });
  unstarted.close();
});

test("disposing of a Process joins it", async () => {
  const shared = words();
  const process = new Process({ module, target: targets.add, args: [shared, 2] }).start();
  await process[Symbol.asyncDispose]();
  assertEquals(shared[0], 2);
  assertThrows(() => process.isAlive(), ProcessError, "was closed");
});

test("a shared object that another argument closes is refused, and what comes in its place is unharmed", () => {
  const outer = new Queue<Queue>();
  const given = new Queue();
  const closes = {
    get x() {
      given.close();
      return 1;
    },
  };
  const process = new Process({ module, target: "add", args: [given, closes] });
  assertThrows(() => process.start(), NotSerializable, "closed while");
  const inner = new Queue();
  inner.putNowait("safe");
  outer.putNowait(inner);
  inner.close();
  assertEquals(outer.getNowait().getNowait(), "safe");
});

test("an argument that cannot travel is refused by start(), which changes nothing", () => {
  const target = "add";
  const process = new Process({ module, target, args: [{ deep: [() => {}] }] });
  assertThrows(() => process.start(), NotSerializable, "args[0].deep[0]");
  assertEquals(process.pid, null);
  assertEquals(process.isAlive(), false);
});

test("large binary arguments arrive whole, also those of a class of the user's", async () => {
  class Sliced extends Uint8Array {
    override slice(): Uint8Array<ArrayBuffer> {
      return new Uint8Array(1);
    }
  }
  const shared = words();
  const args = [shared, 7, new Sliced(100_000).fill(7), new Uint8Array(50_000).fill(7)] as const;
  const process = new Process({ module, target: "checkBytes", args: [...args] }).start();
  await process.join();
  assertEquals([process.error, ...shared.subarray(0, 3)], [null, 2, 7, 7]);
});

test("binary arguments that a getter among them resizes are refused, though they are as long as before together", () => {
  type Resizable = ArrayBuffer & { resize(size: number): void };
  const Class = ArrayBuffer as never as new (size: number, options: object) => Resizable;
  const [one, other] = [0, 1].map(() => new Class(100_000, { maxByteLength: 400_000 }));
  const between = {
    get size(): number {
      one.resize(20_000);
      other.resize(180_000);
      return 0;
    },
  };
  const args = [words(), 7, new Uint8Array(one), new Uint8Array(other), between];
  const process = new Process({ module, target: "checkBytes", args });
  assertThrows(() => process.start(), NotSerializable, "args holds binary data that was resized");
  assertEquals(process.isAlive(), false);
});
