/**
 * Finds out which runtime this is.
 * @module
 */

import type { ProcessRuntime } from "../core/runtime.ts";
import { bun } from "./bun.ts";
import { deno } from "./deno.ts";
import { processGlobal } from "./globals.ts";
import { node } from "./node.ts";

/** The runtime of this thread. Deno and Bun also say that they are Node, so they are asked first. */
export function detect(): ProcessRuntime {
  const { versions } = processGlobal();
  if (versions.deno !== undefined) return deno();
  if (versions.bun !== undefined) return bun();
  return node();
}
