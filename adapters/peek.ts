/**
 * The fast way to look whether somebody waits on Bun.
 * @module
 */
import { type Peek, portablePeek } from "../core/peek.ts";

/**
 * The fast look on a processor of the kind that `process.arch` says.
 *
 * A plain read is enough under JavaScriptCore on x86-64: that processor lets no read overtake a locked instruction, and that compiler
 * moves no read of a typed array across an atomic operation, which may write all of them as far as it knows. Other processors let a
 * plain read overtake. V8's own `load` is no more than that read on x86-64.
 */
export function peekOf(arch: string): Peek {
  return arch === "x64" ? (words, index) => words[index] : portablePeek;
}
