/** Every argument of locks, semaphores, conditions, events and barriers is checked at the call, and nothing changes. */
import { test } from "node:test";
import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrier,
  Condition,
  Event,
  Lock,
  Queue,
  RLock,
  Semaphore,
  SharedValue,
} from "../../mod.ts";
import {
  check,
  checkCode,
  checkEach,
  checkWaits,
  noCount,
  noOptions,
  waitOptions,
  type Wrong,
} from "./bad_input_helper.ts";
import { openObjects, thrown } from "./queue_helper.ts";

const LARGEST = 2 ** 31 - 1;

/** Constructors that take nothing. */
for (const Class of [Lock, RLock, Event]) {
  test(`${Class.name} takes no arguments`, () => {
    const before = openObjects();
    for (const value of [null, 0, "", false, {}, [], () => {}, new Map()]) {
      check(Class.name, thrown(() => new (Class as new (value: unknown) => object)(value)), TypeError, [Class.name]);
    }
    assertEquals(openObjects(), before);
    new (Class as new (value: unknown) => Lock | Event)(undefined).close();
  });
}

for (const Class of [Semaphore, BoundedSemaphore]) {
  test(`arguments of ${Class.name}`, async () => {
    const wrong: Wrong[] = [
      ...noCount("value").filter(([value]) => value !== 0),
      [LARGEST + 1, RangeError, ["value", String(LARGEST + 1), String(LARGEST)]],
      [true, TypeError, ["value", "true"]],
      [[1], TypeError, ["value", "array"]],
    ];
    await checkEach(`new ${Class.name}`, wrong, (value) => new Class(value));
    using semaphore = new Class(3);
    semaphore.acquireSync();
    await checkEach("release", [...noCount("n"), [LARGEST + 1, RangeError, ["n", String(LARGEST + 1)]]], (n) => {
      semaphore.release(n);
    });
    assertEquals(semaphore.getValue(), 2);
    semaphore.close();
    check("closed", thrown(() => semaphore.release(0)), RangeError, ["n", "0"]);
    await checkCode("closed", () => semaphore.release(), "ISTHMUS_CLOSED");
  });
}

for (
  const make of [
    () => new Lock(),
    () => new RLock(),
    () => new Semaphore(1),
    () => new BoundedSemaphore(1),
    () => new Condition(),
  ]
) {
  using first = make();
  test(`wait options of acquire and hold of a ${first.constructor.name}`, async () => {
    using object = make();
    await checkWaits(
      { acquire: (options) => object.acquire(options), hold: (options) => object.hold(options) },
      { acquireSync: (options) => object.acquireSync(options), holdSync: (options) => object.holdSync(options) },
    );
    // Nothing was taken.
    assertEquals(object.acquireNowait(), true);
    object.release();
    object.close();
    check("closed", thrown(() => object.acquireSync({ timeout: NaN })), RangeError, ["timeout"]);
    await checkCode("closed", () => object.acquire({ signal: AbortSignal.abort() }), "ISTHMUS_CLOSED");
  });
}

