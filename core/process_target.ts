/**
 * Finding the target of a Process among the exports of its module, in the thread that runs it.
 * @module
 */
import { show } from "./deadline.ts";
import { ProcessError } from "./errors.ts";
import type { Target } from "./process_options.ts";

type Exports = Record<string, unknown>;
type Callable = (...args: unknown[]) => unknown;

/** The function that `target` means among `exports`, the exports of the module at `url`. Throws ProcessError if it is not there. */
export function findTarget(exports: Exports, target: Target, url: string): Callable {
  return target.text === undefined
    ? byName(exports, target.name, url)
    : byFunction(exports, target.name, target.text, url);
}

function byName(exports: Exports, name: string, url: string): Callable {
  if (!(name in exports)) {
    throw failure(
      `The module ${url} exports nothing called ${show(name)}; it exports ${names(exports)}. Export the target.`,
    );
  }
  const found = exports[name];
  if (typeof found !== "function") {
    throw failure(
      `${show(name)} of the module ${url} is ${show(found)}, not a function. Name an exported function as target.`,
    );
  }
  return found as Callable;
}

function byFunction(exports: Exports, name: string, text: string, url: string): Callable {
  const found = typeof exports[name] === "function" ? [exports[name] as Callable] : called(exports, name);
  if (found.length > 1) {
    throw failure(
      `The module ${url} exports several functions whose name is ${show(name)}. Give target as the name of the export.`,
    );
  }
  if (found.length === 0) {
    throw failure(
      `The module ${url} exports no function called ${show(name)}; it exports ${
        names(exports)
      }. A target must be exported ` +
        `from its module: a function within another, or written in place, does not exist in the new thread.`,
    );
  }
  if (String(found[0]) === text) return found[0];
  throw failure(
    `The function given as target is called ${
      show(name)
    }, but what the module ${url} exports under that name is another ` +
      `one: a function within another does not exist in the new thread. Export the target, or, if that export is meant, ` +
      `give its name: target: ${show(name)}.`,
  );
}

function called(exports: Exports, name: string): Callable[] {
  const found = new Set<Callable>();
  for (const value of Object.values(exports)) {
    if (typeof value === "function" && value.name === name) found.add(value as Callable);
  }
  return [...found];
}

function names(exports: Exports): string {
  return Object.keys(exports).map(show).join(", ") || "nothing at all";
}

function failure(message: string): ProcessError {
  return new ProcessError(message, "ISTHMUS_PROCESS_TARGET");
}
