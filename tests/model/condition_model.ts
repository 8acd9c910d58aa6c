/**
 * The real Condition on its real Lock or RLock.
 * @module
 */
import { CELL } from "./stage.ts";
import type { Patch } from "./stage.ts";
import { conditionSpec } from "./condition_spec.ts";
import { mark, shared } from "./shared_model.ts";
import type { Parts, Play, Player } from "./shared_model.ts";
import type { Model, Outcome, Scenario } from "./checker/scenario.ts";
import { CONDITION, LOCK, RLOCK } from "../../core/kinds.ts";
import type { Condition } from "../../core/condition.ts";
import type { Operation } from "../../core/waiter.ts";

const LOCK_AT = CELL + 256;
const HOLDER = LOCK_AT + 16;
const ABANDONED = 1 << 30;
/** How many had to be notified, not counting those who may die or give up, and how many came back. */
const NOTIFIED = mark(0);
const RETURNED = mark(1);
const COUNT = mark(2);
const REST = mark(3);

/** A promise form's step, with what is to happen when it is over. */
function then<T>(operation: Operation<T>, over: (result: T | boolean) => void): Operation<T> {
  return {
    sets: operation.sets,
    ready: () => operation.ready(),
    attempt: () => operation.attempt(),
    result: () => {
      const result = operation.result();
      over(result);
      return result;
    },
    late: () => {
      const result = operation.late();
      over(result);
      return result;
    },
    aborted: (reason) => operation.aborted(reason),
  };
}

/** What `wait` does, whose promises would be settled after the run: wait for the notification, then for the lock. */
function waitAsync(player: Player<Condition>, timed: boolean, lane: number, over: (notified: boolean) => void): void {
  const { model, parts, thread } = player;
  const { ConditionWait, Retaking } = parts.conditionWait;
  const gate = new parts.lockCell.LockGate({ thread, cell: LOCK_AT / 256, at: LOCK_AT } as never);
  const waiting = new ConditionWait(thread, CELL, false);
  const retaking = new Retaking(gate, gate.releaseAll());
  const until = timed ? model.now() + 20 : Infinity;
  const retake = (notified: boolean): void => {
    const back = then(retaking, () => {
      waiting.over();
      leave(player, lane, timed, notified);
      over(notified);
    });
    parts.waiter.runAsync(thread.parker, back, Infinity, undefined, back).catch(() => {});
  };
  const told = then(waiting, (result) => retake(result as boolean));
  parts.waiter.runAsync(thread.parker, told, until, undefined, model).catch(() => {});
}

function enter({ model, name }: Player<Condition>, lane: number, timed: boolean): void {
  const task = name + lane;
  model.called("enter", [name, task], lane);
  if (timed) model.called("late", [name, task], lane + 2);
  model.called("leave", [name, task], lane + 1);
}

function leave({ model, parts }: Player<Condition>, lane: number, timed: boolean, notified: boolean): void {
  parts.memory.add(model.words, RETURNED, notified ? 1 : 0);
  model.returned(null, lane);
  if (timed) model.returned(null, lane + 2);
  model.returned(notified, lane + 1);
}

/** Waits, in the lock; the count races unless the lock is really held again. */
function wait(player: Player<Condition>, timed: boolean, index: number): void {
  const { model, object } = player;
  model.words[COUNT]++;
  // The lock is waited for twice, and it matters at which of both times.
  if (!timed) model.checkpoint(`${index} waits`);
  enter(player, 0, timed);
  leave(player, 0, timed, object.waitSync(timed ? { timeout: 20 } : undefined));
  model.words[COUNT]++;
}

/** How many of those wait who neither die nor give up. The lock is held. */
function enduring({ model, parts }: Player<Condition>, slots: readonly number[]): number {
  return slots.reduce((sum, slot) => sum + parts.conditionCell.waitingIn(model.words, CELL, slot), 0);
}

