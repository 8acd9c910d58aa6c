/** What the options and arguments of a Process do, and what is left of it when it has ended. */
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { processRuntime } from "../../core/program.ts";
import { currentProcess, Process, ProcessError, Queue, setWorkerEntry, watch } from "../../mod.ts";
import * as targets from "../fixtures/process_options_targets.ts";
import { thrown, turns } from "./queue_helper.ts";

const module = new URL("../fixtures/process_options_targets.ts", import.meta.url);
const isDeno = "Deno" in globalThis;
const isBun = "Bun" in globalThis;

interface Description {
  isMainThread: boolean;
  pid: number;
  execArgv: string[];
}

/** Runs a Process to its end, which is to be a good one. */
function run(process: Process<never[]> | Process): void {
  process.start();
  assert(process.joinSync({ timeout: 20_000 }), "it hangs");
  if (process.error !== null) throw process.error;
}

test("isMainThread is false in a Process; pids are unique in the program, and not the system's", () => {
  using results = new Queue<Description>();
  const processes = [0, 1].map(() => new Process({ module, target: targets.describeTwo, args: [results] }));
  for (const process of processes) run(process);
  const found = results.getManySync(9);
  assertEquals(found.map((one) => one.isMainThread), [false, false, false, false]);
  const pids = [currentProcess().pid, ...found.map((one) => one.pid)];
  assertEquals(new Set(pids).size, 5);
  assertEquals([found[0].pid, found[2].pid], processes.map((process) => process.pid));
  assert(pids.every((pid) => pid > 0 && pid < 10_000));
});

test("each runtime reads its own part of the options", () => {
  using results = new Queue<Description>();
  const resourceLimits = { maxOldGenerationSizeMb: 200 };
  const runtime = {
    node: { execArgv: ["--no-warnings"], resourceLimits },
    deno: { resourceLimits },
    bun: { smol: true },
  };
  run(new Process({ module, target: targets.describe, args: [results], runtime }));
  const { execArgv } = results.getSync();
  if (!isDeno && !isBun) assertEquals(execArgv, ["--no-warnings"]);
});

test("two exports whose functions have one name: the string says which", () => {
  const process = new Process({ module, target: targets.one }).start();
  assert(process.joinSync({ timeout: 20_000 }));
  assertEquals(process.exitCode, 1);
  assertStringIncludes(process.error!.message, "several functions");
  run(new Process({ module, target: "two" }));
});

test("SharedArrayBuffers in arguments, and views on them, are the same memory there", () => {
  using results = new Queue<unknown[]>();
  const buffer = new SharedArrayBuffer(64);
  const view = new Int32Array(buffer, 16, 4);
  view[0] = 5;
  const more = { list: new Map([["view", new DataView(buffer, 3)]]) };
  run(new Process({ module, target: targets.share, args: [results, buffer, view, more] }));
  assertEquals([results.getSync(), view[0]], [[true, true, 4, 3, 5], 7]);
});

test("args are taken when the Process is made, and copied when it starts", () => {
  using results = new Queue<unknown>();
  const args = [results];
  const process = new Process({ module, target: "describe", args });
  args.length = 0;
  run(process);
  assertEquals(results.qsize(), 1);
});

test("whatever is thrown, error is an Error", () => {
  for (const [target, text] of [[targets.throwNull, "null"], [targets.rejectUndefined, "undefined"]] as const) {
    const process = new Process({ module, target }).start();
    assert(process.joinSync({ timeout: 20_000 }));
    assertEquals(process.exitCode, 1);
    assert(process.error instanceof Error);
    assertStringIncludes(process.error.message, text);
    assertEquals(process.error.cause, target === targets.throwNull ? null : undefined);
  }
});

test("an error that is its own cause is kept and printed like any other", () => {
  const process = new Process({ module, target: targets.throwCircle }).start();
  assert(process.joinSync({ timeout: 20_000 }));
  assertEquals([process.exitCode, process.error?.name, process.error?.message], [1, "RangeError", "in a circle"]);
});

