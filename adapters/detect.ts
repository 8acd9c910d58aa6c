/**
 * Finds out which runtime this is.
 * @module
 */

import type { ProcessRuntime } from "../core/runtime.ts";
import { setCopy } from "../core/copy.ts";
import { setText } from "../core/encode/text.ts";
import { setFresh } from "../core/fresh.ts";
import { setPeek } from "../core/peek.ts";
import { bun } from "./bun.ts";
import { copyOf } from "./copy.ts";
import { deno } from "./deno.ts";
import { freshOf } from "./fresh.ts";
import { holdProcess, processGlobal } from "./globals.ts";
import { node } from "./node.ts";
import { peekOf } from "./peek.ts";
import { textOf } from "./text.ts";

/**
 * The runtime of this thread, whose ways with text and bytes are taken from now on. Deno and Bun also say that they are Node, so
 * they are asked first; and Deno by what it has without loading anything of Node's.
 */
export function detect(): ProcessRuntime {
  holdProcess();
  const runtime = isDeno() ? deno() : processGlobal().versions.bun !== undefined ? bun() : node();
  setText(textOf(runtime.name));
  setCopy(copyOf(runtime.name));
  setFresh(freshOf(runtime.name));
  setPeek(peekOf(runtime.name));
  return runtime;
}

/** A simulated browser, as tests use one, may have put its own `navigator` there. */
function isDeno(): boolean {
  const told = typeof navigator === "object" ? navigator?.userAgent : undefined;
  return told?.startsWith("Deno/") || processGlobal().versions.deno !== undefined;
}
