/**
 * What each atomic operation does to a word, and which threads share a word.
 * @module
 */
import { ATOMICS } from "../../harness/atomics.ts";
import type { ModelMemory } from "./memory.ts";
import type { Op } from "./history.ts";

/** Carries out an operation that never waits, and gives its answer. */
export function atomic(memory: ModelMemory, { kind, at, a, b }: Op): number {
  const index = at >> 2;
  const old = memory.words[index];
  switch (kind) {
    case "load":
      return old;
    case "store":
      memory.setWord(index, a);
      return a;
    case "add":
      memory.setWord(index, old + a);
      return old;
    case "sub":
      memory.setWord(index, old - a);
      return old;
    case "and":
      memory.setWord(index, old & a);
      return old;
    case "or":
      memory.setWord(index, old | a);
      return old;
    case "exchange":
      memory.setWord(index, a);
      return old;
    case "compareExchange":
      if (old === a) memory.setWord(index, b);
      return old;
  }
  throw new Error(`${kind} is no atomic operation.`);
}

/** The atomic operations that read or change a word, and neither wait nor wake. */
export const ACCESSES: ReadonlySet<string> = new Set(
  ATOMICS.filter((name) => name !== "wait" && name !== "waitAsync" && name !== "notify"),
);

/**
 * Which threads use a word. An atomic operation on a word that no other thread uses, or that nobody writes, commutes with
 * everything that the others do, so it needs no step of its own. Which words those are is found out on the way: when a word
 * turns out to be shared, the search is done again.
 */
export class Sharing {
  /** Set when a word turned out to be shared. */
  grew = false;
  readonly #users: Map<number, { all: number; writers: number }> = new Map();

  visible(at: number): boolean {
    const users = this.#users.get(at & ~3);
    return users !== undefined && users.writers !== 0 && (users.all & (users.all - 1)) !== 0;
  }

  /** The words that are visible, by byte offset. */
  words(): number[] {
    return [...this.#users.keys()].filter((word) => this.visible(word));
  }

  /** Declares a word to be shared. */
  share(word: number): void {
    this.#users.set(word, { all: 3, writers: 3 });
  }

  use(actor: number, at: number, size: number, writes: boolean): void {
    for (let word = at & ~3; word < at + size; word += 4) {
      let users = this.#users.get(word);
      if (users === undefined) this.#users.set(word, users = { all: 0, writers: 0 });
      const was = this.visible(word);
      users.all |= 1 << actor;
      if (writes) users.writers |= 1 << actor;
      if (!was && this.visible(word)) this.grew = true;
    }
  }
}
