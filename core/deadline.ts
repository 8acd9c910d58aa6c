/**
 * Timeouts and signals as users give them, checked, and the moments they stand for.
 * @module
 */

/** How a waiting operation may end early. Times are milliseconds. */
export interface WaitOptions {
  /** How long to wait at most. `undefined` and `Infinity`: for ever. `0` and negative: try once. `NaN` is a RangeError. */
  timeout?: number | undefined;
  /** Aborts the wait: the promise rejects with `signal.reason`, and nothing was put or taken. */
  signal?: AbortSignal | undefined;
}

/** How a blocking operation may end early: by its timeout alone, since nobody could abort it. */
export interface SyncOptions {
  /** As in {@linkcode WaitOptions}. */
  timeout?: number | undefined;
}

/** Milliseconds on a clock that never goes back; the same clock for every deadline of a thread. */
export const now: () => number = () => performance.now();

/** Try once, do not wait. */
export const AT_ONCE = 0;

/** When a wait that begins now must end: a reading of {@linkcode now}, `Infinity`, or {@linkcode AT_ONCE}. Checks the options. */
export function deadline(options: WaitOptions | undefined, form: "async" | "sync"): number {
  if (options === undefined) return Infinity;
  checkWaitOptions(options, form);
  return deadlineOf(options.timeout);
}

/** When a wait of `timeout` milliseconds that begins now must end. */
export function deadlineOf(timeout: number | undefined): number {
  if (timeout === undefined || timeout === Infinity) return Infinity;
  if (typeof timeout !== "number") {
    throw new TypeError(`timeout must be a number of milliseconds, not ${show(timeout)}.`);
  }
  if (timeout !== timeout) throw new RangeError("timeout must be a number of milliseconds, not NaN.");
  return timeout <= 0 ? AT_ONCE : now() + timeout;
}

function checkWaitOptions(options: WaitOptions, form: "async" | "sync"): void {
  if (!isOptions(options)) {
    throw new TypeError(`options must be an object such as { timeout: 1000 }, not ${show(options)}.`);
  }
  for (const name of Object.keys(options)) {
    if (name === "timeout") continue;
    if (name !== "signal") throw new TypeError(`Unknown option ${show(name)}: a wait takes timeout and signal.`);
    if (form === "sync") {
      throw new TypeError(
        "signal is not accepted by a Sync form: nothing could abort it while it blocks. Use timeout, or the promise form.",
      );
    }
  }
  const signal = options.signal;
  if (signal !== undefined && !isSignal(signal)) {
    throw new TypeError(`signal must be an AbortSignal, not ${show(signal)}.`);
  }
}

/**
 * Whether `value` can be options: an object, but no array, and nothing like a signal, a Map or a queue, which has no option
 * of the wrong name and would count as none at all.
 */
export function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  if (Object.keys(value).length > 0) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isSignal(value: unknown): value is AbortSignal {
  return typeof value === "object" && value !== null && typeof (value as AbortSignal).aborted === "boolean" &&
    typeof (value as AbortSignal).addEventListener === "function";
}

/** A value as an error message shows it: short, and never throwing. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? value.slice(0, 57) + "…" : value);
  if (typeof value === "bigint") return `${value}n`;
  try {
    return showAny(value);
  } catch {
    // A class whose name is a getter that throws, or a proxy that was revoked.
    return typeof value === "function" ? "a function" : "an object";
  }
}

function showAny(value: unknown): string {
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "Object" && name !== "" ? `an instance of ${name}` : "an object";
}
