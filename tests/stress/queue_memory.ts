/**
 * Resident memory when the same work is done again, printed. `queue_memory.ts [items] [rounds] [part]`: so many small items are
 * put before the first get, and then drained, that many times; then as many objects are made and closed, likewise, and as
 * many reply queues made, sent, used and closed. With `part`, only what has that in its name.
 *
 * Run it with `--expose-gc` (Deno: `--v8-flags=--expose-gc`). V8 doubles its young generation a few times, as it sees fit. With
 * `--min-semi-space-size=16 --max-semi-space-size=16` that has its size from the first round on, and what growth is left
 * is ours.
 */
import { Queue } from "../../mod.ts";

const [items = "1000000", rounds = "10", part = ""] = process.argv.slice(2);
const count = Number(items);

async function report(what: string, act: () => void): Promise<void> {
  if (!what.includes(part)) return;
  const sizes: number[] = [];
  const heaps: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    act();
    // What the engine tidies up between two turns of the event loop is no part of what is asked.
    await new Promise((resolve) => setTimeout(resolve, 0));
    (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapTotal } = process.memoryUsage();
    sizes.push(Math.round(rss / 2 ** 20));
    heaps.push(Math.round(heapTotal / 2 ** 20));
  }
  const growth = (sizes[sizes.length - 1] / sizes[0] - 1) * 100;
  console.log(
    `${what}: MiB resident after each round ${sizes.join(" ")}, last against first ${
      growth.toFixed(1)
    } %; of that the engine's heap ${heaps.join(" ")}`,
  );
}

const queue = new Queue<unknown>();
await report(`${count} small items put, then drained`, () => {
  for (let id = 0; id < count; id++) queue.putNowait({ id, name: "item" });
  for (let id = 0; id < count; id++) queue.getNowait();
});
await report(`${count} objects made and closed`, () => {
  for (let i = 0; i < count; i++) new Queue().close();
});
const requests = new Queue<{ reply: Queue<number>; number: number }>();
await report(`${count} reply queues made, sent, used and closed`, () => {
  for (let number = 0; number < count; number++) {
    const reply = new Queue<number>();
    requests.putNowait({ reply, number });
    const request = requests.getNowait();
    request.reply.putNowait(request.number);
    request.reply.close();
    reply.getNowait();
    reply.close();
  }
});
await report("items of 64 and 100 MiB", () => {
  for (const size of [64, 100]) {
    queue.putNowait(new Uint8Array(size * 2 ** 20).fill(size));
    queue.getNowait();
  }
});
