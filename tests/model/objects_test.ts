/** The life of shared objects: found by whoever may find them, ended exactly once, whoever leaves, comes or dies meanwhile. */
import { caught, passes } from "./report.ts";
import { ARENA_BYTES, CELL, core, DEEP, nameIn, rethrow, threadOf } from "./stage.ts";
import type { Core, Patch } from "./stage.ts";
import type { Actor, Model, Scenario } from "./checker/scenario.ts";
import type { Thread } from "../../core/thread.ts";

const CELL_NUMBER = CELL / 256;
const BLOCK_WORDS = 16384;
const FIRST_BLOCK = 18;
const DIRECTORY = FIRST_BLOCK * BLOCK_WORDS + 1;
const HOLDERS = CELL + 8;
const BODY = CELL + 16;
/** Outside of the object: how often it was ended, and whether an item with it is on its way. */
const ENDED = BLOCK_WORDS - 64;
const ITEM = BLOCK_WORDS - 32;
const KIND = 9;

/**
 * What a thread does with the object: it has it open and leaves, puts an item with it first, gets that item, attaches,
 * attaches and puts an item with it, makes another object in its cell, or makes and leaves that.
 */
type Deed = "leave" | "send" | "receive" | "attach" | "forward" | "make" | "makeAndLeave";

interface Options {
  readonly threads: Readonly<Record<string, Deed>>;
  readonly mortal?: readonly string[];
  readonly preemptions?: number;
}

function act(loaded: Core, model: Model, thread: Thread, deed: Deed): void {
  const { cells, memory } = loaded;
  const { words } = thread.memory;
  switch (deed) {
    case "leave":
      thread.leave(CELL_NUMBER);
      break;
    case "send":
      cells.enterTransit(thread.memory, CELL_NUMBER);
      memory.store(words, ITEM, 1);
      thread.leave(CELL_NUMBER);
      break;
    case "receive":
      if (memory.exchange(words, ITEM, 0) === 0) return;
      model.check(thread.enter(CELL_NUMBER, 1), "the object in an item is not found");
      model.check(words[BODY] === 7, "the object is taken apart while it is held");
      thread.endTransit(CELL_NUMBER);
      thread.leave(CELL_NUMBER);
      break;
    case "attach":
      if (!thread.enter(CELL_NUMBER, 1)) return;
      model.check(words[BODY] === 7, "the object is taken apart while it is held");
      thread.leave(CELL_NUMBER);
      break;
    case "forward":
      if (!thread.enter(CELL_NUMBER, 1)) return;
      cells.enterTransit(thread.memory, CELL_NUMBER);
      memory.store(words, ITEM, 1);
      thread.leave(CELL_NUMBER);
      break;
    case "make":
    case "makeAndLeave":
      if (memory.compareExchange(words, DIRECTORY, 0, thread.id) !== 0) return;
      words[BODY] = 8;
      words[HOLDERS] = 1 << thread.slot;
      cells.publishCell(thread.memory, CELL_NUMBER, KIND);
      if (deed === "makeAndLeave") thread.leave(CELL_NUMBER);
  }
}

function worker(loaded: Core, deed: Deed): Actor {
  return (model) => {
    const thread = threadOf(loaded, model);
    if (deed === "leave" || deed === "send") model.check(thread.enter(CELL_NUMBER, 1), "attaching");
    return () => act(loaded, model, thread, deed);
  };
}

function recoverer(loaded: Core): Actor {
  return (model) => {
    const thread = threadOf(loaded, model);
    return () => void loaded.recovery.recover(thread, (1 << 8) | model.awaitDeath(), rethrow);
  };
}

async function object(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { threads, mortal = [], preemptions } = options;
  const loaded = await core(patches);
  loaded.kinds.registerKind(KIND, {
    name: "object",
    open: () => ({}),
    destroy: ({ memory: { words } }: Thread) => {
      words[BODY] = 0;
      loaded.memory.add(words, ENDED, 1);
    },
    recover: () => {},
  });
  const actors: Record<string, Actor> = {};
  for (const [name, deed] of Object.entries(threads)) actors[name] = worker(loaded, deed);
  if (mortal.length > 0) actors.R = recoverer(loaded);
  return {
    name: "object",
    memory: ARENA_BYTES,
    setup: ({ words }) => {
      words[loaded.arena.row(FIRST_BLOCK)] = loaded.arena.CELLS;
      words[DIRECTORY] = -1;
      words[CELL] = (1 << 8) | KIND;
      words[BODY] = 7;
    },
    actors,
    mortal,
    preemptions,
    names: (at) =>
      at >> 2 === ENDED ? "ENDED" : at >> 2 === ITEM ? "ITEM" : at >> 2 === DIRECTORY ? "DIRECTORY" : names(at),
    racy: (at) =>
      at >> 2 === HOLDERS
        ? "a new object's holder wipes bits of who came too late, and who takes them away again"
        : undefined,
    final: ({ words, check }, { dead }) => {
      const owner = words[DIRECTORY];
      const made = words[CELL] >>> 8 === 2 && !Object.values(threads).includes("makeAndLeave");
      check(words[ENDED] <= words[CELL] >>> 8 || dead.length > 0, `it was ended ${words[ENDED]} times`);
      check(owner === (made || words[CELL + 1] !== 0 ? -1 : 0), `its owner is ${owner} at the end`);
      if (owner === -1) check(words[BODY] === (made ? 8 : 7), "it is taken apart and lives");
      // Only what waits in an item, or was on its way when its receiver died, is left.
      check(words[CELL + 1] === 0 || words[ITEM] === 1 || dead.length > 0, "it is in no item");
      if (owner === -1) {
        check(words[HOLDERS] === (made ? words[HOLDERS] & -words[HOLDERS] : 0), "somebody is left as a holder");
      }
    },
  };
}

