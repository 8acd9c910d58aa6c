/** The death of threads in the midst of a ring or queue: nothing is lost but the call they were in, and nobody waits for them. */
import { caught, passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { ring } from "./ring_model.ts";
import type { RingOptions } from "./ring_model.ts";

const right = (name: string, options: RingOptions) => passes(() => ring(options), name);

const TURNS = {
  threads: { P: ["putWait"], P2: ["putWait"], G: ["getWait", "getWait"] },
  items: 1,
  maxsize: 1,
  patience: 0,
} as const;

right("ring, the producer dies anywhere", { threads: { P: ["put"], G: ["get", "get2"] }, items: 2, mortal: ["P"] });
right("ring, the producer dies anywhere at a new block", {
  threads: { P: ["put"], G: ["get2"] },
  items: 3,
  mortal: ["P"],
});
right("ring, one of 2 producers dies anywhere", {
  threads: { P: ["put"], P2: ["put"], G: ["get"] },
  items: 3,
  mortal: ["P"],
  preemptions: DEEP ? 3 : 1,
  wholeWrites: true,
});
right("ring, the consumer dies anywhere", { threads: { G: ["get"], P: ["put"] }, items: 1, mortal: ["G"] });
right("ring, the consumer dies anywhere at a new block", {
  threads: { G: ["get2", "get2"], P: ["put"] },
  items: 6,
  mortal: ["G"],
});
right("ring, the consumer dies anywhere as it leaves a block", {
  threads: { G: ["get2", "get2", "get2"], P: ["put"] },
  items: 6,
  mortal: ["G"],
});
right("ring, one of 2 consumers dies anywhere", {
  threads: { G: ["get2"], G2: ["get2"], P: ["put"] },
  items: 5,
  mortal: ["G"],
  preemptions: DEEP ? 3 : 1,
  wholeWrites: true,
});
right("ring, who shuts down dies anywhere", {
  threads: { S: ["shutNow"], G: ["get"] },
  items: 2,
  mortal: ["S"],
  preemptions: DEEP ? undefined : 2,
});
right("ring, 2 producers die anywhere", {
  threads: { P: ["put"], P2: ["put"] },
  items: 3,
  mortal: ["P", "P2"],
  deaths: 2,
  preemptions: DEEP ? 2 : 0,
  wholeWrites: true,
});
right("ring, 2 consumers die anywhere", {
  threads: { G: ["get"], G2: ["get"] },
  items: 3,
  mortal: ["G", "G2"],
  deaths: 2,
  preemptions: DEEP ? 2 : 0,
  wholeWrites: true,
});
right("queue, a putter who insists dies anywhere", { ...TURNS, mortal: ["P"], preemptions: 0, wholeWrites: true });
right("ring, the producer and then its recoverer die anywhere", {
  threads: { P: ["put"] },
  items: 3,
  mortal: ["P", "R"],
  deaths: 2,
  preemptions: DEEP ? 1 : 0,
  wholeWrites: true,
});
right("ring, the consumer and then its recoverer die anywhere", {
  threads: { G: ["get2"] },
  before: 5,
  items: 2,
  mortal: ["G", "R"],
  deaths: 2,
  preemptions: DEEP ? 1 : 0,
  wholeWrites: true,
});
right("queue, the putter dies anywhere", {
  threads: { P: ["putWait"], G: ["getWait"] },
  mortal: ["P"],
  preemptions: DEEP ? undefined : 3,
});
right("queue, one of 2 putters dies anywhere", {
  threads: { P: ["putWait"], P2: ["putWait"], G: ["getWait"] },
  items: 1,
  maxsize: 1,
  mortal: ["P"],
  preemptions: DEEP ? 3 : 1,
  wholeWrites: true,
});
right("queue, one of 2 getters dies anywhere", {
  threads: { G: ["getWait"], G2: ["getWait"], P: ["putWait"] },
  mortal: ["G2"],
  preemptions: DEEP ? 3 : 1,
  wholeWrites: true,
});
right("queue, the getter before a full queue dies anywhere", {
  threads: { G: ["getWait"], P: ["putWait"] },
  items: 1,
  maxsize: 1,
  mortal: ["G"],
  preemptions: DEEP ? undefined : 3,
});
right("queue, who shuts down dies anywhere", {
  threads: { S: ["shut"], G: ["getWait"] },
  mortal: ["S"],
  preemptions: DEEP ? undefined : 4,
});

const wrong = (name: string, options: RingOptions, file: string, find: string, put: string, how: string) =>
  caught(() => ring(options, [{ file, find, put }]), name, how);

wrong(
  "commits before the copy is written",
  { threads: { P: ["put"], P2: ["put"] }, mortal: ["P"] },
  "ring_batch.ts",
  "  const copy = copyAt(at + P_COPIES, next);",
  "  store(words, at + P_WORD, next);\n  const copy = copyAt(at + P_COPIES, next);",
  "at the end",
);
wrong(
  "the recovery leaves the producers' lock held",
  { threads: { P: ["put"], P2: ["put"] }, mortal: ["P"] },
  "queue_cell.ts",
  "recoverLock(words, at + P_LOCK, id);",
  "",
  "waits for ever",
);
wrong(
  "the recovery releases the lock and repairs nothing",
  { threads: { P: ["put"], G: ["get"] }, items: 3, mortal: ["P"] },
  "queue_cell.ts",
  "if ((words[at + P_BLOCK] | words[at + P_CHAIN]) !== 0) repairPush(memory, at);",
  "",
  "belongs to",
);
wrong(
  "a segment is freed before it is forgotten",
  {
    threads: { G: ["get2", "get2", "get2", "get2"], P: ["put", "put", "put"] },
    items: 7,
    mortal: ["G"],
    preemptions: 1,
  },
  "ring_pop.ts",
  "  words[at + C_BLOCK] = 0;\n  words[at + C_CHAIN] = 0;\n  if (!committed) return;\n  if (left !== 0) freeChain(seat.memory, left, seat.id);",
  "  if (committed && left !== 0) freeChain(seat.memory, left, seat.id);\n  words[at + C_BLOCK] = 0;\n  words[at + C_CHAIN] = 0;\n  if (!committed) return;",
  "belongs to",
);
wrong(
  "the recovery takes an uncommitted block for committed",
  { threads: { P: ["put"], G: ["get"] }, items: 3, mortal: ["P"] },
  "ring_push_each.ts",
  "const committed = words[at + P_WORD] === words[at + P_NEXT];",
  "const committed = true;",
  "belongs to",
);
wrong(
  "the recovery waits for a lock that another dead thread holds",
  { threads: { P: ["put"], P2: ["put"] }, mortal: ["P", "P2"], deaths: 2, preemptions: 0, wholeWrites: true },
  "insisting.ts",
  "if (compareExchange(seat.memory.words, at + side.insists, id, 0) === id) wakeAll(seat.memory, at + side.waiting);",
  "endInsisting(seat, at, side, id);",
  "waits for ever: R",
);
