/**
 * What all runtimes do alike, through `node:` modules.
 * @module
 */

import { LAYOUT_VERSION } from "../core/layout.ts";
import { growableBuffer } from "../core/region.ts";
import type { Runtime } from "../core/runtime.ts";
import { builtin, processGlobal, type TimersModule } from "./globals.ts";

/** What one runtime does in its own way. */
export interface Differences {
  readonly name: Runtime["name"];
  readonly isMainThread: boolean;
  readonly parallelism: number;
  readonly arenaBytes: number;
  readonly allocate: Runtime["allocate"];
  threadId(): number;
}

/** Under this key an arena lies in the environment data, which a thread's workers inherit. It names the layout's version. */
export const ARENA_KEY: string = `isthmus.arena.${LAYOUT_VERSION}`;

/** V8 does not count shared memory: an arena that seldom grows seldom has its views made anew. */
export const V8_ARENA: Pick<Runtime, "arenaBytes" | "allocate"> = { arenaBytes: 64 << 20, allocate: growableBuffer };

/** The longest that a timer can be asked to wait; it fires every 24 days, and that does nothing. */
const FAR = 2 ** 31 - 1;

/** The runtime of this thread, made of what is alike and of `differences`. */
export function threadRuntime(differences: Differences): Runtime {
  let timers: TimersModule | undefined;
  let holding: { ref(): void; unref(): void } | undefined;
  return {
    ...differences,
    mayBlock: true,
    keepAlive(on) {
      // A pending waitAsync holds no event loop open, a timer does; and to hold and let go costs it 5 to 60 ns.
      holding ??= builtin("node:timers").setInterval(() => {}, FAR);
      if (on) holding.ref();
      else holding.unref();
    },
    soon(callback) {
      timers ??= builtin("node:timers");
      timers.setImmediate(callback);
    },
    inheritedArena() {
      return builtin("node:worker_threads").getEnvironmentData(ARENA_KEY);
    },
    bequeathArena(region) {
      builtin("node:worker_threads").setEnvironmentData(ARENA_KEY, region);
    },
    onExit(callback) {
      processGlobal().on("exit", callback);
    },
  };
}
