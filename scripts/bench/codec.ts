/**
 * How long the codec takes beside JSON and the engine's own serialization, in ns an item, on the runtime that runs this:
 * `node scripts/bench/codec.ts [workload …]`. The least of several interleaved rounds counts.
 * @module
 */
import { decode } from "../../core/encode/decode.ts";
import { encode, type SharedObjects } from "../../core/encode/encode.ts";
import { Inbox, Outbox } from "../../core/encode/scratch.ts";
import { setText } from "../../core/encode/text.ts";
import { textOf } from "../../adapters/text.ts";
import { isDeepStrictEqual } from "node:util";
import { deserialize, serialize } from "node:v8";

const ROUNDS = 7;
const ROUND_MS = 12;

const versions = process.versions as Record<string, string | undefined>;
const runtime = versions.deno !== undefined ? "deno" : versions.bun !== undefined ? "bun" : "node";
setText(textOf(runtime));

const keys = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `key${from + i}`);
const shapes = Array.from({ length: 52 }, (_, i) => {
  const names = Array.from({ length: 2 + i % 5 }, (_, j) => `${String.fromCharCode(97 + (i + j * 5) % 26)}${i}`);
  return (n: number) => Object.fromEntries(names.map((name, j) => [name, j % 2 === 0 ? n : `v${j}`]));
});
const small = (i: number) => ({ id: i, name: `item ${i % 64}`, x: [1, 2, 3] });
const nested = (i: number) =>
  Object.fromEntries(
    keys(20).map((key, j) => [key, j % 4 === 0 ? { a: i, b: "text", c: [j, j + 0.5] } : j % 2 ? i * j : key]),
  );
const sentence = "The quick brown fox jumps over the dog. ".repeat(26).slice(0, 1024);
const flat = (text: string) => JSON.parse(JSON.stringify(text)) as string;

/** Each makes the n-th item of a kind; 64 of them are used in turn. */
const workloads: Record<string, (n: number) => unknown> = {
  int: (n) => n,
  small,
  "small, new names": (n) => ({ id: n, name: `item ${n * 7919}`, x: [1, 2, 3] }),
  "52 shapes": (n) => shapes[n % 52](n),
  "nested, 20 keys": nested,
  "100 small": (n) => Array.from({ length: 100 }, (_, i) => small(n + i)),
  "100 doubles": (n) => Array.from({ length: 100 }, (_, i) => n + i + 0.5),
  "100 integers": (n) => Array.from({ length: 100 }, (_, i) => n * 1000 + i),
  "Map of 20": (n) => new Map(keys(20).map((key) => [key, n])),
  "class instance": (n) => Object.assign(new (class Point {})(), { x: n, y: 2 }),
  "Date, Set, bigint": (n) => [new Date(n), new Set([n, "a"]), 10n],
  "1 KiB ASCII": (n) => flat(sentence.slice(0, 1020) + (1000 + n)),
  "1 KiB Latin-1": (n) => flat(sentence.slice(0, 1016) + "éàüö" + (1000 + n)),
  "1 Ki CJK": (n) => flat("漢字仮名".repeat(255) + (1000 + n)),
  "60 ASCII": (n) => flat(sentence.slice(0, 56) + (1000 + n)),
  "Uint8Array 1 KiB": (n) => new Uint8Array(1024).fill(n),
  "Uint8Array 64 B": (n) => new Uint8Array(64).fill(n),
  "Float64Array 100": (n) => new Float64Array(100).fill(n),
};

const shared: SharedObjects = { refOf: () => undefined, open: () => ({}) };
const out = new Outbox(), from = new Inbox();
let sink: unknown;

function time(run: (i: number) => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) run(i);
  return (performance.now() - start) * 1e6 / count;
}

function measure(make: (n: number) => unknown): number[] {
  const items = Array.from({ length: 64 }, (_, n) => make(n));
  const places: number[] = [];
  out.clear();
  for (const item of items) {
    places.push(out.length);
    encode(item, out, shared);
  }
  places.push(out.length);
  from.reserve(out.length);
  from.bytes.set(out.bytes.subarray(0, out.length));
  const json = jsonable(items[0]);
  const texts = json ? items.map((item) => JSON.stringify(item)) : [];
  const binaries = items.map((item) => serialize(item));
  const runs: ((i: number) => void)[] = [
    (i) => {
      out.length = 0;
      encode(items[i & 63], out, shared);
    },
    (i) => sink = decode(from, places[i & 63], places[(i & 63) + 1], shared),
    (i) => sink = json && JSON.stringify(items[i & 63]),
    (i) => sink = json && JSON.parse(texts[i & 63]),
    (i) => sink = serialize(items[i & 63]),
    (i) => sink = deserialize(binaries[i & 63]),
    (i) => sink = structuredClone(items[i & 63]),
  ];
  const best = runs.map(() => Infinity);
  const counts = runs.map((run) => {
    time(run, 200);
    return Math.max(20, Math.round(ROUND_MS * 1e6 / 8 / time(run, 100)));
  });
  for (let round = 0; round < ROUNDS; round++) {
    runs.forEach((run, i) => best[i] = Math.min(best[i], time(run, i < 2 ? counts[i] * 4 : counts[i])));
  }
  if (!json) best[2] = best[3] = NaN;
  return [...best, (places[64] - places[0]) / 64];
}

/** Whether JSON gives the item back, so that its time can be compared. */
function jsonable(item: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(item)), structuredClone(item));
  } catch {
    return false;
  }
}

const wanted = process.argv.slice(2);
const columns = ["encode", "decode", "JSON", "parse", "serialize", "deserial.", "clone", "bytes"];
console.log(`${runtime.padEnd(20)}${columns.map((column) => column.padStart(10)).join("")}`);
for (const [name, make] of Object.entries(workloads)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(
    `${name.padEnd(20)}${measure(make).map((ns) => (Number.isNaN(ns) ? "–" : ns.toFixed(0)).padStart(10)).join("")}`,
  );
}
if (sink === wanted) console.log();
