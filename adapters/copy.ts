/**
 * The fast way to copy bytes: `copy` of Buffer is native on Bun, and on Node since 22.7. V8's `set` takes four times as long as that
 * to and from shared memory. Older Nodes and Deno do it in script, by `set`, and so do Nodes up to 25 for the whole of a source: what
 * is copied there is all but the last byte. (Nodes up to 24 cut where a copy begins to 32 bits, which is as far as shared memory goes.)
 * @module
 */
import { type CopyBytes, portableCopy } from "../core/copy.ts";
import { builtin, processGlobal } from "./globals.ts";

/** The fast copy of a runtime. */
export function copyOf(name: "node" | "deno" | "bun"): CopyBytes {
  if (name === "deno" || (name === "node" && !hasNativeCopy(processGlobal().versions.node!))) return portableCopy;
  const { copy } = builtin("node:buffer").Buffer.prototype;
  return (target, at, source, from, length) => {
    if (length === 0) return;
    const last = length - 1;
    copy.call(source, target, at, from, from + last);
    target[at + last] = source[from + last];
  };
}

function hasNativeCopy(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 7);
}
