/** The ring: one total order, each item once, bounds kept, counts exact; and the queue's blocking operations on top of it. */
import { passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { ring } from "./ring_model.ts";
import type { RingOptions } from "./ring_model.ts";

const right = (name: string, options: RingOptions) => passes(() => ring(options), name);

right("ring, 1 to 1", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] } });
right("ring, 1 to 1, full", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 2, maxsize: 2 });
right("ring, 1 to 1, links to a block", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 2 });
right("ring, 1 to 1, leaves a block", { threads: { P: ["put", "put", "put"], G: ["get2", "get2", "get2"] }, items: 6 });
right("ring, 1 to 1, wraps", { threads: { P: ["put", "put", "put"], G: ["get", "get", "get"] }, items: 1, before: 2 });
right("ring, batches", { threads: { P: ["put2", "put2"], G: ["get2", "get2"] }, items: 1 });
right("ring, 1 to 1, full by bytes", { threads: { P: ["put", "put"], G: ["get", "get"] }, items: 2, maxBytes: 16 });
right("ring, 2 producers", { threads: { P: ["put"], P2: ["put"], G: ["get", "get"] }, items: 2 });
right("ring, 2 consumers", { threads: { P: ["put"], G: ["get"], G2: ["get"] }, items: 1 });
right("ring, 2 producers and 2 consumers", { threads: { P: ["put"], P2: ["put"], G: ["get"], G2: ["get"] }, items: 2, preemptions: 3 });
right("ring, sizes", { threads: { P: ["put", "put"], G: ["get", "get"], S: ["size", "size"] }, items: 1 });
right("ring, shutdown", { threads: { P: ["put", "put"], G: ["get", "get"], S: ["shut"] } });
right("ring, shutdown that drops", { threads: { P: ["put"], G: ["get"], S: ["shutNow"] }, items: 2 });
right("queue, 1 blocked getter", { threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] } });
right("queue, 1 blocked putter", { threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] }, items: 1, maxsize: 1 });
right("queue, 1 putter blocked by bytes", { threads: { P: ["putWait", "putWait"], G: ["getWait", "getWait"] }, items: 1, maxBytes: 8 });
right("queue, 2 blocked getters", { threads: { P: ["putWait", "putWait"], G: ["getWait"], G2: ["getWait"] }, preemptions: 3 });
right("queue, 2 getters, one times out", { threads: { P: ["putWait"], G: ["getWait"], G2: ["getTimed"] }, timeouts: true, preemptions: 3 });
right("queue, 2 putters, one times out", { threads: { G: ["getWait"], P: ["putWait"], P2: ["putTimed"] }, items: 1, maxsize: 1, timeouts: true, preemptions: 3 });
right("queue, shutdown wakes a getter", { threads: { G: ["getWait"], S: ["shut"] } });
right("queue, shutdown wakes a putter", { threads: { P: ["putWait"], S: ["shutNow"] }, items: 1, maxsize: 1 });
right("ring, the producer dies anywhere", { threads: { P: ["put"], G: ["get", "get2"] }, items: 2, mortal: ["P"] });
right("ring, the producer dies anywhere at a new block", { threads: { P: ["put"], G: ["get2"] }, items: 3, mortal: ["P"] });
right("ring, one of 2 producers dies anywhere", {
  threads: { P: ["put"], P2: ["put"], G: ["get"] },
  items: 3,
  mortal: ["P"],
  preemptions: DEEP ? 4 : 2,
  wholeWrites: true,
});
right("ring, the consumer dies anywhere", { threads: { G: ["get"], P: ["put"] }, items: 1, mortal: ["G"] });
right("ring, the consumer dies anywhere at a new block", { threads: { G: ["get2", "get2"], P: ["put"] }, items: 6, mortal: ["G"] });
right("ring, one of 2 consumers dies anywhere", {
  threads: { G: ["get2"], G2: ["get2"], P: ["put"] },
  items: 5,
  mortal: ["G"],
  preemptions: DEEP ? 4 : 2,
  wholeWrites: true,
});
right("ring, who shuts down dies anywhere", { threads: { S: ["shutNow"], G: ["get"] }, items: 2, mortal: ["S"] });
right("queue, the putter dies anywhere", { threads: { P: ["putWait"], G: ["getWait"] }, mortal: ["P"] });
right("queue, one of 2 putters dies anywhere", {
  threads: { P: ["putWait"], P2: ["putWait"], G: ["getWait"] },
  items: 1,
  maxsize: 1,
  mortal: ["P"],
  preemptions: DEEP ? 4 : 2,
  wholeWrites: true,
});
right("queue, one of 2 getters dies anywhere", {
  threads: { G: ["getWait"], G2: ["getWait"], P: ["putWait"] },
  mortal: ["G2"],
  preemptions: DEEP ? 4 : 2,
  wholeWrites: true,
});
right("queue, the getter before a full queue dies anywhere", {
  threads: { G: ["getWait"], P: ["putWait"] },
  items: 1,
  maxsize: 1,
  mortal: ["G"],
});
right("queue, who shuts down dies anywhere", { threads: { S: ["shut"], G: ["getWait"] }, mortal: ["S"] });
