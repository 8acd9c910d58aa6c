import test from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Process, ProcessError } from "../../mod.ts";
import * as targets from "../fixtures/process_targets.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);
const words = () => new Int32Array(new SharedArrayBuffer(16));

/** Runs a Process to its end, blocked like a main that waits in a Sync form, and gives its error. */
function fail(
  options: { module?: string | URL; target: string | ((...args: never[]) => unknown); args?: unknown[] },
): Error {
  const process = new Process({ module, ...options } as ConstructorParameters<typeof Process>[0]).start();
  assert(process.joinSync({ timeout: 20_000 }), "it hangs");
  assertEquals(process.exitCode, 1);
  assert(process.error instanceof Error);
  return process.error;
}

test("what the target throws is kept with name, message, stack and cause", () => {
  const error = fail({ target: targets.throwError });
  assert(error instanceof RangeError);
  assertEquals([error.name, error.message], ["RangeError", "too far"]);
  assertMatch(error.stack ?? "", /process_targets/);
  assert(error.cause instanceof Error);
  assertEquals(error.cause.message, "the wind");
});

test("a rejection of the target is the same", () => {
  const error = fail({ target: targets.rejectLater });
  assertEquals([error.name, error.message], ["TypeError", "rejected"]);
});

test("another thrown value is the cause of an Error", () => {
  const error = fail({ target: targets.throwText });
  assertStringIncludes(error.message, '"only a text"');
  assertEquals(error.cause, "only a text");
});

test("an error that cannot travel comes as a plain one", () => {
  const error = fail({ target: targets.throwUnsendable });
  assertEquals(error.message, "with baggage");
  assertEquals(typeof error.cause, "string");
});

test("an error may be long", () => {
  assertEquals(fail({ target: targets.throwLong }).message.length, 500_000);
});

test("errors outside the target's promise end the Process too", () => {
  assertEquals(fail({ target: targets.throwInTimer }).message, "in a timer");
  assertEquals(fail({ target: targets.rejectUnhandled }).message, "unhandled");
});

test("a promise that can settle no more is an error, not a success", () => {
  const error = fail({ target: targets.neverSettles });
  assert(ProcessError.is(error));
  assertStringIncludes(error.message, "never settled");
});

// Bun's test runner keeps a worker's uncaught errors from the worker's own handlers; Bun itself does not.
const noHandlers = process.versions.bun !== undefined ? "not under bun test" : false;

test("a program's own handler of uncaught errors decides", { skip: noHandlers }, async () => {
  const shared = words();
  const process = new Process({ module, target: targets.catchOwn, args: [shared] }).start();
  await process.join();
  assertEquals([process.exitCode, shared[0]], [0, 1]);
});

test("a target that is not there says what is", () => {
  const missing = fail({ target: "nothing" });
  assert(ProcessError.is(missing));
  assertStringIncludes(missing.message, '"nothing"');
  assertStringIncludes(missing.message, '"add"');
  assertStringIncludes(fail({ target: "notAFunction" }).message, "42, not a function");
  function local(): void {}
  assertStringIncludes(fail({ target: local }).message, "must be exported");
});

test("a function that only shares the name of an export is refused, and the name suggested", () => {
  const error = fail({ target: targets.makeClosure(1), args: [words()] });
  assertStringIncludes(error.message, "another one");
  assertStringIncludes(error.message, 'target: "add"');
});

test("one function under two names is no ambiguity", async () => {
  const process = new Process({ module, target: targets.first }).start();
  await process.join();
  assertEquals(process.error, null);
});

test("a module that is not there, or fails, is an error with the cause", () => {
  const missing = fail({ module: new URL("nowhere.ts", module), target: "add" });
  assert(ProcessError.is(missing));
  assertStringIncludes(missing.message, "nowhere.ts");
  assert(missing.cause !== undefined);
  const broken = fail({ module: new URL("./process_broken.ts", module), target: "add" });
  assertStringIncludes(broken.message, "no such luck");
});

test("a thread that starts others while it imports its target's module gets an error that shows the guard", () => {
  const error = fail({ module: new URL("./process_unguarded.ts", module), target: "target" });
  assertStringIncludes(error.message, "if (isMainThread)");
});
