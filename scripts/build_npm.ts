/**
 * `deno task build:npm [--compiler=dnt|tsc] [--dnt=SPECIFIER]`: builds the npm package into `npm/`. dnt is the default; `tsc` makes
 * the same layout where JSR, where dnt lives, is out of reach; `--dnt` names another copy of it.
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { buildPackage } from "./npm/build.ts";
import { manifest } from "./npm/manifest.ts";

try {
  const { values } = parseArgs({
    options: { compiler: { type: "string", default: "dnt" }, dnt: { type: "string" } },
  });
  await buildPackage(values.compiler, values);
  const { name, version } = manifest();
  console.log(`npm/ holds ${name} ${version}, built with ${values.compiler}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
