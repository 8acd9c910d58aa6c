/**
 * What a Process is told to do, checked.
 * @module
 */
import { isOptions, show } from "./deadline.ts";
import type { ThreadOptions } from "./runtime.ts";

/** What a {@linkcode Process} takes. */
export interface ProcessOptions<Args extends unknown[]> {
  /** The URL of the module with the target, usually `import.meta.url`. */
  module: string | URL;
  /** An export of that module: its name, or the function itself, which is then found by its name and compared by its text. */
  target: string | ((...args: Args) => unknown);
  /** What the target is called with: what can be put into a queue, and SharedArrayBuffers and views on them. Default: none. */
  args?: Args | undefined;
  /** For messages. Default: `Process-1` and so on; in a Process of that name, `Process-1:1`. */
  name?: string | undefined;
  /** Whether the program may end without waiting for it. Default: as the thread that makes it. */
  daemon?: boolean | undefined;
  /** What the runtime gives the new thread; each reads its own part. */
  runtime?: ThreadOptions | undefined;
}

/** A target as it is sent to the thread that looks for it. */
export interface Target {
  readonly name: string;
  /** The function's text, if it was given as a function. */
  readonly text: string | undefined;
}

/** Checked options. */
export interface Plan {
  readonly module: string;
  readonly target: Target;
  readonly args: readonly unknown[];
  readonly name: string | undefined;
  readonly daemon: boolean | undefined;
  readonly options: ThreadOptions;
}

const KEYS = ["module", "target", "args", "name", "daemon", "runtime"];
const LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "codeRangeSizeMb", "stackSizeMb"];

/** Checks the options of a Process. Throws TypeError or RangeError that names the option and the value. */
export function planOf(options: unknown): Plan {
  const given = checkObject(options, "The options of a Process", KEYS);
  const { args = [], name, daemon } = given;
  if (!Array.isArray(args)) throw new TypeError(`args must be an array, not ${show(args)}.`);
  if (name !== undefined && typeof name !== "string") throw new TypeError(`name must be a string, not ${show(name)}.`);
  if (daemon !== undefined && typeof daemon !== "boolean") {
    throw new TypeError(`daemon must be true or false, not ${show(daemon)}.`);
  }
  return {
    module: checkModule(given.module),
    target: checkTarget(given.target),
    args: [...args],
    name,
    daemon,
    options: checkThreadOptions(given.runtime),
  };
}

/** `url` as a text in its usual form; undefined if it is no absolute URL. */
export function absoluteUrl(url: unknown): string | undefined {
  const text = url instanceof URL ? url.href : url;
  // A scheme of one letter is a Windows drive.
  return typeof text === "string" && URL.canParse(text) && !/^.:/.test(text) ? new URL(text).href : undefined;
}

function checkModule(module: unknown): string {
  const url = absoluteUrl(module);
  if (url !== undefined) return url;
  throw new TypeError(
    `module must be a URL, not ${show(module)}: import.meta.url for the module that says it, ` +
      `new URL("./worker.ts", import.meta.url) for another file, or what import.meta.resolve("name") gives.`,
  );
}

function checkTarget(target: unknown): Target {
  if (typeof target === "string") {
    if (target === "") throw new TypeError("target must be the name of an export, not an empty string.");
    return { name: target, text: undefined };
  }
  if (typeof target !== "function") {
    throw new TypeError(`target must be an exported function or the name of one, not ${show(target)}.`);
  }
  const text = String(target);
  if (target.name === "" || target.name.startsWith("bound ") || /\{\s*\[native code\]\s*\}\s*$/.test(text)) {
    const what = target.name === "" ? "an anonymous function" : `${show(target)}, which is bound or built in`;
    throw new TypeError(
      `target must be an exported function that can be found by its name in the new thread, not ${what}. ` +
        `Export a named function from the module, and give what it needs in args.`,
    );
  }
  return { name: target.name, text };
}

function checkThreadOptions(options: unknown): ThreadOptions {
  if (options === undefined) return {};
  const { env, node, deno, bun } = checkObject(options, "runtime", ["env", "node", "deno", "bun"]);
  if (env !== undefined) {
    for (const [name, value] of Object.entries(checkObject(env, "runtime.env"))) {
      if (typeof value !== "string") throw new TypeError(`runtime.env.${name} must be a string, not ${show(value)}.`);
    }
  }
  if (node !== undefined) {
    const { execArgv, resourceLimits } = checkObject(node, "runtime.node", ["resourceLimits", "execArgv"]);
    if (execArgv !== undefined && !(Array.isArray(execArgv) && execArgv.every((one) => typeof one === "string"))) {
      throw new TypeError(`runtime.node.execArgv must be an array of strings, not ${show(execArgv)}.`);
    }
    checkLimits(resourceLimits, "runtime.node.resourceLimits");
  }
  if (deno !== undefined) {
    checkLimits(checkObject(deno, "runtime.deno", ["resourceLimits"]).resourceLimits, "runtime.deno.resourceLimits");
  }
  if (bun !== undefined) {
    const { smol } = checkObject(bun, "runtime.bun", ["smol"]);
    if (smol !== undefined && typeof smol !== "boolean") {
      throw new TypeError(`runtime.bun.smol must be true or false, not ${show(smol)}.`);
    }
  }
  return { env, node, deno, bun } as ThreadOptions;
}

function checkLimits(limits: unknown, path: string): void {
  if (limits === undefined) return;
  for (const [name, value] of Object.entries(checkObject(limits, path, LIMITS))) {
    if (value === undefined) continue;
    if (typeof value !== "number") {
      throw new TypeError(`${path}.${name} must be a number of megabytes, not ${show(value)}.`);
    }
    if (!(value > 0 && value < Infinity)) {
      throw new RangeError(`${path}.${name} must be a finite number of megabytes above 0, not ${value}.`);
    }
  }
}

function checkObject(value: unknown, path: string, keys?: readonly string[]): Record<string, unknown> {
  if (!isOptions(value)) throw new TypeError(`${path} must be an object, not ${show(value)}.`);
  for (const key of keys === undefined ? [] : Object.keys(value)) {
    if (!keys!.includes(key)) {
      throw new TypeError(`${path}: unknown option ${show(key)}; the options are ${keys!.join(", ")}.`);
    }
  }
  return value as Record<string, unknown>;
}
