/**
 * JoinableQueue, through its public methods, blocking, at once and by promises: what `join` waits for, and the short way
 * that almost every put and get takes.
 */
import { caught, passes } from "./report.ts";
import { CELL, DEEP } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { joinableSpec } from "./joinable_spec.ts";
import type { JoinableState } from "./joinable_spec.ts";
import { mark, outcome, shared } from "./shared_model.ts";
import type { Play, Player } from "./shared_model.ts";
import type { Scenario } from "./checker/scenario.ts";
import { JOINABLE_QUEUE } from "../../core/kinds.ts";
import type { JoinableQueue } from "../../core/joinable_queue.ts";

const REST = mark(0);

/** A promise that tells at once, since a run of a simulated thread is over before the real ones do. */
class Told<T> {
  #heard: ((value: T) => void)[] = [];
  #failed: ((reason: unknown) => void)[] = [];
  #end: { value: T } | { reason: unknown } | undefined;

  constructor(run: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void) {
    run((value) => this.#settle({ value }), (reason) => this.#settle({ reason }));
  }

  #settle(end: { value: T } | { reason: unknown }): void {
    this.#end ??= end;
    for (const heard of this.#heard.splice(0)) if ("value" in end) heard(end.value);
    for (const failed of this.#failed.splice(0)) if ("reason" in end) failed(end.reason);
  }

  tell(heard: (value: T) => void, failed: (reason: unknown) => void): void {
    this.#heard.push(heard);
    this.#failed.push(failed);
    if (this.#end !== undefined) this.#settle(this.#end);
  }

  static resolve<T>(value: T): Told<T> {
    return new Told((resolve) => resolve(value));
  }

  static reject(reason: unknown): Told<never> {
    return new Told((_resolve, reject) => reject(reason));
  }
}
const PROMISE = Symbol.for("isthmus model promise");
(globalThis as Record<symbol, unknown>)[PROMISE] = Told;

const told = (file: string, find: string): Patch => ({
  file,
  find,
  put: `${find}\nconst Promise = (globalThis as any)[Symbol.for("isthmus model promise")];`,
});
const PROMISES: readonly Patch[] = [
  told("waiter.ts", "const LONGEST = 2 ** 31 - 1;"),
  told("turns.ts", "const TURN = 5;"),
  told("queue.ts", "export type QueueHandle = Handle;"),
  told("joinable_queue.ts", `import { runAsync, runSync } from "./waiter.ts";`),
  // Less to allocate for each run of a thread.
  { file: "encode/scratch.ts", find: "const START = 64 * 1024;", put: "const START = 1024;" },
];

function act({ model, name, object, parts }: Player<JoinableQueue<number>>, deed: string, index: number): void {
  const item = 10 * (name.charCodeAt(0) - 64) + index;
  const call = (what: string, body: () => unknown) => model.call(what, [name, item], () => outcome(body));
  const later = (what: string, promise: Promise<unknown>) => {
    const over = (result: unknown) => model.returned(result, index);
    (promise as unknown as Told<unknown>).tell(over, (reason) => over((reason as { code: string }).code));
    void what;
  };
  switch (deed) {
    case "put":
      return void call(deed, () => object.putSync(item));
    case "putNowait":
      return void call(deed, () => object.putNowait(item));
    case "get":
      return void call(deed, () => object.getSync());
    case "getNowait":
      return void call(deed, () => object.getNowait());
    case "done":
      return void call(deed, () => object.taskDone());
    case "join":
      return void call(deed, () => object.joinSync());
    case "joinTimed":
      return void call(deed, () => object.joinSync({ timeout: 20 }));
    case "unfinished":
      return void call(deed, () => object.unfinished);
    case "putAsync":
      model.called("put", [name, item], index);
      return later(deed, object.put(item));
    case "getAsync":
      model.called("get", [name, item], index);
      return later(deed, object.get());
    case "joinAsync":
      model.called("join", [name, item], index);
      return later(deed, object.join());
    case "drop":
      // It takes effect in two moments: no more puts, and then what is left is dropped.
      model.called("shut", [name], 0);
      model.called("drop", [name], 1);
      object.shutdown({ immediate: true });
      model.returned(null, 0);
      return model.returned(null, 1);
    case "rest":
      parts.memory.load(model.words, REST);
  }
}

type Options = Pick<Play<unknown>, "threads" | "mortal" | "deaths" | "preemptions" | "timeouts" | "wholeWrites"> & {
  readonly items?: number;
  readonly maxsize?: number;
};

function joinable(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const { items = 0, maxsize = 0 } = options;
  const initial = Array.from({ length: items }, (_value, index) => index + 1);
  const copies = (word: number) => (word >= 40 && word < 48) || (word >= 72 && word < 80);
  return shared<JoinableQueue<number>>({
    name: "joinable",
    kinds: [JOINABLE_QUEUE],
    init: (words, parts) => {
      parts.ring.initRing(words, CELL, maxsize, 1 << 20);
      const seat = { memory: { words, cover: () => {} }, id: 255 << 8 } as never;
      for (const value of initial) {
        const batch = { words: Int32Array.of((2 << 4) | 1, value), begin: 0, end: 2, count: 1, endsLarge: false };
        parts.push.push(seat, CELL, batch as never, Infinity, false);
      }
    },
    act,
    spec: joinableSpec(maxsize, initial),
    forgets: (deeds) => !deeds.some((deed) => deed.endsWith("Async")),
    final: ({ words, check }, { states, waiting }, { ring }) => {
      const unfinished = ring.unfinishedOf(words, CELL);
      const size = ring.sizeOf(words, CELL);
      check(
        states.some((one) =>
          (one as JoinableState).unfinished === unfinished && (one as JoinableState).items.length === size
        ),
        `${unfinished} tasks are unfinished and ${size} items in`,
      );
      for (const name of waiting) {
        if (name.startsWith("J")) check(unfinished > 0, `${name} waits for tasks that are done`);
        if (name.startsWith("G")) check(size === 0, `${name} waits for an item that is there`);
        if (name.startsWith("P")) check(size >= maxsize, `${name} waits for room that is there`);
      }
    },
    racy: (at) => {
      const word = at >> 2;
      if (word === CELL + 38 || word === CELL + 66) return "a recovery clears who insists without the lock";
      return copies(word - CELL) ? "read beside the commit word, and again if it moved" : undefined;
    },
    ...options,
    patches: [...PROMISES, ...patches],
  });
}

const right = (name: string, options: Options) => passes(() => joinable(options), name);

right("joinable, joined while the last task is done", {
  threads: { J: ["join"], G: ["get", "done", "done"] },
  items: 1,
  preemptions: DEEP ? undefined : 6,
});
right("joinable, put while joined", {
  threads: { J: ["join"], P: ["put"], D: ["done", "unfinished"] },
  items: 1,
  preemptions: DEEP ? 5 : 4,
});
right("joinable, 2 do the last tasks", {
  threads: { J: ["join"], D: ["done"], E: ["done", "done"] },
  items: 2,
  preemptions: DEEP ? 5 : 4,
});
right("joinable, the rest is dropped", {
  threads: { J: ["join"], S: ["drop"], D: ["done"] },
  items: 2,
  preemptions: DEEP ? 4 : 3,
});
right("joinable, by a promise form", {
  threads: { J: ["joinAsync"], D: ["done"] },
  items: 1,
  preemptions: DEEP ? undefined : 6,
});
right("joinable, joined with a timeout", {
  threads: { J: ["joinTimed"], D: ["done"] },
  items: 1,
  timeouts: true,
  preemptions: DEEP ? undefined : 6,
});
right("joinable, who is done dies anywhere", {
  threads: { J: ["join"], D: ["done", "rest"], E: ["done"] },
  items: 1,
  mortal: ["D"],
  preemptions: DEEP ? 2 : 1,
});
right("queue's methods, a full queue", {
  threads: { P: ["put", "putNowait"], G: ["get", "getNowait"] },
  maxsize: 1,
  preemptions: DEEP ? 5 : 4,
});
right("queue's methods, by promise forms", {
  threads: { P: ["putAsync", "putAsync"], G: ["getAsync", "getAsync"] },
  maxsize: 1,
  preemptions: DEEP ? 3 : 2,
});
right("queue's methods, a promise form and a blocking one", {
  threads: { G: ["getAsync"], H: ["get"], P: ["put", "put"] },
  preemptions: DEEP ? 2 : 1,
});

const wrong = (name: string, options: Options, file: string, find: string, put: string, how: string) =>
  caught(() => joinable(options, [{ file, find, put }]), name, how);

const LAST: Options = { threads: { J: ["join"], D: ["done"] }, items: 1 };

wrong(
  "the last task wakes nobody",
  LAST,
  "queue_cell.ts",
  "if (left === 1) wakeAll(thread.memory, at + JOINERS);",
  "",
  "waits",
);
wrong(
  "who drops wakes no joiner",
  { threads: { J: ["join"], S: ["drop"] }, items: 1, preemptions: 2 },
  "queue_cell.ts",
  "    wakeAll(thread.memory, at + JOINERS);\n  }\n  wakeAll",
  "  }\n  wakeAll",
  "waits",
);
wrong(
  "tasks are counted without the lock",
  { threads: { D: ["done"], E: ["done"] }, items: 2 },
  "queue_cell.ts",
  "  locked(thread, at + C_LOCK, () => {\n    // Takes and drops",
  "  ((act: () => void) => act())(() => {\n    // Takes and drops",
  "",
);
wrong(
  "the short way of a put wakes nobody",
  { threads: { G: ["get"], P: ["put"] }, preemptions: 3 },
  "channel.ts",
  "announcePuts(thread, this.at, 1);",
  "",
  "waits",
);
wrong(
  "the short way of a get wakes nobody",
  { threads: { P: ["put"], G: ["get"] }, items: 1, maxsize: 1, preemptions: 3 },
  "channel.ts",
  "announceTakes(thread, this.at, 1);",
  "",
  "waits",
);
wrong(
  "a task done before it was got and then dropped counts twice",
  { threads: { S: ["drop"], D: ["done", "unfinished"] }, items: 2, preemptions: 2 },
  "ring.ts",
  "return left > COUNT >>> 1 ? 0 : left;",
  "return left;",
  "",
);
