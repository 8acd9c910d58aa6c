/** Of two threads that each write a word and then peek at the other's, one sees what the other wrote: else a wake-up could be lost. */
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { assert, assertEquals } from "@std/assert";
import "../../mod.ts";
import { runtime } from "../../core/current.ts";
import { peek, portablePeek } from "../../core/peek.ts";
import { beginningOf } from "../../core/region.ts";

const TURNS = 400_000;
/** On lines of their own. */
const WORDS = [64, 128];

test("no peek overtakes the exchange before it", async () => {
  const buffer = beginningOf(runtime().allocate(4 << 20, 16 << 20));
  const workers = [0, 1].map((i) =>
    new Worker(new URL("../fixtures/peek_worker.ts", import.meta.url), {
      workerData: { buffer, own: WORDS[i], other: WORDS[1 - i], turns: TURNS },
    })
  );
  const [[first], [second]] = await Promise.all(workers.map((worker) => once(worker, "message"))) as [Int32Array][];
  let together = 0;
  for (const [mine, theirs] of [[first, second], [second, first]]) {
    for (let turn = 1; turn <= TURNS; turn++) {
      const at = mine[turn];
      if (at > 0 && at < TURNS) together++;
      // When I had written `turn`, the other one had not begun its turn after `at`: so in that one it must see mine.
      if (at < TURNS) {
        assert(theirs[at + 1] >= turn, `turn ${turn} saw ${at}, and turn ${at + 1} saw ${theirs[at + 1]}`);
      }
    }
  }
  assert(together > 100, `the threads ran beside each other in ${together} turns only`);
  await Promise.all(workers.map((worker) => worker.terminate()));
});

test("a peek is a plain read where the processor lets none overtake, and nowhere else", () => {
  runtime();
  assertEquals(peek === portablePeek, process.arch !== "x64");
});
