/**
 * What an uncontended acquisition with its release costs, in ns, on the runtime that runs this: `node scripts/bench/lock.ts`.
 * The median of several rounds counts; for a Lock it is to be at most 150.
 * @module
 */
import { Condition, Lock, RLock, Semaphore } from "#isthmus";

const ROUNDS = 21;
const COUNT = 100_000;

const lock = new Lock();
const rlock = new RLock();
const semaphore = new Semaphore();
const condition = new Condition();

const workloads: Record<string, () => void> = {
  "Lock: acquireSync, release": () => {
    lock.acquireSync();
    lock.release();
  },
  "Lock: acquireSync({ timeout }), release": () => {
    lock.acquireSync({ timeout: 1000 });
    lock.release();
  },
  "Lock: using holdSync": () => {
    using _held = lock.holdSync();
  },
  "RLock: acquireSync, release": () => {
    rlock.acquireSync();
    rlock.release();
  },
  "Semaphore: acquireSync, release": () => {
    semaphore.acquireSync();
    semaphore.release();
  },
  "Condition: acquireSync, notify, release": () => {
    condition.acquireSync();
    condition.notify();
    condition.release();
  },
};

function time(run: () => void): number {
  const start = performance.now();
  for (let i = 0; i < COUNT; i++) run();
  return (performance.now() - start) * 1e6 / COUNT;
}

const times = Object.fromEntries(Object.keys(workloads).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(workloads)) times[name].push(time(run));
}
for (const [name, all] of Object.entries(times)) {
  all.sort((a, b) => a - b);
  console.log(`${name.padEnd(42)} ${all[ROUNDS >> 1].toFixed(0).padStart(5)} ns, least ${all[0].toFixed(0)}`);
}