const names = nameIn((word) => ({ 0: "HEAD", 1: "TRANSIT", 8: "HOLDERS", 16: "BODY" })[word]);

const right = (name: string, options: Options) => passes(() => object(options), name);

right("object, 2 leave", { threads: { A: "leave", B: "leave" } });
right("object, one leaves and one attaches", { threads: { A: "leave", B: "attach" } });
right("object, two leave and one attaches", { threads: { A: "leave", B: "leave", C: "attach" } });
right("object, one leaves and two attach", {
  threads: { A: "leave", B: "attach", C: "attach" },
  preemptions: DEEP ? undefined : 4,
});
right("object, in an item", { threads: { A: "leave", D: "send", B: "receive" } });
right("object, forwarded", { threads: { A: "leave", D: "forward", B: "receive" } });
right("object, its cell is used again and freed", {
  threads: { A: "leave", B: "attach", M: "makeAndLeave" },
  preemptions: DEEP ? undefined : 4,
});
right("object, its cell is used again", { threads: { A: "leave", B: "attach", M: "make" } });
right("object, its cell is used again, who attaches dies anywhere", {
  threads: { A: "leave", B: "attach", M: "make" },
  mortal: ["B"],
  preemptions: DEEP ? 4 : 2,
});
right("object, in an item, who sends it dies anywhere", {
  threads: { A: "leave", D: "send", B: "receive" },
  mortal: ["D"],
  preemptions: DEEP ? 4 : 2,
});
right("object, who leaves dies anywhere", {
  threads: { A: "leave", B: "attach" },
  mortal: ["A"],
  preemptions: DEEP ? undefined : 4,
});
right("object, who attaches dies anywhere", {
  threads: { A: "leave", B: "attach" },
  mortal: ["B"],
  preemptions: DEEP ? undefined : 4,
});
right("object, one of 2 who leave dies anywhere", {
  threads: { A: "leave", B: "leave", C: "attach" },
  mortal: ["A"],
  preemptions: DEEP ? 4 : 2,
});

const wrong = (name: string, options: Options, file: string, find: string, put: string, how: string) =>
  caught(() => object(options, [{ file, find, put }]), name, how);

const FORWARDED: Options = { threads: { A: "leave", D: "forward", B: "receive" }, preemptions: 3 };

wrong(
  "ends after one look",
  { threads: { A: "leave", B: "attach" } },
  "cells.ts",
  "const end = unused(words, at);",
  "const end = true;",
  "",
);
wrong(
  "the holder does not dispel the doubt",
  { threads: { A: "leave", B: "attach" } },
  "cells.ts",
  "owner === LIVE || compareExchange(words, directoryOf(cell), owner, LIVE) === owner",
  "owner <= LIVE",
  "taken apart while it is held",
);
wrong(
  "a doubted object counts as gone",
  FORWARDED,
  "cells.ts",
  "if (owner > LIVE) return false;",
  "if (owner !== LIVE) return false;",
  "not found",
);
wrong(
  "looks at the items before the holders",
  FORWARDED,
  "cells.ts",
  "function unused(words: Int32Array, at: number): boolean {",
  "function unused(words: Int32Array, at: number): boolean {\n  if (load(words, at + CELL_TRANSIT) <= 0 && load(words, at + CELL_HOLDERS) === 0) return true;",
  "",
);
wrong(
  "looks before it sets its bit",
  { threads: { A: "leave", B: "attach" } },
  "cells.ts",
  "  or(words, cellAt(cell) + CELL_HOLDERS + (slot >> 5), 1 << (slot & 31));\n  for (;;) {",
  "  for (;;) {",
  "",
);
wrong(
  "gives up without ending",
  { threads: { A: "leave", B: "attach", M: "makeAndLeave" }, preemptions: 3 },
  "thread.ts",
  "      this.endIfUnused(cell);\n      return false;",
  "      return false;",
  "",
);
wrong(
  "the recovery does not end",
  { threads: { A: "leave" }, mortal: ["A"] },
  "recovery.ts",
  "if (held && !mine) thread.leave(cell);",
  "if (held) letGo(memory, cell, thread.slot);",
  "its owner is",
);
