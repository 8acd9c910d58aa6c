/**
 * The most frequent words of a large text: pieces of it go out through a bounded queue to one worker per core, and each worker
 * sends back one Map when there are no more pieces.
 *
 *     word_frequency.ts [FILE] [--top=N]
 *
 * Without FILE it takes the source of the TypeScript compiler, 9 MB.
 */
import { createReadStream, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import { cpuCount, isMainThread, Process, Queue } from "../mod.ts";

type Counts = Map<string, number>;

/** The worker: counts the words of each piece, says how many bytes that were, and sends the counts at the end. */
export function countWords(pieces: Queue<string>, results: Queue<number | Counts>): void {
  const counts: Counts = new Map();
  for (const piece of pieces.iterateSync()) {
    for (const [word] of piece.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
    results.putSync(new TextEncoder().encode(piece).length);
  }
  results.putSync(counts);
}

/** The file's text in pieces that end where a word does not go on. */
async function* piecesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of createReadStream(file, { encoding: "utf8", highWaterMark: 256 * 1024 })) {
    const all = rest + text;
    const cut = all.search(/\P{L}\p{L}*$/u) + 1;
    if (cut > 0) yield all.slice(0, cut);
    rest = all.slice(cut);
  }
  yield rest;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { top: { type: "string" } }, allowPositionals: true });
  const top = Number(values.top ?? 10);
  const file = positionals[0] ?? fileURLToPath(import.meta.resolve("typescript"));
  const bar = new SingleBar({
    format: "{bar} {percentage}% | {duration_formatted}",
    noTTYOutput: true,
    notTTYSchedule: 2000,
    clearOnComplete: true,
  });
  bar.start(statSync(file).size, 0);

  const pieces = new Queue<string>({ maxsize: 2 * cpuCount() }); // reading waits when the workers are behind
  const results = new Queue<number | Counts>();
  const workers = Array.from(
    { length: cpuCount() },
    () => new Process({ module: import.meta.url, target: countWords, args: [pieces, results] }).start(),
  );
  async function untilEnded(worker: Process<[Queue<string>, Queue<number | Counts>]>): Promise<void> {
    await worker.join();
    if (worker.exitCode !== 0) throw new Error(`${worker.name} ended with ${worker.exitCode}: its counts are lost.`);
  }
  const ended = Promise.all(workers.map(untilEnded)).then(() => results.shutdown());

  async function feed(): Promise<void> {
    for await (const piece of piecesOf(file)) await pieces.put(piece);
    pieces.shutdown();
  }
  const total: Counts = new Map();
  async function collect(): Promise<void> {
    for await (const result of results) {
      if (typeof result === "number") bar.increment(result);
      else for (const [word, count] of result) total.set(word, (total.get(word) ?? 0) + count);
    }
  }
  await Promise.all([feed(), collect(), ended]);
  bar.stop();

  const words = [...total].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  for (const [word, count] of words.slice(0, top)) console.log(`${String(count).padStart(8)} ${word}`);
  console.log(`${total.size} different words`);
}

if (isMainThread) await main();
