/**
 * What a put and a get cost in counts that no machine changes, so that speed is not lost unseen: atomic operations, wake-ups
 * that nobody waits for, shared memory an item takes. A copy of the library whose atomics are counted is loaded for it.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { ATOMICS } from "../harness/atomics.ts";

type Library = typeof import("../../mod.ts");
type Ring = typeof import("../../core/ring.ts");
type Counts = Record<string, number>;

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COUNTING = `
const counts: Record<string, number> & { onCall?: (name: string) => void } = {} as never;
(globalThis as unknown as Record<symbol, typeof counts>)[Symbol.for("isthmus counts")] = counts;
const counted = <Name extends keyof typeof Atomics>(name: Name) => {
  const operation = Atomics[name] as (...args: unknown[]) => unknown;
  return ((...args: unknown[]) => {
    counts[name] = (counts[name] ?? 0) + 1;
    counts.onCall?.(name);
    return operation(...args);
  }) as unknown as typeof Atomics[Name];
};
${ATOMICS.map((name) => `export const ${name} = counted("${name}");`).join("\n")}
export const pause = () => {};
`;

let library: Library;
let ring: Ring;
let waitSet: typeof import("../../core/wait_set.ts");
let shared: typeof import("../../core/encode/encode.ts").SHARED;

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-guard-"));
  try {
    for (const part of ["core", "adapters", "mod.ts"]) {
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    }
    writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
    writeFileSync(join(folder, "core", "memory.ts"), COUNTING);
    const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
    library = await load("mod.ts");
    ring = await load("core/ring.ts");
    waitSet = await load("core/wait_set.ts");
    shared = (await load("core/encode/encode.ts")).SHARED;
  } finally {
    after(() => rmSync(folder, { recursive: true, force: true }));
  }
});

/** How often each atomic operation is called by `act`, of those that are called at all. `onCall` runs before each. */
function counts(act: () => void, onCall?: (name: string) => void): Counts {
  const all = (globalThis as unknown as Record<symbol, Record<string, unknown>>)[Symbol.for("isthmus counts")];
  for (const name of Object.keys(all)) delete all[name];
  if (onCall !== undefined) all.onCall = onCall;
  act();
  delete all.onCall;
  return { ...all } as Counts;
}

const small = (id: number) => ({ id, name: `item ${id % 64}`, x: [1, 2, 3] });

/** A queue that has outgrown the segment in its cell, so that none of the next puts comes to an end of one; with `backlog` items in. */
function warm(options: number | undefined, backlog: number) {
  const queue = new library.Queue<unknown>(options);
  for (let i = 0; i < 100; i++) queue.putSync(small(i));
  for (let i = 0; i < 100; i++) queue.getSync();
  for (let i = 0; i < backlog; i++) queue.putSync(i);
  return queue;
}

/** The look whether somebody waits, where it is an atomic operation. */
const peeks = process.arch === "x64" ? 0 : 1;
// The lock, the commit, the release, and that look.
const ONE = withLoads(peeks);

function withLoads(load: number): Counts {
  const others = { compareExchange: 1, store: 1, exchange: 1 };
  return load === 0 ? others : { ...others, load };
}

test(`a put takes ${3 + peeks} atomic operations, and wakes nobody when nobody waits`, () => {
  for (const options of [undefined, 1000]) {
    const queue = warm(options, 0);
    assertEquals(counts(() => queue.putSync(7)), ONE);
    assertEquals(counts(() => queue.putSync(small(7))), ONE);
    assertEquals(counts(() => queue.putNowait(small(7))), ONE);
    assertEquals(counts(() => void queue.put(small(7))), ONE);
    queue.close();
  }
});

test(`a get of an item that is there takes ${3 + peeks}, and one more to see what was put since the last look`, () => {
  const queue = warm(undefined, 4);
  assertEquals(counts(() => queue.getSync()), withLoads(peeks + 1));
  assertEquals(counts(() => queue.getSync()), ONE);
  assertEquals(counts(() => void queue.get()), ONE);
  assertEquals(counts(() => queue.getNowait()), ONE);
  queue.close();
});

test("a batch takes no more than a single item", () => {
  for (const make of [(i: number) => i, small]) {
    const queue = warm(undefined, 0);
    const items = Array.from({ length: 64 }, (_, i) => make(i));
    assertEquals(counts(() => queue.putManySync(items)), ONE);
    assertEquals(counts(() => queue.getManySync(64)), withLoads(peeks + 1));
    queue.close();
  }
});

test("a batch rings a thread once, also one that enrolls again at once to wait for more", () => {
  const queue = warm(undefined, 0);
  const { thread, cell } = queue[shared];
  const set = cell * 256 + ring.GETTERS;
  const enroll = () => waitSet.enroll(thread.memory, set, thread.slot);
  enroll();
  const items = Array.from({ length: 64 }, (_, i) => i);
  const put = counts(() => queue.putManySync(items), (name) => name === "notify" && enroll());
  assertEquals(put.notify, 1);
  assert(waitSet.withdraw(thread.memory, set, thread.slot) === false, "it waits on");
  queue.close();
});

test("a message of a pipe costs a put and a get, and a few looks whether the other side is there", () => {
  const [reader, writer] = library.Pipe({ duplex: false });
  const sum = (of: Counts) => Object.values(of).reduce((all, n) => all + n, 0);
  for (let i = 0; i < 300; i++) {
    writer.sendSync(i);
    reader.recvSync();
  }
  const put = counts(() => writer.sendSync(1));
  const got = counts(() => reader.recvSync());
  assert(sum(put) <= 12, `a send takes ${JSON.stringify(put)}`);
  assert(sum(got) <= 12, `a receive takes ${JSON.stringify(got)}`);
  assertEquals([put.notify, got.notify], [undefined, undefined]);
  reader.close();
  writer.close();
});

test("a small object takes 40 bytes once its keys are known, an integer 8, and 1 KiB of bytes 16 more than it is", () => {
  const bytes = (i: number) => new Uint8Array(1024).fill(i);
  for (const [make, most] of [[small, 41], [(i: number) => i, 8], [bytes, 1040]] as const) {
    const queue = new library.Queue<unknown>();
    for (let i = 0; i < 1000; i++) queue.putSync(make(i));
    const { thread, cell } = queue[shared];
    const at = cell * 256;
    assertEquals(ring.sizeOf(thread.memory.words, at), 1000);
    const bytes = ring.unitsOf(thread.memory.words, at) * 8 / 1000;
    assert(bytes <= most, `an item takes ${bytes} bytes`);
    queue.close();
  }
});

test("a queue that is used steadily takes no more shared memory", () => {
  const queue = warm(undefined, 0);
  const { thread } = queue[shared];
  const bytes = thread.memory.buffer.byteLength;
  assertEquals(
    counts(() => {
      for (let i = 0; i < 20_000; i++) {
        queue.putSync(small(i));
        queue.getSync();
      }
    }).compareExchange,
    40_000,
    "no block is claimed: each put and get takes its lock and nothing else",
  );
  assertEquals(thread.memory.buffer.byteLength, bytes);
  queue.close();
});