test("exitCode is what process.exit was given, the same on every runtime", () => {
  for (const code of [0, 7, 255, 256, 1000, -1, -100]) {
    const process = new Process({ module, target: targets.exitWith, args: [code] }).start();
    assert(process.joinSync({ timeout: 20_000 }));
    assertEquals([process.exitCode, process.error], [code, null]);
  }
});

test("what an argument's getter does while start() copies it: a second start, a close, an error", () => {
  using results = new Queue<unknown>();
  const errors: unknown[] = [];
  let times = 0;
  const getter = {
    get x() {
      if (++times === 1) throw new Error("mine");
      for (const act of [() => process.start(), () => process.close()]) errors.push(thrown(act));
      return 1;
    },
  };
  const process: Process = new Process({ module, target: "describe", args: [results, getter] });
  assertThrows(() => process.start(), Error, "mine");
  assertEquals([process.pid, process.isAlive()], [null, false]);
  process.start();
  assert(process.joinSync({ timeout: 20_000 }));
  const codes = errors.map((error) => (error as ProcessError).code);
  assertEquals(codes, ["ISTHMUS_PROCESS_STARTED", "ISTHMUS_PROCESS_ALIVE"]);
  assertEquals([process.exitCode, results.qsize()], [0, 1]);
});

for (const end of ["terminate", "kill"] as const) {
  test(`after ${end}() and join nothing that it does takes effect any more`, async () => {
    using queue = new Queue<number>();
    const words = new Int32Array(new SharedArrayBuffer(4));
    const process = new Process({ module, target: targets.busy, args: [queue, words] }).start();
    queue.getSync({ timeout: 20_000 });
    process[end]();
    assert(process.joinSync({ timeout: 20_000 }));
    // On Deno the operation under way may still land.
    if (isDeno) await turns(50);
    const [size, word] = [queue.qsize(), words[0]];
    await turns(50);
    assertEquals([queue.qsize(), words[0], process.isAlive()], [size, word, false]);
    assertEquals(process.exitCode, end === "kill" ? -9 : -15);
    // Nothing is damaged: every item comes, in order.
    const items = queue.empty() ? [] : queue.getManySync(size);
    assertEquals(items, items.map((_, i) => items[0] + i));
  });
}

test("a Process has Symbol.asyncDispose alone; the end of a block joins it", async () => {
  using results = new Queue<unknown>();
  {
    await using process = new Process({ module, target: targets.describe, args: [results] }).start();
    assertEquals(Symbol.dispose in process, false);
  }
  assertEquals(results.qsize(), 1);
  const unstarted = new Process({ module, target: targets.describe, args: [results] });
  await unstarted[Symbol.asyncDispose]();
  await unstarted[Symbol.asyncDispose]();
  assertThrows(() => unstarted.start(), ProcessError, "closed");
});

test("setWorkerEntry says which file new threads run", () => {
  using results = new Queue<unknown>();
  const make = () => new Process({ module, target: targets.describe, args: [results] });
  const good = new URL(processRuntime().entry());
  try {
    setWorkerEntry(new URL("nowhere/boot.js", import.meta.url));
    const process = make();
    const error = assertThrows(() => process.start(), ProcessError, "nowhere/boot.js") as ProcessError;
    assertEquals([error.code, process.pid, process.isAlive()], ["ISTHMUS_PROCESS_ENTRY", null, false]);
    setWorkerEntry(good.href);
    run(process);
  } finally {
    setWorkerEntry(good);
  }
  run(make());
  assertEquals(results.qsize(), 2);
});

test("a worker that is no Process is not the main thread either, and has a number of its own", async () => {
  const found: unknown[][] = [];
  for (let i = 0; i < 2; i++) {
    const worker = new Worker(new URL("../fixtures/plain_worker.ts", import.meta.url));
    watch(worker);
    worker.postMessage("who");
    found.push(await new Promise<unknown[]>((resolve) => worker.once("message", resolve)));
    await worker.terminate();
  }
  const [[main, parent, pid, name], [, , otherPid]] = found;
  assertEquals([main, parent], [false, null]);
  assert(pid !== otherPid && pid !== currentProcess().pid && /^Worker-\d+$/.test(String(name)), String(found));
});
