/**
 * Which runtime this thread runs on, and which arenas it has to do with.
 * @module
 */
import { createArena, isArena } from "./arena.ts";
import { IsthmusError } from "./errors.ts";
import { AT_IDENTITY } from "./layout.ts";
import { beginningOf, type Region } from "./region.ts";
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

function inherit(): Region {
  const { arenaBytes, allocate } = runtime();
  const inherited = runtime().inheritedArena();
  if (isArena(inherited)) return inherited;
  const region = createArena(arenaBytes, allocate);
  identityOf(region)[0] = Math.random() + 1;
  runtime().bequeathArena(region);
  return region;
}

function identityOf(region: Region): Float64Array {
  return new Float64Array(beginningOf(region), AT_IDENTITY * 4, 1);
}

/** This thread in the arena `region`, which it joins now if it has not. The first arena of a thread is its home. */
export function threadIn(region: Region): Thread {
  if (home?.memory.region === region) return home;
  if (!isArena(region)) throw new TypeError("This is not the memory of Isthmus, or not of this version of it.");
  const [identity] = identityOf(region);
  let member = members.get(identity);
  if (member === undefined) {
    member = new Thread(region, runtime());
    members.set(identity, member);
    const joined = member;
    // Main takes the arena with it; another thread frees what it held, unless it is killed.
    if (!runtime().isMainThread) runtime().onExit(() => recover(joined, joined.id));
    if (home === undefined) {
      home = member;
      runtime().bequeathArena(region);
    }
  }
  return member;
}
