/**
 * ringbuf.js: a ring of bytes for one producer and one consumer, who look again and again. Items go as JSON.
 * @module
 */

import { importExtra } from "../extras.ts";
import { kindOf, sumOf } from "../items.ts";
import { check, type Contender, rate } from "../measure.ts";
import type { Role, Thread } from "../thread.ts";

interface Ring {
  push(bytes: Uint8Array): number;
  pop(into: Uint8Array, length: number): number;
  availableRead(): number;
  availableWrite(): number;
}

interface Library {
  RingBuffer: {
    new (buffer: SharedArrayBuffer, type: typeof Uint8Array): Ring;
    getStorageForCapacity(capacity: number, type: typeof Uint8Array): SharedArrayBuffer;
  };
}

const CAPACITY = 1 << 20;
const LONGEST = 1 << 16;
const HEADER = 4;

/** Fills `into` from the ring, looking until all of it has come. */
function fill(ring: Ring, into: Uint8Array, length: number): void {
  while (ring.availableRead() < length) Atomics.pause?.();
  ring.pop(into, length);
}

export const roles: Record<string, Role> = {
  ringTake: async ({ buffer, kind, count }: { buffer: SharedArrayBuffer; kind: string; count: number }) => {
    const { RingBuffer } = await importExtra<Library>("ringbuf.js");
    const ring = new RingBuffer(buffer, Uint8Array);
    const bytes = new Uint8Array(LONGEST);
    const view = new DataView(bytes.buffer);
    const decoder = new TextDecoder();
    const { sum } = kindOf(kind);
    let total = 0;
    for (let i = 0; i < count; i++) {
      fill(ring, bytes, HEADER);
      const length = view.getInt32(0);
      fill(ring, bytes, length);
      total += sum(JSON.parse(decoder.decode(bytes.subarray(0, length))));
    }
    return total;
  },
};

/** One way, through a ring of 1 MiB. */
export async function ringbuf(thread: Thread, kind: string): Promise<Contender> {
  await thread.call("load", import.meta.url);
  const { RingBuffer } = await importExtra<Library>("ringbuf.js");
  const encoder = new TextEncoder();
  return {
    name: "ringbuf.js + JSON (looks without pause)",
    run: async (n) => {
      const { make } = kindOf(kind);
      const buffer = RingBuffer.getStorageForCapacity(CAPACITY, Uint8Array);
      const ring = new RingBuffer(buffer, Uint8Array);
      const bytes = new Uint8Array(LONGEST);
      const view = new DataView(bytes.buffer);
      let sum: unknown;
      const sample = await rate(n, async () => {
        const taken = thread.call("ringTake", { buffer, kind, count: n });
        for (let i = 0; i < n; i++) {
          const { written } = encoder.encodeInto(JSON.stringify(make(i)), bytes.subarray(HEADER));
          view.setInt32(0, written);
          while (ring.availableWrite() < HEADER + written) Atomics.pause?.();
          ring.push(bytes.subarray(0, HEADER + written));
        }
        sum = await taken;
      });
      check(sum, sumOf(kindOf(kind), 0, n));
      return sample;
    },
  };
}
