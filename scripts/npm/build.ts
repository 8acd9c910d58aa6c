/**
 * Builds the npm package: compiled by one of two compilers, then bundled.
 * @module
 */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { OUTPUT } from "./manifest.ts";
import { buildWithDnt } from "./with_dnt.ts";
import { buildWithTsc } from "./with_tsc.ts";

/** What is to be done besides. */
export interface BuildOptions {
  /** Another copy of dnt. */
  dnt?: string;
  /** A folder that gets what the compiler has made, as it was before the bundle. */
  compiled?: string;
}

/** Builds into `npm/`. */
export async function buildPackage(compiler: string, { dnt, compiled }: BuildOptions = {}): Promise<void> {
  if (compiler === "tsc") buildWithTsc();
  else if (compiler === "dnt") await buildWithDnt(dnt);
  else throw new Error(`--compiler=${compiler}: there are dnt and tsc.`);
  const esm = join(OUTPUT, "esm");
  if (compiled !== undefined) cpSync(esm, compiled, { recursive: true });
  await bundle(esm);
}
