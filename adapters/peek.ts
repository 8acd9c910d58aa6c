/**
 * The fast way to look whether somebody waits.
 * @module
 */
import { type Peek, portablePeek } from "../core/peek.ts";
import { processGlobal } from "./globals.ts";

/**
 * The fast look of a runtime, on the processor that this is.
 *
 * On x86-64 a plain read is enough: that processor lets no read overtake a locked instruction, which an `exchange` is, and no compiler here
 * moves a read of a typed array across an `exchange`: to V8's it is the call of a builtin, and to JavaScriptCore's it may write all
 * typed arrays, as far as it knows. Other processors let a plain read overtake.
 */
export function peekOf(name: "node" | "deno" | "bun"): Peek {
  return isX64(name) ? (words, index) => words[index] : portablePeek;
}

/** Deno is not asked for its `process`: see globals.ts. */
function isX64(name: "node" | "deno" | "bun"): boolean {
  if (name !== "deno") return processGlobal().arch === "x64";
  return (globalThis as { Deno?: { build?: { arch?: string } } }).Deno?.build?.arch === "x86_64";
}
