import { test } from "node:test";
import { setImmediate } from "node:timers";
import { assert, assertEquals } from "@std/assert";
import { Process } from "../../mod.ts";
import { eachCell } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { identity, processRuntime } from "../../core/program.ts";
import * as targets from "../fixtures/process_targets.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);

/** Requests about no Process, each of which takes the warden some microseconds. */
const MANY = 100_000;

test("a Process whose starter has ended before the warden heard of it starts all the same", () => {
  const words = new Int32Array(new SharedArrayBuffer(16));
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

test(
  "a Process that is lost with the warden, before that has heard of it, leaves nothing behind",
  { skip: processRuntime().startsThreads ? "this thread starts the thread itself" : false },
  async () => {
    const liveCells = () => {
      const cells: number[] = [];
      eachCell(thisThread().memory, (cell, live) => void (live && cells.push(cell)));
      return cells;
    };
    const who = identity();
    const { warden } = who;
    // Those of the test above may go meanwhile.
    const before = new Set(liveCells());
    const left = () => liveCells().filter((cell) => !before.has(cell));
    who.warden = { postMessage() {}, on() {}, unref() {}, close() {} };
    try {
      const process = new Process({ module, target: targets.add, args: [new Int32Array(1), 1] }).start();
      for (const child of who.children) if (child.process === process) child.lose(undefined);
      assertEquals([await process.join(), process.exitCode], [true, 1]);
    } finally {
      who.warden = warden;
    }
    // What keeps the event loop open for it gives its words back some turns later.
    for (let turn = 0; turn < 1000 && left().length > 0; turn++) await new Promise((resolve) => setImmediate(resolve));
    assertEquals(left(), []);
  },
);
