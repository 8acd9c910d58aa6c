/**
 * Counts lines, words and bytes, as `LC_ALL=C wc` does, and takes the SHA-256 of every file under a directory, with one worker
 * per core: paths go out through one bounded queue, results come back through another.
 *
 *     count_files.ts [DIR] [--workers=N] [--list]
 *
 * `--list` prints a line for each file. Symbolic links are not followed. What cannot be read is reported, and the rest is
 * counted. The last line is the SHA-256 of all files' digests, sorted, as this gives it:
 *
 *     find DIR -type f -exec sha256sum {} + | cut -c1-64 | LC_ALL=C sort | sha256sum
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { SingleBar } from "cli-progress";
import Table from "cli-table3";
import { cpuCount, isMainThread, Process, Queue, QueueShutDown } from "../mod.ts";

interface Count {
  path: string;
  lines: number;
  words: number;
  bytes: number;
  sha256: string;
}

/** What a worker sends back for a path. */
type Result = Count | { path: string; error: string };

const OTHER = 0, PRINTABLE = 1, SPACE = 2, NEWLINE = 3;

/** What each byte is to `wc` in the C locale: a word begins at a printable byte, and only white space ends it. */
const CLASSES: Uint8Array = new Uint8Array(256).fill(OTHER).fill(PRINTABLE, 0x21, 0x7f).fill(SPACE, 0x09, 0x0e);
CLASSES[0x20] = SPACE;
CLASSES[0x0a] = NEWLINE;

/** Counts and hashes one file, a piece at a time, so that its size does not matter. */
function countFile(path: string, buffer: Uint8Array): Count {
  const hash = createHash("sha256");
  const file = openSync(path, "r");
  let lines = 0, words = 0, bytes = 0, inWord = false;
  try {
    for (let length; (length = readSync(file, buffer)) > 0; bytes += length) {
      hash.update(buffer.subarray(0, length));
      for (let at = 0; at < length; at++) {
        const kind = CLASSES[buffer[at]!]!;
        if (kind >= SPACE) {
          inWord = false;
          if (kind === NEWLINE) lines++;
        } else if (kind === PRINTABLE && !inWord) {
          inWord = true;
          words++;
        }
      }
    }
  } finally {
    closeSync(file);
  }
  return { path, lines, words, bytes, sha256: hash.digest("hex") };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The worker: takes paths until there are no more. It may block, for nothing else runs in its thread. */
export function countFiles(tasks: Queue<string>, results: Queue<Result>): void {
  const buffer = new Uint8Array(256 * 1024);
  for (const path of tasks.iterateSync()) {
    let result: Result;
    try {
      result = countFile(path, buffer);
    } catch (error) {
      result = { path, error: messageOf(error) };
    }
    results.putSync(result);
  }
}

/** All regular files under `root`, one folder at a time. */
async function* filesUnder(root: string, failed: (path: string, error: string) => void): AsyncGenerator<string[]> {
  const folders = [root];
  for (let folder; (folder = folders.pop()) !== undefined;) {
    const files: string[] = [];
    try {
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        if (entry.isDirectory()) folders.push(join(folder, entry.name));
        else if (entry.isFile()) files.push(join(folder, entry.name));
      }
    } catch (error) {
      failed(folder, messageOf(error));
    }
    if (files.length > 0) yield files;
  }
}

/** Counts all files under `root` with `count` workers. */
async function countAll(root: string, count: number): Promise<{ counts: Count[]; failures: Map<string, string> }> {
  const tasks = new Queue<string>({ maxsize: 1024 });
  const results = new Queue<Result>({ maxsize: 1024 });
  const workers = Array.from(
    { length: count },
    () => new Process({ module: import.meta.url, target: countFiles, args: [tasks, results] }).start(),
  );
  // However the workers end, the loops below end too.
  const ended = Promise.all(workers.map((worker) => worker.join())).then(() => {
    tasks.shutdown();
    results.shutdown();
  });

  const format = "{bar} {percentage}% | {value} of {total} files | {duration_formatted}";
  const bar = new SingleBar({ format, noTTYOutput: true, notTTYSchedule: 2000, clearOnComplete: true });
  const counts: Count[] = [];
  const failures = new Map<string, string>();
  const pending = new Set<string>();

  async function feed(): Promise<void> {
    try {
      for await (const files of filesUnder(root, (path, error) => failures.set(path, error))) {
        for (const path of files) pending.add(path);
        const total = counts.length + failures.size + pending.size;
        if (bar.isActive) bar.setTotal(total);
        else bar.start(total, 0);
        await tasks.putMany(files);
      }
    } catch (error) {
      if (!QueueShutDown.is(error)) throw error; // No worker is left; what is pending is reported below.
    } finally {
      tasks.shutdown(); // Workers finish what is in the queue, then their loops end.
    }
  }
  async function collect(): Promise<void> {
    for await (const result of results) {
      pending.delete(result.path);
      if ("error" in result) failures.set(result.path, result.error);
      else counts.push(result);
      bar.update(counts.length + failures.size);
    }
  }
  await Promise.all([feed(), collect(), ended]);
  bar.stop();
  for (const path of pending) failures.set(path, "no worker lived to count it");
  return { counts, failures };
}

async function main(): Promise<void> {
  const options = { workers: { type: "string" }, list: { type: "boolean" } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const root = positionals[0] ?? ".";
  const workers = values.workers === undefined ? cpuCount() : Number(values.workers);
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`--workers=${values.workers}: give a number from 1.`);
  }
  const begin = performance.now();
  const { counts, failures } = await countAll(root, workers);
  const seconds = (performance.now() - begin) / 1000;

  if (values.list) {
    counts.sort((a, b) => a.path < b.path ? -1 : 1);
    for (const { sha256, lines, words, bytes, path } of counts) {
      console.log(`${sha256}  ${lines} ${words} ${bytes} ${relative(root, path)}`);
    }
  }
  for (const [path, error] of failures) console.error(`cannot count ${path}: ${error}`);
  if (failures.has(root)) process.exitCode = 1;
  const total = (of: "lines" | "words" | "bytes"): number => counts.reduce((sum, count) => sum + count[of], 0);
  const table = new Table({ colAligns: ["left", "right"], style: { head: [], border: [] } });
  table.push(
    ["files", counts.length],
    ["lines", total("lines")],
    ["words", total("words")],
    ["bytes", total("bytes")],
    ["not readable", failures.size],
    ["workers", workers],
    ["seconds", seconds.toFixed(2)],
    ["MB/s", (total("bytes") / 1e6 / seconds).toFixed(0)],
  );
  console.log(table.toString());
  const digest = createHash("sha256");
  for (const sha256 of counts.map((count) => count.sha256).sort()) digest.update(`${sha256}\n`);
  console.log(`digest of all digests: ${digest.digest("hex")}`);
}

if (isMainThread) await main();
