import test from "node:test";
import { assertThrows } from "@std/assert";
import { Process, setWorkerEntry } from "../../mod.ts";
import * as targets from "../fixtures/process_targets.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);
const target = "add";

function refuses(options: unknown, text: string, kind: ErrorConstructor = TypeError): void {
  assertThrows(() => new Process(options as never), kind, text);
}

test("options are checked when a Process is made", () => {
  refuses(undefined, "must be an object");
  refuses({ module, target, arguments: [] }, '"arguments"');
  refuses({ module, target, args: "x" }, 'args must be an array, not "x"');
  refuses({ module, target, name: 1 }, "name must be a string, not 1");
  refuses({ module, target, daemon: 1 }, "daemon must be true or false, not 1");
  refuses({ module, target, runtime: { python: {} } }, '"python"');
  refuses({ module, target, runtime: { env: { A: 1 } } }, "runtime.env.A must be a string, not 1");
  refuses({ module, target, runtime: { node: { execArgv: [1] } } }, "execArgv");
  refuses({ module, target, runtime: { bun: { smol: "yes" } } }, 'smol must be true or false, not "yes"');
  refuses(
    { module, target, runtime: { node: { resourceLimits: { maxOldGenerationSizeMb: "1" } } } },
    'megabytes, not "1"',
  );
  refuses(
    { module, target, runtime: { deno: { resourceLimits: { stackSizeMb: NaN } } } },
    "above 0, not NaN",
    RangeError,
  );
  refuses({ module, target, runtime: { deno: { resourceLimits: { heap: 1 } } } }, '"heap"');
});

test("the module is a URL", () => {
  for (const bad of [undefined, "./worker.ts", "C:\\worker.ts", 5]) {
    refuses({ module: bad, target }, "module must be a URL");
  }
});

test("the target is a name, or a function that has one", () => {
  refuses({ module }, "target must be an exported function or the name of one, not undefined");
  refuses({ module, target: "" }, "empty");
  refuses({ module, target: (() => () => {})() }, "an anonymous function");
  refuses({ module, target: targets.add.bind(null) }, "bound");
  refuses({ module, target: Math.max }, "built in");
});

test("setWorkerEntry takes an absolute URL", () => {
  assertThrows(() => setWorkerEntry("boot.js"), TypeError, "absolute URL");
  assertThrows(() => setWorkerEntry(5 as never), TypeError, "absolute URL");
});
