/** A small arena, and threads in it that are all this one, on a runtime whose turns the test takes itself. */
import type { Outbox } from "../../core/encode/scratch.ts";
import type { Batch } from "../../core/ring_batch.ts";
import { growableBuffer, type Region } from "../../core/region.ts";
import type { Runtime } from "../../core/runtime.ts";
import { Thread } from "../../core/thread.ts";

const BLOCK_BYTES = 65536;
const FIXED_BLOCKS = 18;

/** A runtime that does nothing by itself. */
export class FakeRuntime implements Runtime {
  readonly name = "node";
  readonly isMainThread = false;
  readonly threadId = () => 0;
  readonly mayBlock = true;
  readonly arenaBytes = 4 << 20;
  readonly allocate = growableBuffer;
  readonly parallelism: number;
  alive = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly waiting: (() => void)[] = [];

  constructor(parallelism = 1) {
    this.parallelism = parallelism;
  }
  keepAlive(on: boolean): void {
    this.alive = on;
    if (on) this.#timer = setInterval(() => {}, 1000);
    else clearInterval(this.#timer);
  }
  soon(callback: () => void): void {
    this.waiting.push(callback);
  }
  /** Takes one turn of the event loop. */
  turn(): void {
    for (const callback of this.waiting.splice(0)) callback();
  }
  inheritedArena(): undefined {}
  bequeathArena(): void {}
  onExit(): void {}
}

/** The memory of an arena with that many blocks to be claimed. It cannot grow. */
export function arena(blocks = 8): SharedArrayBuffer {
  return new SharedArrayBuffer((FIXED_BLOCKS + blocks) * BLOCK_BYTES);
}

/** A thread of its own in that arena. */
export function join(region: Region, runtime: Runtime = new FakeRuntime()): Thread {
  return new Thread(region, runtime);
}

/** The `count` records in `out` as a batch. */
export function batchIn(out: Outbox, count: number): Batch {
  return { words: out.words, bytes: out.bytes, begin: 0, end: out.length >> 2, count, endsLarge: false };
}
