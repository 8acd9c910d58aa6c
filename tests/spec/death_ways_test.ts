/**
 * Every way to die, with everything that a thread can have in its hands, known to one that blocks and to one that waits by
 * promises: the thread that started the Process. See watch_test.ts for other workers.
 */
import test from "node:test";
import { assertEquals } from "@std/assert";
import { thisThread } from "../../core/current.ts";
import { Process, Queue } from "../../mod.ts";
import { die, type Things, type Way } from "../fixtures/dying_targets.ts";
import { addedSince, census } from "../harness/census.ts";
import { blocking, type Call, hands, promised, wantedIn } from "./dying_helper.ts";
import { until } from "./queue_helper.ts";
import { quiet } from "./sync_helper.ts";

const module = new URL("../fixtures/dying_targets.ts", import.meta.url);
const WAYS: Record<Way, number> = {
  terminate: -15,
  kill: -9,
  exit: 3,
  throw: 1,
  uncaught: 1,
  rejection: 1,
  memory: 1,
};
const ALL = Object.keys(hands) as (keyof Things)[];
const runtime = limited();

/** Small, so that it is soon spent; undefined where a thread's memory cannot be limited. */
function limited(): ConstructorParameters<typeof Process>[0]["runtime"] {
  const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
  return process.versions.bun === undefined ? { node: { resourceLimits }, deno: { resourceLimits } } : undefined;
}

/** A Process dies in that way with these things, and all must be as promised for this thread, that waits as `call` does. */
async function dies(way: Way, names: (keyof Things)[], call: Call): Promise<void> {
  const ready = new Queue<string>();
  const taken = names.map((name) => hands[name]());
  const things = Object.fromEntries(names.map((name, i) => [name, taken[i].thing])) as Things;
  const wanted = wantedIn(taken[0].set);
  const victim = new Process({
    module,
    target: die,
    args: [things, way, call === blocking, wanted, ready],
    daemon: true,
    ...(way === "memory" && runtime !== undefined ? { runtime } : {}),
  }).start();
  assertEquals(await call(ready, "get"), "ready");
  for (const { waited = () => true } of taken) await until(waited);
  for (const { parted } of taken) parted?.();
  if (way === "terminate" || way === "kill") victim[way]();
  const ended = () => call(victim, "join");
  // This thread's loop does not turn until the last of these, if they block.
  if (call === blocking) { for (const each of taken) await each.check(call, ended); }
  else await Promise.all(taken.map((each) => each.check(call, ended)));
  assertEquals([await ended(), victim.exitCode], [true, WAYS[way]]);
  assertEquals(victim.error === null, WAYS[way] !== 1);
  for (const each of taken) each.close();
  ready.close();
}

/** All of the dead one's memory comes back. */
async function cleanly(body: () => Promise<void>): Promise<void> {
  await quiet();
  const before = census(thisThread().memory);
  // The first Process brings the warden, which stays.
  before.seats = Math.max(before.seats, 2);
  await body();
  await quiet();
  await until(() => addedSince(before, thisThread().memory).length === 0);
}

for (const way of Object.keys(WAYS) as Way[]) {
  const skip = way === "memory" && runtime === undefined ? "Bun limits no thread's memory" : false;
  // The end for want of memory takes long, so there it is all things at once.
  for (const names of way === "memory" ? [ALL] : ALL.map((name) => [name])) {
    const what = names.length > 1 ? "everything" : names[0];
    const name = `${way}: a Process with ${what} in its hands, and a thread that is blocked`;
    test(name, { skip }, () => cleanly(() => dies(way, names, blocking)));
  }
  const name = `${way}: a Process with everything in its hands, and a thread that waits by promises`;
  test(name, { skip }, () => cleanly(() => dies(way, ALL, promised)));
}
