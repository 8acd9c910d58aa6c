/**
 * Which runtime this thread runs on, and which arenas it has to do with.
 * @module
 */
import { createArena, isArena } from "./arena.ts";
import { IsthmusError } from "./errors.ts";
import { AT_IDENTITY } from "./layout.ts";
import type { Runtime } from "./runtime.ts";
import { Thread } from "./thread.ts";
import { recover } from "./recovery.ts";

let provided: Runtime | undefined;
let home: Thread | undefined;
/** By the arena's identity: every message brings another object for the same memory. */
const members: Map<number, Thread> = new Map();

/** Says on which runtime this thread runs. The first call counts. */
export function provide(runtime: Runtime): void {
  provided ??= runtime;
}

/** The runtime of this thread. */
export function runtime(): Runtime {
  if (provided === undefined) {
    throw new IsthmusError(
      "No runtime was provided: import Isthmus by its public entry, not by a file of its core.",
      "ISTHMUS_NO_RUNTIME",
    );
  }
  return provided;
}

/** This thread in the program's arena, which it joins now if it has not, and makes if nobody has. */
export function thisThread(): Thread {
  return home ??= threadIn(inherit());
}

function inherit(): SharedArrayBuffer {
  const inherited = runtime().inheritedArena();
  if (inherited !== undefined) return inherited;
  const buffer = createArena(runtime().arenaBytes);
  new Float64Array(buffer, AT_IDENTITY * 4, 1)[0] = Math.random() + 1;
  runtime().bequeathArena(buffer);
  return buffer;
}

/** This thread in the arena `buffer`, which it joins now if it has not. The first arena of a thread is its home. */
export function threadIn(buffer: SharedArrayBuffer): Thread {
  if (home?.memory.buffer === buffer) return home;
  if (!isArena(buffer)) throw new TypeError("This is not the memory of Isthmus, or not of this version of it.");
  const [identity] = new Float64Array(buffer, AT_IDENTITY * 4, 1);
  let member = members.get(identity);
  if (member === undefined) {
    member = new Thread(buffer, runtime());
    members.set(identity, member);
    const joined = member;
    // Main takes the arena with it; another thread frees what it held, unless it is killed.
    if (!runtime().isMainThread) runtime().onExit(() => recover(joined, joined.id));
    if (home === undefined) {
      home = member;
      runtime().bequeathArena(buffer);
    }
  }
  return member;
}
