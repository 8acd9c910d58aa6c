/**
 * `deno task test [WORD…]`: runs everything, one part after the other (several of them measure time, so nothing runs beside
 * them). A word selects the parts that have it in their names, such as `checks`, `bun`, `package`; one that is in no part's
 * name selects the test files that have it in their paths.
 * @module
 */

import process from "node:process";
import { checkParts } from "./test/check_parts.ts";
import { docsParts } from "./test/docs_parts.ts";
import { packageParts } from "./test/package_parts.ts";
import type { Outcome, Part } from "./test/part.ts";
import { benchParts, sourceParts } from "./test/source_parts.ts";
import { type Ended, printSummary } from "./test/summary.ts";

function select(words: readonly string[]): Part[] {
  const all = [...checkParts(), ...sourceParts(), ...docsParts(), ...packageParts(), ...benchParts()];
  const named = (word: string): boolean => all.some(({ name }) => name.includes(word));
  const partWords = words.filter(named);
  const fileWords = words.filter((word) => !named(word));
  const parts = fileWords.length > 0 ? sourceParts(fileWords) : all;
  return parts.filter(({ name }) => partWords.every((word) => name.includes(word)));
}

/** Seconds after which no further part is begun: with the last one's own budget, a run takes less than half an hour. */
const TOTAL = 25 * 60;

function notRun(message: string): Outcome {
  return { passed: 0, skipped: 0, failures: [{ name: "was not run", message }], seconds: 0 };
}

async function runPart(part: Part): Promise<Outcome> {
  if (performance.now() > TOTAL * 1000) return notRun(`The parts before it took more than ${TOTAL} s.`);
  try {
    return await part.run();
  } catch (error) {
    return notRun(error instanceof Error ? error.stack ?? error.message : String(error));
  }
}

const parts = select(process.argv.slice(2));
if (parts.length === 0) {
  console.error(`No part and no test file has ${process.argv.slice(2).join(" ")} in its name.`);
  process.exit(2);
}
const ended: Ended[] = [];
for (const [index, part] of parts.entries()) {
  console.log(`\n▶ ${part.name} (${index + 1} of ${parts.length}, at most ${part.budget} s)`);
  const outcome = await runPart(part);
  const { passed, failures, seconds } = outcome;
  console.log(
    `${failures.length === 0 ? "✔" : "✖"} ${passed} passed, ${failures.length} failed, ${seconds.toFixed(1)} s`,
  );
  ended.push({ part, outcome });
}
process.exitCode = printSummary(ended) === 0 ? 0 : 1;
