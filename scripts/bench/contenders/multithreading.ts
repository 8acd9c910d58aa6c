/**
 * multithreading: a channel for many producers and consumers, on the library's own threads.
 * @module
 */

import { importExtra } from "../extras.ts";
import { kindOf, sumOf } from "../items.ts";
import { check, type Contender, rate } from "../measure.ts";

interface Receiver {
  recv(): Promise<{ ok: boolean; value: { id: number; name: string; x: number[] } }>;
}
interface Library {
  channel(capacity: number): [{ send(item: unknown): Promise<unknown>; close?(): void }, Receiver];
  move(...values: unknown[]): unknown;
  spawn(moved: unknown, task: (rx: Receiver, n: number) => Promise<number>): {
    join(): Promise<{ ok: boolean; value: number; error?: unknown }>;
  };
  shutdown(): void;
}

/** Small objects one way. Its functions travel as text, so the sum is written out here. */
export async function multithreading(): Promise<Contender> {
  const { channel, move, spawn, shutdown } = await importExtra<Library>("multithreading");
  return {
    name: "multithreading channel(64)",
    run: async (n) => {
      let sum: number | undefined;
      const sample = await rate(n, async () => {
        const [sender, receiver] = channel(64);
        const taken = spawn(move(receiver, n), async (receiver, n) => {
          let total = 0;
          for (let i = 0; i < n; i++) {
            const { value } = await receiver.recv();
            total += value.id + value.name.length + value.x[0] + value.x[2];
          }
          return total;
        });
        for (let i = 0; i < n; i++) await sender.send(kindOf("small").make(i));
        sum = (await taken.join()).value;
      });
      check(sum, sumOf(kindOf("small"), 0, n));
      return sample;
    },
    close: shutdown,
  };
}
