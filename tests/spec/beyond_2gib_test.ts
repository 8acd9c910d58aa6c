/** Objects and items in the upper half of the 4 GiB that all of a program share. */
import { test } from "node:test";
import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { cellAt } from "../../core/cells.ts";
import { row } from "../../core/arena.ts";
import { thisThread } from "../../core/current.ts";
import { SHARED } from "../../core/encode/encode.ts";
import { BLOCK_WORDS, FIRST_BLOCK } from "../../core/layout.ts";
import { C_ROW } from "../../core/ring.ts";
import { ALONE } from "../../core/text_record.ts";
import { Event, Lock, Queue, SharedArray } from "../../mod.ts";
import { start } from "./queue_helper.ts";

/** Takes all blocks of the lower half, and the rest of the last block of cells, without touching them. Gives them back. */
function takeLowerHalf(): () => void {
  const { memory, id } = thisThread();
  const half = 2 ** 31 / (BLOCK_WORDS * 4);
  memory.grow(half, memory.blocks);
  const taken: number[] = [];
  for (let block = FIRST_BLOCK; block < half; block++) {
    if (memory.words[row(block)] !== 0) continue;
    memory.words[row(block)] = id;
    taken.push(block);
  }
  return () => {
    for (const block of taken) memory.words[row(block)] = 0;
  };
}

const wordOf = (object: object) => cellAt((object as { [SHARED]: { cell: number } })[SHARED].cell);
const inUpperHalf = (object: object) => wordOf(object) * 4 >= 2 ** 31;

test("objects and items work beyond 2 GiB, between threads too", async () => {
  const free = takeLowerHalf();
  const made: { close(): void }[] = [];
  try {
    // A block of cells in the lower half may have some left.
    let queue = new Queue<unknown>();
    while (!inUpperHalf(queue)) {
      made.push(queue);
      queue = new Queue<unknown>();
    }
    const [lock, event, results, array] = [
      new Lock(),
      new Event(),
      new Queue<unknown>(),
      new SharedArray("int32", 1e5),
    ];
    made.push(queue, lock, event, results, array);
    for (const object of [lock, event, results, array]) assert(inUpperHalf(object));
    assert(array.view.byteOffset >= 2 ** 31);
    array.set(99_999, -5);
    assertEquals([array.at(-1), array.at(0)], [-5, 0]);
    const worker = start("echo", queue, results);
    // Who has taken so many texts reads them where they lie.
    for (let i = 0; i < 2 * ALONE; i++) queue.putSync("x".repeat(40), { timeout: 20_000 });
    for (let i = 0; i < 2 * ALONE; i++) results.getSync({ timeout: 20_000 });
    const large = new Uint8Array(1_000_000).map((_, i) => i * 7);
    const items = [1, "x".repeat(1000), "é".repeat(1000), "字".repeat(1000), large, { lock, deep: [array] }];
    const gets = items.map(() => results.get({ timeout: 20_000 }));
    for (const item of items) queue.putSync(item, { timeout: 20_000 });
    const got = await Promise.all(gets);
    const [bytes, last] = got.slice(4) as [Uint8Array, { deep: [typeof array] }];
    assertEquals(got.slice(0, 4), items.slice(0, 4));
    assertEquals(Buffer.compare(bytes, large), 0);
    for (const ring of [queue, results]) assertEquals(thisThread().memory.words[wordOf(ring) + C_ROW], ALONE);
    assertEquals(last.deep[0].at(-1), -5);
    // Blocking and not, on words whose places are beyond 2²⁹.
    queue.putSync("late");
    assertEquals(results.getSync({ timeout: 20_000 }), "late");
    lock.acquireSync();
    assertEquals(lock.acquireSync({ timeout: 5 }), false);
    assertEquals(await event.wait({ timeout: 5 }), false);
    const waiting = event.wait();
    event.set();
    assertEquals(await waiting, true);
    queue.putSync(null);
    assertEquals(await worker.join({ timeout: 20_000 }), true);
    assertEquals(worker.error, null);
  } finally {
    for (const object of made) object.close();
    free();
  }
});
