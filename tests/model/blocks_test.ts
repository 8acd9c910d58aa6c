/** Blocks: claimed by one at a time, and free again in the end, whoever dies in the midst of claiming or freeing. */
import { caught, passes } from "./report.ts";
import { arenaOf, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { shared } from "./shared_model.ts";
import type { Play, Player } from "./shared_model.ts";
import type { Scenario } from "./checker/scenario.ts";

const BLOCK_WORDS = 16384;
const FIRST_BLOCK = 18;
const AT_TABLE = 2 * BLOCK_WORDS;
/** What the stage says when somebody wants to make the memory larger. */
const FULL = "The model's arena is full.";

/** The blocks of the chain that begins with `first`. */
function blocksOf(words: Int32Array, first: number): number[] {
  const found: number[] = [];
  for (let run = first; run !== 0; run = words[AT_TABLE + run * 4 + 2]) {
    for (let i = 0; i < words[AT_TABLE + run * 4 + 1]; i++) found.push(run + i);
  }
  return found;
}

/** Each takes blocks, writes and reads the first word of each, which races if two have one, and gives them back or keeps them. */
function act({ model, parts, thread }: Player<undefined>, deed: string, index: number, full: boolean): void {
  const { words } = model;
  const { arena } = parts;
  const count = Number(deed.at(-1));
  const exact = deed.startsWith("exact");
  const claim = exact ? arena.claimExactRun : deed.startsWith("run") ? arena.claimRun : arena.claimChain;
  let first: number;
  try {
    first = claim(thread.memory, thread.id, count);
  } catch (error) {
    // More than there are, as long as a dead thread has them.
    if (full && error instanceof Error && error.message === FULL) return;
    throw error;
  }
  const blocks = blocksOf(words, first);
  model.check(deed.startsWith("run") || blocks.length === count, `${blocks.join()} for ${deed}`);
  const value = thread.id * 16 + index;
  for (const block of blocks) words[block * BLOCK_WORDS] = value;
  for (const block of blocks) model.check(words[block * BLOCK_WORDS] === value, `block ${block} is another's too`);
  if (deed.includes("Keep")) return;
  arena.freeChain(thread.memory, first, thread.id);
}

/** How many blocks a thread keeps. */
function keeps(deeds: readonly string[]): number {
  return deeds.reduce((sum, deed) => sum + (deed.includes("Keep") ? Number(deed.at(-1)) : 0), 0);
}

type Options = Pick<Play<undefined>, "threads" | "mortal" | "deaths" | "preemptions" | "wholeWrites"> & {
  /** Blocks that others have. */
  readonly taken?: readonly number[];
  /** Whether there may be too few for all: what a thread claimed is kept for a while by its death. */
  readonly full?: boolean;
};

async function blocks(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { taken = [], full = false } = options;
  const names = Object.keys(options.threads);
  const scenario = await shared<undefined>({
    name: "blocks",
    kinds: [0],
    act: (player, deed, index) => act(player, deed, index, full),
    final: (model, { dead }, { arena }) => {
      const { check, words } = model;
      const { blocks: count } = arenaOf(model);
      let left = 0;
      for (let block = FIRST_BLOCK; block < count; block++) {
        const owner = words[arena.row(block)];
        const leader = owner <= -16 ? words[arena.row(-owner - 16)] : owner;
        const holder = names[(leader <= -16 ? words[arena.row(-leader - 16)] : leader) & 0xff];
        const kept = holder !== undefined && !dead.includes(holder) && keeps(options.threads[holder]) > 0;
        if (kept) left++;
        check(owner === 0 || taken.includes(block) || kept, `block ${block} belongs to ${owner}`);
      }
      const living = names.filter((name) => !dead.includes(name));
      const wanted = living.reduce((sum, name) => sum + keeps(options.threads[name]), 0);
      check(full || left === wanted, `${left} of the ${wanted} blocks that the living keep are theirs`);
    },
    ...options,
    patches,
  });
  return {
    ...scenario,
    setup: ({ words }) => {
      for (const block of taken) words[AT_TABLE + block * 4] = -1;
    },
  };
}

const right = (name: string, options: Options) => passes(() => blocks(options), name);

right("blocks, 2 threads", {
  threads: { A: ["chain2", "chain2"], B: ["chain2"] },
  preemptions: DEEP ? undefined : 5,
});
right("blocks, 2 threads, chains of several runs", {
  threads: { A: ["chain2"], B: ["chain1", "chain1"] },
  taken: [19],
});
right("blocks, 3 threads", {
  threads: { A: ["chain2"], B: ["chain1"], C: ["run1"] },
  preemptions: DEEP ? 5 : 3,
});
right("blocks, an exact run and chains", { threads: { A: ["exact2"], B: ["chainKeep1"] } });
right("blocks, 2 exact runs", { threads: { A: ["exact2"], B: ["exactKeep1"] }, preemptions: DEEP ? undefined : 5 });
right("blocks, who claims and frees dies anywhere", {
  threads: { A: ["chain3"], B: ["chainKeep1"] },
  mortal: ["A"],
  preemptions: DEEP ? 4 : 2,
});
right("blocks, who has a chain of runs dies anywhere", {
  threads: { A: ["chain3"], B: ["chain1"] },
  taken: [19],
  full: true,
  mortal: ["A"],
  preemptions: DEEP ? 3 : 1,
});
right("blocks, who claims an exact run dies anywhere", {
  threads: { A: ["exact3"], B: ["chainKeep1"] },
  full: true,
  mortal: ["A"],
  preemptions: DEEP ? 3 : 2,
});
right("blocks, 2 die anywhere", {
  threads: { A: ["chain2"], B: ["chain2"] },
  mortal: ["A", "B"],
  deaths: 2,
  preemptions: DEEP ? 1 : 0,
});

const wrong = (name: string, options: Options, find: string, put: string, how: string) =>
  caught(() => blocks(options, [{ file: "arena.ts", find, put }]), name, how);

const DIES: Options = { threads: { A: ["chain3"], B: ["chainKeep1"] }, mortal: ["A"], full: true, preemptions: 2 };

wrong(
  "looks whether a block is free and then takes it",
  { threads: { A: ["chain1"], B: ["chain1"] } },
  "if (load(words, at) !== FREE || compareExchange(words, at + ROW_OWNER, FREE, id) !== FREE) continue;",
  "if (load(words, at) !== FREE) continue;\n    store(words, at + ROW_OWNER, id);",
  "race",
);
wrong(
  "a claim of the next block is not checked",
  { threads: { A: ["chain2"], B: ["chain2"] } },
  "return compareExchange(words, row(block) + ROW_OWNER, FREE, id) === FREE;",
  "return compareExchange(words, row(block) + ROW_OWNER, FREE, id) <= id + 1;",
  "",
);
wrong(
  "a run is freed before what follows it",
  DIES,
  "  for (let block = first + length - 1; block > first; block--) {",
  "  compareExchange(words, row(first), owner, FREE);\n  for (let block = first + length - 1; block > first; block--) {",
  "belongs to",
);
wrong(
  "the sweep frees no followers",
  DIES,
  "if (owner <= -16 && ownerOfFollower(words, owner, blocks) === id) compareExchange(words, row(block), owner, FREE);",
  "",
  "belongs to",
);
wrong(
  "the sweep does not trace a run within a chain",
  { ...DIES, taken: [19] },
  "steps < 3; steps++",
  "steps < 2; steps++",
  "belongs to",
);
wrong(
  "the sweep takes all that is not free",
  { threads: { A: ["chain2"], B: ["chain1", "chainKeep1"] }, mortal: ["A"], preemptions: 2 },
  "if (load(words, row(block)) === id) compareExchange(words, row(block), id, FREE);",
  "store(words, row(block), FREE);",
  "",
);
