/** A text is made a string under the consumers' lock: whose heap is full there ends with it in hand. */
import test from "node:test";
import { assert, assertEquals } from "@std/assert";
import { cellAt } from "../../core/cells.ts";
import { thisThread } from "../../core/current.ts";
import { C_ROW } from "../../core/ring.ts";
import { ALONE } from "../../core/text_record.ts";
import { Process, Queue } from "../../mod.ts";
import { hoard } from "../fixtures/hoarding_targets.ts";

const module = new URL("../fixtures/hoarding_targets.ts", import.meta.url);
const ROUNDS = 3;
const LENGTH = 8000;
/** Far more than the victim has room for. */
const MANY = 100_000;
const patience = { timeout: 30_000 };
const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
const skip = process.versions.bun === undefined ? false : "Bun limits no thread's memory";

test(
  "a Process whose heap is full of texts ends, and the others get the texts that it has not taken",
  { skip },
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const queue = new Queue<string>({ maxsize: 100 });
      const runtime = { node: { resourceLimits }, deno: { resourceLimits } };
      const victim = new Process({ module, target: hoard, args: [queue], daemon: true, runtime }).start();
      const over = new AbortController();
      const end = victim.join(patience).finally(() => over.abort());
      let put = 0;
      try {
        for (; put < MANY; put++) await queue.put(`${put} `.padEnd(LENGTH, "x"), { signal: over.signal });
      } catch (error) {
        assert(over.signal.aborted && error === over.signal.reason, String(error));
      }
      assertEquals([await end, victim.exitCode], [true, 1]);
      // It took so many that it read them where they lie.
      assertEquals(thisThread().memory.words[cellAt(queue.handle.cell) + C_ROW], ALONE);
      const left = queue.qsize();
      assert(put < MANY && left > 0, `${left} of ${put} texts are left`);
      for (let i = put - left; i < put; i++) {
        const text = await queue.get(patience);
        assertEquals([text.length, parseInt(text)], [LENGTH, i]);
      }
      assert(queue.empty());
      queue.putSync("more", patience);
      assertEquals(queue.getSync(patience), "more");
      queue.close();
    }
  },
);
