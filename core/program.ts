/**
 * The program and this thread's place in it.
 * @module
 */
import { provide, thisThread } from "./current.ts";
import { show } from "./deadline.ts";
import { IsthmusError } from "./errors.ts";
import { type Identity, knownIdentity, setIdentity } from "./identity.ts";
import { nextPid } from "./process_cell.ts";
import { absoluteUrl } from "./process_options.ts";
import type { ProcessRuntime } from "./runtime.ts";

let provided: ProcessRuntime | undefined;

/** Says on which runtime this thread runs, and that it can start others. The first call counts; gives what it gave. */
export function provideProcesses(runtime: ProcessRuntime): ProcessRuntime {
  provided ??= runtime;
  provide(provided);
  return provided;
}

/** The runtime of this thread, for starting and ending threads. */
export function processRuntime(): ProcessRuntime {
  if (provided === undefined) {
    throw new IsthmusError(
      "No runtime was provided: import Isthmus by its public entry, not by a file of its core.",
      "ISTHMUS_NO_RUNTIME",
    );
  }
  return provided;
}

/** Who this thread is. */
export function identity(): Identity {
  const known = knownIdentity();
  if (known !== undefined) return known;
  const runtime = processRuntime();
  return runtime.isMainThread
    ? setIdentity({ name: "MainProcess", pid: 1, parent: null, daemon: false })
    : setIdentity({ name: `Worker-${runtime.threadId()}`, pid: 0, parent: null, daemon: false });
}

/**
 * The Process in whose thread this runs. The main thread is called `MainProcess`, a worker that was started by other means
 * `Worker-` and its number. `pid` is unique in the program; it is not the system's.
 *
 * @example
 * ```ts
 * import { currentProcess } from "@isthmus/isthmus";
 *
 * console.log(currentProcess().name); // MainProcess; in a Process, "Process-1" and so on
 * ```
 */
export function currentProcess(): { name: string; pid: number } {
  const who = identity();
  if (who.pid === 0) who.pid = nextPid(thisThread().memory);
  return { name: who.name, pid: who.pid };
}

/**
 * The Process that started this one; `null` in the main thread and in workers that were started by other means.
 *
 * @example
 * ```ts
 * import { parentProcess } from "@isthmus/isthmus";
 *
 * console.log(parentProcess()); // null; in a Process such as { name: "MainProcess", pid: 1 }
 * ```
 */
export function parentProcess(): { name: string; pid: number } | null {
  const { parent } = identity();
  return parent === null ? null : { name: parent.name, pid: parent.pid };
}

/**
 * How many threads can run at once, as the runtime knows it: how many workers make sense for work that computes. At least 1.
 *
 * @example
 * ```ts
 * import { cpuCount } from "@isthmus/isthmus";
 *
 * console.log(cpuCount() >= 1); // true
 * ```
 */
export function cpuCount(): number {
  return processRuntime().parallelism;
}

/**
 * Says where the file lies that new threads run, the package's entry `./boot`. Needed only where a bundler has put this module
 * into another file: build `./boot` as a file of its own, and call this before the first `start()`.
 *
 * @param url an absolute URL
 * @throws {TypeError} if `url` is not an absolute URL
 *
 * @example
 * ```ts
 * import { setWorkerEntry } from "@isthmus/isthmus";
 *
 * setWorkerEntry(new URL("./boot.js", import.meta.url)); // boot.js lies beside this bundle
 * ```
 */
export function setWorkerEntry(url: string | URL): void {
  const entry = absoluteUrl(url);
  if (entry === undefined) {
    throw new TypeError(`url must be an absolute URL such as new URL("./boot.js", import.meta.url), not ${show(url)}.`);
  }
  identity().entry = entry;
}