test("arguments of Condition", async () => {
  const closed = new Lock();
  closed.close();
  const locks: Wrong[] = [
    ...noOptions.map(([value, kind, words]): Wrong => [value, kind, ["lock", ...words]]),
    [{}, TypeError, ["lock", "object"]],
    [new Semaphore(), TypeError, ["lock", "Semaphore"]],
    [new Condition(), TypeError, ["lock", "Condition"]],
    [new Lock().handle, TypeError, ["lock", "object"]],
  ];
  const before = openObjects();
  await checkEach("new Condition", locks, (lock) => new Condition(lock));
  await checkCode("new Condition", () => new Condition(closed), "ISTHMUS_CLOSED");
  assertEquals(openObjects(), before);
  using condition = new Condition();
  condition.acquireSync();
  const never = () => false;
  await checkWaits(
    { wait: (options) => condition.wait(options), waitFor: (options) => condition.waitFor(never, options) },
    { waitSync: (options) => condition.waitSync(options), waitForSync: (o) => condition.waitForSync(never, o) },
  );
  await checkEach("notify", noCount("n"), (n) => condition.notify(n));
  const predicates: Wrong[] = [
    [undefined, TypeError, ["predicate", "undefined"]],
    [null, TypeError, ["predicate", "null"]],
    [true, TypeError, ["predicate", "true"]],
    [{}, TypeError, ["predicate", "object"]],
  ];
  await checkEach("waitFor", predicates, (predicate) => condition.waitFor(predicate));
  await checkEach("waitForSync", predicates, (predicate) => condition.waitForSync(predicate));
  // Arguments come first, also before the lock that is not held, and the handle that is closed.
  condition.release();
  check("free", thrown(() => condition.notify(0)), RangeError, ["n"]);
  check("free", thrown(() => condition.waitSync({ timeout: NaN })), RangeError, ["timeout"]);
  condition.close();
  check("closed", thrown(() => condition.notify(0)), RangeError, ["n"]);
  check("closed", thrown(() => condition.waitForSync(5 as never)), TypeError, ["predicate"]);
  await checkCode("closed", () => condition.wait({ signal: AbortSignal.abort() }), "ISTHMUS_CLOSED");
});

test("arguments of Event", async () => {
  using event = new Event();
  event.set();
  await checkWaits({ wait: (options) => event.wait(options) }, { waitSync: (options) => event.waitSync(options) });
  assertEquals(event.isSet(), true);
  event.close();
  check("closed", thrown(() => event.waitSync(5 as never)), TypeError, ["5"]);
  await checkCode("closed", () => event.wait({ signal: AbortSignal.abort() }), "ISTHMUS_CLOSED");
});

const barrierOptions: Wrong[] = [
  ...noOptions,
  [{ action: null }, TypeError, ["action", "null"]],
  [{ action: "f" }, TypeError, ["action", '"f"']],
  [{ action: {} }, TypeError, ["action", "object"]],
  [{ actions() {} }, TypeError, ['"actions"', "action"]],
];

test("arguments of Barrier", async () => {
  const before = openObjects();
  await checkEach("new Barrier", [
    ...noCount("parties"),
    [undefined, TypeError, ["parties", "undefined"]],
    [LARGEST + 1, RangeError, ["parties", String(LARGEST + 1)]],
  ], (parties) => new Barrier(parties));
  const timeouts = waitOptions.filter(([value]) => typeof value === "object" && value !== null && "timeout" in value);
  await checkEach("new Barrier", [...barrierOptions, ...timeouts], (options) => new Barrier(2, options));
  assertEquals(openObjects(), before);
  using barrier = new Barrier(2);
  await checkEach("Barrier.attach", barrierOptions, (options) => Barrier.attach(barrier.handle, options));
  check("Barrier.attach", thrown(() => Barrier.attach(barrier.handle, { timeout: 5 } as never)), TypeError, [
    '"timeout"',
  ]);
  assertEquals(openObjects(), before + 1);
  await checkWaits({ wait: (options) => barrier.wait(options) }, { waitSync: (options) => barrier.waitSync(options) });
  // None of these has come to wait, so none has broken it.
  assertEquals([barrier.nWaiting, barrier.broken], [0, false]);
  for (const timeout of [undefined, Infinity, 1e12]) new Barrier(2, { timeout, action: undefined }).close();
  using hasty = new Barrier(2, { timeout: -1 });
  assertInstanceOf(thrown(() => hasty.waitSync()), BrokenBarrier);
  barrier.close();
  check("closed", thrown(() => barrier.waitSync({ timeout: NaN })), RangeError, ["timeout"]);
  await checkCode("closed", () => barrier.wait({ signal: AbortSignal.abort() }), "ISTHMUS_CLOSED");
});

test("what is shared in another way is no lock", () => {
  for (const other of [new Queue(), new Event(), new Barrier(1), new SharedValue("int8")]) {
    check("new Condition", thrown(() => new Condition(other as never)), TypeError, ["lock", other.constructor.name]);
    other.close();
  }
});
