import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { SpinPolicy } from "../../core/spin.ts";

/** How many waits go straight to sleep before the next one looks. */
function skipped(policy: SpinPolicy): number {
  let count = 0;
  while (!policy.begin()) if (++count > 5000) return Infinity;
  return count;
}

test("with one core nobody ever looks", () => {
  const policy = new SpinPolicy(1);
  assertEquals([skipped(policy), policy.spin(() => true, Infinity)], [Infinity, false]);
});

test("what is ready is found at once, and looking goes on paying", () => {
  const policy = new SpinPolicy(2);
  for (let i = 0; i < 100; i++) assertEquals(policy.spin(() => true, Infinity), true);
  assertEquals(policy.begin(), true);
});

test("a look ends by itself, without regard to what never comes, and at its deadline", () => {
  for (const until of [Infinity, now() + 0.01, now() - 1]) {
    let looks = 0;
    assertEquals(new SpinPolicy(2).spin(() => ++looks < 0, until), false);
    assert(looks > 0);
  }
});

test("after several misses waits sleep, ever longer up to 512, until a hit", () => {
  const policy = new SpinPolicy(2);
  const missUntilPause = () => {
    let misses = 0;
    while (policy.begin()) {
      policy.miss();
      misses++;
    }
    // The refusal that ended the loop is one of those that are skipped.
    return [misses, skipped(policy) + 1];
  };
  assertEquals(missUntilPause()[1], 16);
  const pauses = Array.from({ length: 7 }, missUntilPause);
  assertEquals(pauses.map(([, pause]) => pause), [32, 64, 128, 256, 512, 512, 512]);
  assert(pauses.every(([misses]) => misses < 6), "a trial is shorter than the first look");
  policy.hit();
  assertEquals(missUntilPause(), [6, 16]);
});

test("where somebody else has the core, the next waits sleep at once", () => {
  const policy = new SpinPolicy(2);
  policy.giveUp();
  assertEquals(skipped(policy), 16);
  const busy = () => {
    for (const end = now() + 0.2; now() < end;);
    return false;
  };
  assertEquals(policy.spin(busy, Infinity), false);
  assertEquals(skipped(policy), 32);
});