function act(player: Player<Condition>, slots: readonly number[], deed: string, index: number): void {
  const { model, object, parts, name } = player;
  const told = (call: string, args: readonly unknown[], body: () => unknown) => model.call(call, [name, ...args], body);
  const acquire = () => told("acquire", [], () => object.acquireSync());
  const release = () => told("release", [], () => object.release());
  switch (deed) {
    case "wait":
    case "waitTimed":
      acquire();
      wait(player, deed === "waitTimed", index);
      release();
      break;
    case "waitTwice":
      acquire();
      object.acquireSync();
      wait(player, false, index);
      object.release();
      release();
      break;
    case "waitAsync":
    case "waitAsyncTimed":
      acquire();
      enter(player, 0, deed === "waitAsyncTimed");
      waitAsync(player, deed === "waitAsyncTimed", 0, release);
      break;
    case "notify":
    case "notify2": {
      const count = deed === "notify" ? 1 : 2;
      acquire();
      model.words[COUNT]++;
      const waited = enduring(player, slots);
      told("notify", [count], () => object.notify(count));
      parts.memory.add(model.words, NOTIFIED, Math.min(count, waited));
      release();
      break;
    }
    case "rest":
      parts.memory.load(model.words, REST);
  }
}

export type Options =
  & Pick<
    Play<Condition>,
    "threads" | "mortal" | "deaths" | "preemptions" | "timeouts" | "wholeWrites"
  >
  & {
    readonly reentrant?: boolean;
  };

/** Who waits for ever was not notified, or the lock is held; and no notification has gone to the dead alone. */
function ending({ words, check }: Model, { dead, waiting }: Outcome, { conditionCell }: Parts, names: string[]): void {
  const held = words[HOLDER] & ~ABANDONED;
  check(held === 0, `the lock is held by ${held} at the end`);
  for (const name of waiting) {
    check(conditionCell.waitingIn(words, CELL, names.indexOf(name)) > 0, `${name} waits although it was notified`);
  }
  for (const slot of names.keys()) {
    const owed = (words[CELL + 176 + (slot >> 2)] >>> ((slot & 3) << 3)) & 0xff;
    // A notifier that died may have announced one that it did not give.
    check(owed === 0 || (dead.length > 0 && !dead.includes(names[slot])), `${names[slot]} owes ${owed} notifications`);
    const left = conditionCell.waitingIn(words, CELL, slot);
    check(left === 0 || waiting.includes(names[slot]), `${names[slot]} is said to wait`);
  }
  // The dead that holds the lock again has come back.
  const back = words[RETURNED] + ((words[HOLDER] & ABANDONED) !== 0 ? dead.length : 0);
  const lost = waiting.length > 0 && words[NOTIFIED] > back;
  check(!lost, `one of ${words[NOTIFIED]} notifications is lost: ${waiting.join()} waits`);
}

export function condition(options: Options, patches: readonly Patch[] = []): Promise<Scenario> {
  const names = Object.keys(options.threads);
  const waits = (name: string) =>
    options.threads[name].some((deed) => deed.startsWith("wait") && !deed.endsWith("Timed"));
  const slots = [...names.keys()].filter((slot) =>
    waits(names[slot]) && options.mortal?.includes(names[slot]) !== true
  );
  return shared<Condition>({
    name: "condition",
    kinds: [CONDITION, options.reentrant === true ? RLOCK : LOCK],
    init: (words) => {
      words[CELL + 16] = LOCK_AT / 256;
      words[CELL + 17] = 1;
      words[LOCK_AT + 1] = 1;
    },
    act: (player, deed, index) => act(player, slots, deed, index),
    spec: conditionSpec,
    // A wait that timed out comes back by the same steps as one that was notified.
    forgets: (deeds) => !deeds.some((deed) => deed.startsWith("wait") && deed !== "wait" && deed !== "waitTwice"),
    words: (word) => ({ 19: "LAST", 32: "SUMMARY", 40: "BITS", 48: "WAITING", 49: "WAITING 2", 176: "OWED" })[word],
    racy: (at) =>
      at >> 2 >= CELL + 48 && at >> 2 < CELL + 176 ? "looked at with the lock, and by a recovery without" : undefined,
    final: (model, outcome, parts) => ending(model, outcome, parts, names),
    ...options,
    patches,
  });
}
