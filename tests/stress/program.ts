/**
 * Rounds for some minutes on the runtime that runs this: `program.ts MINUTES SEED [ROUND_SEED]`.
 * @module
 */
import process from "node:process";
import { isMainThread } from "../../mod.ts";
import { type Outcome, planRound, runRound } from "./round.ts";

/** How long producers put in a round. */
const ROUND = 2500;

/** Runs rounds for so many minutes and gives the sums. Throws an Error that names the round's seed. */
export async function runRounds(minutes: number, seed: number, say: (line: string) => void): Promise<Outcome> {
  const end = performance.now() + minutes * 60_000;
  const total: Record<string, number> = { rounds: 0 };
  for (let round = seed; performance.now() < end; round++) {
    const plan = planRound(round);
    let outcome: Outcome;
    try {
      outcome = await runRound(plan, Math.min(ROUND, minutes * 20_000));
    } catch (error) {
      throw new Error(`the round ${JSON.stringify(plan)} failed`, { cause: error });
    }
    total.rounds++;
    for (const [name, value] of Object.entries(outcome)) total[name] = (total[name] ?? 0) + value;
    const megabytes = Math.round(process.memoryUsage().rss / 2 ** 20);
    say(`${JSON.stringify(plan)} ${JSON.stringify(outcome)} resident ${megabytes} MiB`);
  }
  return total as unknown as Outcome;
}

if (isMainThread && process.argv[1]?.endsWith("program.ts")) {
  const [minutes, seed] = process.argv.slice(2).map(Number);
  const total = await runRounds(minutes, seed, (line) => console.log(line));
  console.log(`total ${JSON.stringify(total)}`);
}
