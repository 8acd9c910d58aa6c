/**
 * The fast way to fresh memory: Buffer's `allocUnsafeSlow`, on Node and Bun. With it an array of 1 MiB arrives in two thirds of the
 * time. Deno fills that one with zeros, too.
 * @module
 */
import { type FreshBytes, portableFresh } from "../core/fresh.ts";
import { builtin } from "./globals.ts";

/** Up to so many bytes zeros cost less than the call. */
const WORTH = 32 * 1024;

/** The fresh memory of a runtime. */
export function freshOf(name: "node" | "deno" | "bun"): FreshBytes {
  if (name === "deno") return portableFresh;
  const { Buffer } = builtin("node:buffer");
  return (length) => length < WORTH ? new Uint8Array(length) : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
