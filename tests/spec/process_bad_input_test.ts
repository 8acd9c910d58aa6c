/** Every argument of Process, watch and setWorkerEntry is checked at the call, and nothing is started. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { activeChildren, Process, setWorkerEntry, watch } from "../../mod.ts";
import { check, checkEach, checkWaits, noOptions, type Wrong } from "./bad_input_helper.ts";
import { thrown } from "./queue_helper.ts";

const module = new URL("../fixtures/process_targets.ts", import.meta.url);
const target = "add";

/** `table` with each value as the option `name`. */
function option(name: string, table: readonly Wrong[]): Wrong[] {
  return table.map(([value, kind, words]) => [{ module, target, [name]: value }, kind, [name, ...words]]);
}

/** `table` with each value at the end of a path of options of `runtime`. */
function runtime(path: string, table: readonly Wrong[]): Wrong[] {
  return table.map(([value, kind, words]) => {
    const nested = path.split(".").reduceRight((inner: unknown, name) => ({ [name]: inner }), value);
    return [{ module, target, runtime: nested }, kind, [`runtime.${path}`, ...words]];
  });
}

const noObject: readonly Wrong[] = noOptions;
const noText: readonly Wrong[] = [
  [5, TypeError, ["5"]],
  [null, TypeError, ["null"]],
  [{}, TypeError, ["object"]],
  [Symbol("s"), TypeError, ["Symbol(s)"]],
];
const noBoolean: readonly Wrong[] = [
  [1, TypeError, ["1"]],
  [null, TypeError, ["null"]],
  ["true", TypeError, ['"true"']],
];
const noLimit: readonly Wrong[] = [
  [0, RangeError, ["0"]],
  [-5, RangeError, ["-5"]],
  [NaN, RangeError, ["NaN"]],
  [Infinity, RangeError, ["Infinity"]],
  ["24", TypeError, ['"24"']],
  [null, TypeError, ["null"]],
  [24n, TypeError, ["24n"]],
];
const noUrl: readonly Wrong[] = [
  ["./worker.mjs", TypeError, ['"./worker.mjs"']],
  ["/tmp/worker.ts", TypeError, ['"/tmp/worker.ts"']],
  ["C:\\worker.ts", TypeError, ["worker.ts"]],
  ["c:/worker.ts", TypeError, ["worker.ts"]],
  ["", TypeError, ['""']],
  [undefined, TypeError, ["undefined"]],
  [null, TypeError, ["null"]],
  [5, TypeError, ["5"]],
  [{ href: "file:///worker.ts" }, TypeError, ["object"]],
];

