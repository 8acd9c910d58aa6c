/**
 * `deno task build:npm [--compiler=dnt|tsc] [--dnt=SPECIFIER]`: builds the npm package into `npm/`. dnt is the default; `tsc` makes
 * the same layout where JSR, where dnt lives, is out of reach; `--dnt` names another copy of it.
 * @module
 */

import process from "node:process";
import { parseArgs } from "node:util";
import { manifest } from "./npm/manifest.ts";
import { buildWithDnt } from "./npm/with_dnt.ts";
import { buildWithTsc } from "./npm/with_tsc.ts";

try {
  const { values } = parseArgs({
    options: { compiler: { type: "string", default: "dnt" }, dnt: { type: "string" } },
  });
  if (values.compiler === "tsc") buildWithTsc();
  else if (values.compiler === "dnt") await buildWithDnt(values.dnt);
  else throw new Error(`--compiler=${values.compiler}: there are dnt and tsc.`);
  const { name, version } = manifest();
  console.log(`npm/ holds ${name} ${version}, built with ${values.compiler}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
