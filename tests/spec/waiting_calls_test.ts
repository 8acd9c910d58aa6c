/** What holds for every call that waits: its timeout, its signal, the closing of its handle. */
import { test } from "node:test";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import type { IsthmusError } from "../../mod.ts";
import { pending, turns } from "./queue_helper.ts";
import { type Waiting, waitingCalls } from "./waiting_calls.ts";

/** What came of a call: what it gave, or threw. */
interface Outcome {
  readonly given?: unknown;
  readonly error?: unknown;
}

async function outcome(act: () => unknown): Promise<Outcome> {
  try {
    return { given: await act() };
  } catch (error) {
    return { error };
  }
}

function checkLate(what: string, { late }: Waiting, { given, error }: Outcome): void {
  if (typeof late === "function") assertInstanceOf(error, late as ErrorConstructor, `${what}: ${error} ${given}`);
  else assertEquals({ given, error }, { given: late, error: undefined }, what);
}

/** Whether the call can be made possible before it begins: not where it waits for a notification. */
const before = (name: string) => !name.startsWith("wait") || /Event|\[|Barrier/.test(name);

for (const [name, make] of waitingCalls) {
  test(`${name}: a timeout of 0 or below tries once, one above is never early`, async () => {
    const call = make();
    const state = call.state();
    for (const timeout of [0, -0, -1, -Infinity, 0.5, 3]) {
      for (const form of [call.async, call.sync]) {
        const begun = performance.now();
        checkLate(`${name} ${timeout}`, call, await outcome(() => form({ timeout })));
        assert(performance.now() - begun >= timeout);
        call.mend?.();
        assertEquals(call.state(), state);
      }
    }
    assertEquals(pending(), 0);
    call.close();
  });

  test(`${name}: a signal that is aborted already rejects with its reason, also where it could be done`, async () => {
    const call = make();
    for (const able of [false, true]) {
      if (able && before(name)) call.allow();
      const state = call.state();
      for (const reason of [new Error("enough"), null, 0, "text"]) {
        const signal = AbortSignal.abort(reason);
        for (const options of [{ signal }, { signal, timeout: 0 }]) {
          assertEquals(await outcome(() => call.async(options)), { error: reason });
        }
      }
      assertEquals(call.state(), state);
    }
    assertEquals(pending(), name.endsWith("Barrier") ? 1 : 0);
    call.close();
  });

  test(`${name}: an abort while it waits rejects with its reason, and changes nothing`, async () => {
    const call = make();
    const state = call.state();
    for (const reason of [new Error("enough"), null]) {
      const controller = new AbortController();
      const waiting = outcome(() => call.async({ signal: controller.signal, timeout: 60_000 }));
      await turns();
      assertEquals(pending(), 1);
      controller.abort(reason);
      assertEquals(await waiting, { error: reason });
      assertEquals(pending(), 0);
      call.mend?.();
      assertEquals(call.state(), state);
    }
    call.close();
  });

  test(`${name}: an abort after its end, in the same turn, is of no account`, async () => {
    const call = make();
    const controller = new AbortController();
    const waiting = outcome(() =>
      call.async({ signal: controller.signal, timeout: name.includes("waitFor") ? 5 : 60_000 })
    );
    await turns();
    call.allow();
    const { given, error } = await waiting;
    controller.abort("too late");
    assertEquals(error, undefined);
    if (call.result !== undefined) assertEquals(given, call.result);
    assertEquals(pending(), 0);
    call.close();
  });

  test(`${name}: the closing of its handle ends it, and others of the same handle`, async () => {
    const call = make();
    const waiting = [call.async()];
    // A second one would be the other party of the Barrier, and not hold the lock of the Condition.
    if (!/^wait(For)? of a (Condition|Barrier)/.test(name)) waiting.push(call.async({ timeout: 60_000 }));
    const outcomes = waiting.map((one) => outcome(() => one));
    await turns();
    call.close();
    for (const { given, error } of await Promise.all(outcomes)) {
      if (call.closed === "") assertEquals(given, call.result);
      else assertEquals((error as IsthmusError)?.code, call.closed, String(error));
    }
    assertEquals(pending(), 0);
    if (call.closed === "") return;
    for (const form of [() => call.async(), () => call.sync(), () => call.async({ signal: AbortSignal.abort(1) })]) {
      assertEquals(((await outcome(form)).error as IsthmusError)?.code, call.closed);
    }
  });
}
