/** Wait sets, bells and the parker: no wake-up is lost, whoever leaves, times out, is aborted or dies. */
import { passes } from "./report.ts";
import { DEEP } from "./stage.ts";
import { semaphore } from "./semaphore_model.ts";
import type { SemaphoreOptions } from "./semaphore_model.ts";

const right = (name: string, options: SemaphoreOptions) => passes(() => semaphore(options), name);

right("bells, 1 taker, 1 poster", { threads: { A: ["take", "take"], P: ["post", "post"] } });
right("bells, 2 takers in different groups", { threads: { A: ["take"], B: ["take"], P: ["post2"] }, occupied: { B: 32, P: 33 } });
right("bells, 2 takers, one times out", { threads: { A: ["takeTimed"], B: ["take"], P: ["post"] }, timeouts: true });
right("bells, 1 taker, 2 posters", { threads: { A: ["take", "take"], P: ["post"], Q: ["post"] } });
right("bells, 1 async taker", { threads: { A: ["takeAsync", "takeAsync"], P: ["post", "post"] } });
right("bells, 1 async and 1 sync taker, woken at once", { threads: { A: ["takeAsync"], B: ["take"], P: ["postAll"] } });
right("bells, async with timeout, and sync", { threads: { A: ["takeAsyncTimed"], B: ["take"], P: ["post"] }, timeouts: true });
right("bells, aborted async, and sync", { threads: { A: ["takeAsyncAborted"], B: ["take"], P: ["post"] }, timeouts: true });
right("bells, async and sync in one thread", { threads: { A: ["takeAsync", "take"], P: ["post", "post"] } });
right("bells, 2 takers, one dies anywhere", {
  threads: { A: ["take"], B: ["take"], P: ["post"] },
  mortal: ["A"],
  preemptions: DEEP ? 5 : 3,
});
right("bells, the poster dies anywhere", { threads: { A: ["take"], P: ["post"] }, mortal: ["P"] });
right("bells, 2 posters, one dies anywhere", {
  threads: { A: ["take"], P: ["post"], Q: ["post"] },
  mortal: ["P"],
  preemptions: DEEP ? 5 : 3,
});
right("bells, an async taker, the poster dies anywhere", { threads: { A: ["takeAsync"], P: ["post"] }, mortal: ["P"] });
if (DEEP) {
  right("bells, 2 takers, 1 poster", { threads: { A: ["take"], B: ["take"], P: ["post", "post"] } });
  right("bells, 1 async and 1 sync taker", { threads: { A: ["takeAsync"], B: ["take"], P: ["post", "post"] } });
}
