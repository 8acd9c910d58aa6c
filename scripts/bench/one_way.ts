/**
 * One way: the main thread sends, a worker receives.
 * @module
 */

import { Pipe, Queue } from "#isthmus";
import { type Form, handleFor, put } from "./contenders/isthmus.ts";
import { multithreading } from "./contenders/multithreading.ts";
import { ringbuf } from "./contenders/ringbuf.ts";
import { bytesOf, kindOf, sumOf } from "./items.ts";
import { type Bench, check, type Contender, rate, type Workload } from "./measure.ts";
import type { Thread } from "./thread.ts";

const ISTHMUS = new URL("contenders/isthmus.ts", import.meta.url);
const POST = new URL("contenders/post_message.ts", import.meta.url);

const SYNC: Form = { promises: false, many: 0 };
const PROMISES: Form = { promises: true, many: 0 };
const MANY: Form = { promises: false, many: 64 };
const MANY_PROMISES: Form = { promises: true, many: 64 };

/** At what programs that move much hold their backlog, so that it stays in the caches. Without a limit it may outgrow them. */
const BACKLOG = 4 << 20;
/** Items of more bytes are always held back so. */
const LARGE = 1 << 18;

function queueFor(bytes: number, bounded: boolean): Queue {
  if (!bounded && bytes < LARGE) return new Queue();
  return new Queue({ maxBytes: Math.max(BACKLOG, 2 * bytes + 4096) });
}

function ours(name: string, thread: Thread, kind: string, forms: [Form, Form], queue: Queue): Contender {
  return {
    name: `isthmus ${name}`,
    run: async (n) => {
      let sum: unknown;
      const sample = await rate(n, async () => {
        const taken = thread.call("take", {
          handle: handleFor(thread, queue),
          form: forms[1],
          kind,
          count: n,
        });
        await put(queue, forms[0], { kind, from: 0, to: n });
        sum = await taken;
      });
      check(sum, sumOf(kindOf(kind), 0, n));
      return sample;
    },
    close: () => queue.close(),
  };
}

/** Bare postMessage of items of a kind. */
export function post(thread: Thread, kind: string): Contender {
  return {
    name: "postMessage",
    run: async (n) => {
      const { make } = kindOf(kind);
      let sum: unknown;
      const sample = await rate(n, async () => {
        const taken = thread.call("postTake", { kind, count: n });
        for (let i = 0; i < n; i++) thread.post(make(i));
        sum = await taken;
      });
      check(sum, sumOf(kindOf(kind), 0, n));
      return sample;
    },
  };
}

function bytesInto(thread: Thread, name: string): Contender {
  const [reader, writer] = Pipe({ duplex: false, maxBytes: BACKLOG });
  const kind = kindOf(name);
  return {
    name: "isthmus sendBytesSync → recvBytesIntoSync",
    run: async (n) => {
      let sum: unknown;
      const sample = await rate(n, async () => {
        const taken = thread.call("takeInto", {
          handle: handleFor(thread, reader),
          length: kind.bytes,
          count: n,
        });
        for (let i = 0; i < n; i++) {
          writer.sendBytesSync(kind.make(i) as Uint8Array);
        }
        sum = await taken;
      });
      check(sum, sumOf(kind, 0, n));
      return sample;
    },
    close: () => {
      reader.close();
      writer.close();
    },
  };
}

const SINGLE = "putSync → getSync";
const BATCHES = "putManySync → getManySync (64)";
const FORMS: Readonly<Record<string, [Form, Form]>> = {
  [SINGLE]: [SYNC, SYNC],
  "putSync → await get": [SYNC, PROMISES],
  "await put → await get": [PROMISES, PROMISES],
  [BATCHES]: [MANY, MANY],
  "await putMany → await getMany (64)": [MANY_PROMISES, MANY_PROMISES],
};

const sync = [SINGLE];
const both = [SINGLE, "await put → await get"];

/** Where a first run has so many items, they are small ones, and of their time most is the library's code. */
const SMALL = 200;
const PROCESSES = 3;

/** `also` makes one more contender. */
function workload(
  name: string,
  kind: string,
  forms: readonly string[],
  start: number,
  { bounded = false, also }: { bounded?: boolean; also?: (thread: Thread, kind: string) => Contender } = {},
): Workload {
  return {
    name: bounded ? `${name}, maxBytes ${BACKLOG >> 20} MiB` : name,
    unit: "items/s",
    better: "more",
    start,
    ...(start >= SMALL ? { processes: PROCESSES } : {}),
    contenders: async (bench: Bench) => {
      const [thread] = await bench.threads(1, ISTHMUS);
      await thread.call("load", POST.href);
      const { bytes } = kindOf(kind);
      const contenders = [
        post(thread, kind),
        ...forms.map((form) => ours(form, thread, kind, FORMS[form], queueFor(bytes, bounded))),
        ...(also === undefined ? [] : [also(thread, kind)]),
      ];
      if (bench.peers && kind === "small") contenders.push(await ringbuf(thread, kind), await multithreading());
      if (bench.peers && kind === "1 KiB ASCII" && !bounded) contenders.push(await ringbuf(thread, kind));
      return contenders;
    },
  };
}

/**
 * Without a limit of the backlog, and with one: in a process of its own, since memory that a backlog has taken once stays with the
 * process, which JavaScriptCore's collector makes much of. Promise forms, whose backlog nothing holds back, only with one.
 */
function boundOrNot(name: string, kind: string, start: number, forms: readonly string[] = sync): Workload[] {
  return [workload(name, kind, sync, start), workload(name, kind, forms, start, { bounded: true })];
}

/** One workload for each kind of item. */
export const oneWay: Workload[] = [
  workload("small", "small", Object.keys(FORMS), 500),
  workload("int", "int", Object.keys(FORMS), 500),
  workload("nested", "nested 20 keys", sync, 200),
  ...boundOrNot("text 1 KiB ASCII", "1 KiB ASCII", 200, both),
  ...boundOrNot("text 1 KiB Latin-1", "1 KiB Latin-1", 200),
  ...boundOrNot("text 1 Ki CJK", "1 Ki CJK", 200),
  ...boundOrNot("text 64 KiB ASCII", "64 KiB ASCII", 20),
  ...boundOrNot("bytes 1 KiB", bytesOf(1024), 200),
  workload("bytes 1 MiB", bytesOf(1 << 20), sync, 4, { also: bytesInto }),
  workload("bytes 64 MiB", bytesOf(64 << 20), sync, 1),
];

/** The workload of arrays of `length` bytes. */
export function ofBytes(length: number): Workload {
  return workload(`${length} bytes`, bytesOf(length), sync, length > 1 << 16 ? 2 : 200);
}