test("options of Process", async () => {
  const anonymous = (() => () => {})();
  const wrong: Wrong[] = [
    ...noObject.map(([value, kind, words]): Wrong => [value, kind, ["Process", ...words]]),
    [undefined, TypeError, ["Process", "undefined"]],
    [{}, TypeError, ["module", "undefined"]],
    [{ module }, TypeError, ["target", "undefined"]],
    [{ module, target, targets: 5 }, TypeError, ['"targets"', "target"]],
    ...option("module", noUrl),
    ...option("target", [
      [5, TypeError, ["5"]],
      [null, TypeError, ["null"]],
      ["", TypeError, ["empty"]],
      [{}, TypeError, ["object"]],
      [anonymous, TypeError, ["anonymous"]],
      [module, TypeError, ["URL"]],
      [(function named() {}).bind(null), TypeError, ["bound named"]],
      [Math.max, TypeError, ["max", "built in"]],
    ]),
    ...option("args", [
      [5, TypeError, ["5"]],
      [null, TypeError, ["null"]],
      ["ab", TypeError, ['"ab"']],
      [new Set([1]), TypeError, ["Set"]],
      [{ length: 0 }, TypeError, ["object"]],
    ]),
    ...option("name", noText),
    ...option("daemon", noBoolean),
    ...option("runtime", noObject),
    ...option("runtime", [[{ python: {} }, TypeError, ['"python"', "node"]]]),
    ...runtime("env", noObject),
    ...runtime("env", [[{ PATH: 5 }, TypeError, ["PATH", "5"]], [{ PATH: undefined }, TypeError, ["undefined"]]]),
    ...runtime("node", noObject),
    ...runtime("node", [[{ smol: true }, TypeError, ['"smol"', "execArgv"]]]),
    ...runtime("node.execArgv", [["--flag", TypeError, ['"--flag"']], [[5], TypeError, ["array"]]]),
    ...runtime("node.resourceLimits", noObject),
    ...runtime("node.resourceLimits", [[{ heap: 5 }, TypeError, ['"heap"', "maxOldGenerationSizeMb"]]]),
    ...runtime("node.resourceLimits.maxOldGenerationSizeMb", noLimit),
    ...runtime("node.resourceLimits.stackSizeMb", noLimit),
    ...runtime("deno", noObject),
    ...runtime("deno", [[{ execArgv: [] }, TypeError, ['"execArgv"', "resourceLimits"]]]),
    ...runtime("deno.resourceLimits", noObject),
    ...runtime("deno.resourceLimits.maxYoungGenerationSizeMb", noLimit),
    ...runtime("bun", noObject),
    ...runtime("bun", [[{ small: true }, TypeError, ['"small"', "smol"]]]),
    ...runtime("bun.smol", noBoolean),
  ];
  await checkEach("new Process", wrong, (options) => new Process(options));
  const [one, two] = [0, 1].map(() => Number(/\d+$/.exec(new Process({ module, target }).name)?.[0]));
  assertEquals([two - one, activeChildren()], [1, []]);
});

test("what may be left out or undefined", () => {
  const none = { args: undefined, name: undefined, daemon: undefined, runtime: undefined };
  const process = new Process({ module: module.href, target, ...none });
  assertEquals([process.daemon, process.pid, process.exitCode, process.isAlive()], [false, null, null, false]);
  new Process({ module, target, runtime: { env: undefined, node: undefined, deno: undefined, bun: {} } });
  new Process({ module, target, runtime: { node: { execArgv: [], resourceLimits: { stackSizeMb: undefined } } } });
});

test("wait options of join come before what is wrong with the Process", async () => {
  const process = new Process({ module, target });
  const calls = [
    { join: (options: never) => process.join(options) },
    { joinSync: (options: never) => process.joinSync(options) },
  ] as const;
  await checkWaits(...calls);
  process.close();
  await checkWaits(...calls);
});

test("worker of watch", async () => {
  const wrong: Wrong[] = [
    [undefined, TypeError, ["worker", "undefined"]],
    [null, TypeError, ["worker", "null"]],
    [5, TypeError, ["worker", "5"]],
    ["worker", TypeError, ["worker", '"worker"']],
    [{}, TypeError, ["worker", "object"]],
    [{ threadId: 5 }, TypeError, ["worker", "object"]],
    [{ threadId: "5", on() {} }, TypeError, ["worker", "object"]],
    [new EventTarget(), TypeError, ["worker", "EventTarget"]],
    [new Process({ module, target }), TypeError, ["worker", "Process"]],
  ];
  await checkEach(
    "watch",
    wrong.map(([value, kind, words]) => [value, kind, [...words, "node:worker_threads"]]),
    watch,
  );
});

test("url of setWorkerEntry", async () => {
  await checkEach("setWorkerEntry", noUrl.map(([value, kind, words]) => [value, kind, ["url", ...words]]), (url) => {
    setWorkerEntry(url);
  });
  // The entry is as it was: a Process starts.
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const process = new Process({ module, target, args: [shared, 1] }).start();
  assertEquals([process.joinSync({ timeout: 20_000 }), process.exitCode, shared[0]], [true, 0, 1]);
  check("again", thrown(() => setWorkerEntry(5 as never)), TypeError, ["url", "5"]);
});
