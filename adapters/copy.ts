/**
 * The fast way to copy bytes: what `copy` of Node's Buffer does natively since Node 22, and Bun's always. V8's `set` takes four times
 * as long as that to and from shared memory. Node 20 and Deno do it in script, by `set`.
 * @module
 */
import { type CopyBytes, portableCopy } from "../core/copy.ts";
import { builtin, processGlobal } from "./globals.ts";

const NATIVE_SINCE = 22;

/** The fast copy of a runtime. */
export function copyOf(name: "node" | "deno" | "bun"): CopyBytes {
  if (name === "deno" || parseInt(processGlobal().versions.node!) < NATIVE_SINCE) return portableCopy;
  const { copy } = builtin("node:buffer").Buffer.prototype;
  return (target, at, source, from, length) => void copy.call(source, target, at, from, from + length);
}
