/** The ring: one total order, each item once, bounds kept, counts exact; and the queue's blocking operations on top of it. */
import { caught, passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { ring } from "./ring_model.ts";
import type { RingOptions } from "./ring_model.ts";

const right = (name: string, options: RingOptions) => passes(() => ring(options), name);

const PAIR = { threads: { P: ["put"], G: ["get"] } } as const;
const WAITING = { threads: { P: ["putWait"], G: ["getWait"] } } as const;
const FULL = { ...WAITING, items: 1, maxsize: 1 } as const;
const TURNS = {
  threads: { P: ["putWait"], P2: ["putWait"], G: ["getWait", "getWait"] },
  items: 1,
  maxsize: 1,
  patience: 0,
} as const;

right("ring, 1 to 1", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] } });
right("ring, 1 to 1, full", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 2, maxsize: 2 });
right("ring, 1 to 1, links to a block", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 2 });
right("ring, 1 to 1, leaves a block", { threads: { P: ["put", "put", "put"], G: ["get2", "get2", "get2"] }, items: 6 });
right("ring, 1 to 1, wraps", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 1, before: 2 });
right("ring, batches", { threads: { P: ["put2", "put2"], G: ["get2", "get2"] }, items: 1 });
right("ring, 1 to 1, full by bytes", { threads: { P: ["put", "put"], G: ["get", "get"] }, items: 2, maxBytes: 16 });
right("ring, 2 producers", { threads: { P: ["put"], P2: ["put"], G: ["get", "get"] }, items: 2 });
right("ring, 2 consumers", { threads: { P: ["put"], G: ["get"], G2: ["get"] }, items: 1 });
right("ring, 2 producers and 2 consumers", {
  threads: { P: ["put"], P2: ["put"], G: ["get"], G2: ["get"] },
  items: 2,
  preemptions: DEEP ? 4 : 2,
});
right("ring, sizes", { threads: { P: ["put", "put"], G: ["get", "get"], S: ["size", "size"] }, items: 1 });
right("ring, shutdown", { threads: { P: ["put", "put"], G: ["get", "get"], S: ["shut"] } });
right("ring, shutdown that drops", { threads: { P: ["put"], G: ["get"], S: ["shutNow"] }, items: 2 });
right("queue, 1 blocked getter", { threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] } });
right("queue, 1 blocked putter", {
  threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] },
  items: 1,
  maxsize: 1,
});
right("queue, 1 putter blocked by bytes", {
  threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] },
  items: 1,
  maxBytes: 8,
});
right("queue, 2 blocked getters", {
  threads: { P: ["putWait", "putWait"], G: ["getWait"], G2: ["getWait"] },
  preemptions: DEEP ? 4 : 2,
});
right("queue, 2 getters, one times out", {
  threads: { P: ["putWait"], G: ["getWait"], G2: ["getTimed"] },
  timeouts: true,
  preemptions: DEEP ? 4 : 2,
});
right("queue, 2 putters, one times out", {
  threads: { G: ["getWait"], P: ["putWait"], P2: ["putTimed"] },
  items: 1,
  maxsize: 1,
  timeouts: true,
  preemptions: DEEP ? 4 : 2,
});
right("queue, a getter insists", { ...WAITING, patience: 0 });
right("queue, one of 2 getters insists", {
  threads: { P: ["putWait", "putWait"], G: ["getWait"], G2: ["getWait"] },
  patience: 1,
  preemptions: DEEP ? 3 : 2,
});
right("queue, 2 putters insist", { ...TURNS, preemptions: DEEP ? 2 : 1 });
right("queue, one who insists times out", {
  threads: { P: ["putWait"], G: ["getWait"], G2: ["getTimed"] },
  patience: 0,
  timeouts: true,
  preemptions: DEEP ? 2 : 1,
});
right("queue, shutdown wakes a getter", { threads: { G: ["getWait"], S: ["shut"] } });
right("queue, shutdown wakes a putter", { threads: { P: ["putWait"], S: ["shutNow"] }, items: 1, maxsize: 1 });

const wrong = (name: string, options: RingOptions, file: string, find: string, put: string, how: string) =>
  caught(() => ring(options, [{ file, find, put }]), name, how);

wrong(
  "commits before the record is written",
  PAIR,
  "ring_push.ts",
  "  copyIn(seat.memory, tail, batch, begin, length);",
  "  commitPut(words, at, nextWord(word, count), tail + length, limit, 0, units);\n  copyIn(seat.memory, tail, batch, begin, length);",
  "race",
);
wrong(
  "producers do without their lock",
  { threads: { P: ["put"], P2: ["put"] } },
  "ring_push.ts",
  "compareExchange(words, lock, 0, seat.id) !== 0 &&",
  "false &&",
  "race",
);
wrong(
  "consumers do without their lock",
  { threads: { G: ["get"], G2: ["get"] }, items: 2 },
  "ring_pop.ts",
  "compareExchange(words, lock, 0, seat.id) !== 0 &&",
  "false &&",
  "race",
);
wrong(
  "the release of a lock wakes nobody",
  { threads: { P: ["put"], P2: ["put"] } },
  "ring_push.ts",
  "if ((held & CONTENDED) !== 0) notify(words, lock, 1);",
  "",
  "waits for ever",
);
wrong(
  "a wrapped tail may reach the head",
  { threads: { P: ["put", "put", "put", "put"], G: ["get", "get"] }, items: 1, before: 2 },
  "ring_push_each.ts",
  "makeRoom(seat, at, length + LINK_WORDS)",
  "makeRoom(seat, at, length)",
  "",
);
wrong(
  "the size is read in one go",
  { threads: { P: ["put"], G: ["get", "get"], S: ["size"] }, items: 1, preemptions: 2 },
  "ring.ts",
  "if (load(words, at + C_WORD) === taken) return difference",
  "return difference",
  "cannot have got",
);
wrong(
  "a put wakes no getter",
  WAITING,
  "putting.ts",
  "wakeMany(thread.memory, at + GETTERS, count);",
  "wakeMany;",
  "waits for ever",
);
wrong("a get wakes no putter", FULL, "putting.ts", "else wakeMany(memory, at + PUTTERS, count);", "", "waits for ever");
wrong(
  "a shutdown wakes no getter",
  { threads: { G: ["getWait"], S: ["shut"] } },
  "queue_cell.ts",
  "wakeAll(thread.memory, at + GETTERS);",
  "",
  "waits for ever",
);
wrong(
  "who goes second swallows the ring of who insists",
  { ...TURNS, preemptions: 1 },
  "putting.ts",
  "giveWay(this.#thread, this.#at, PRODUCERS);",
  "{}",
  "waits for ever",
);
