/**
 * Builds the npm package with dnt, which lives on JSR.
 * @module
 */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../runtimes.ts";
import { copyDocuments, entries, manifest, OUTPUT } from "./manifest.ts";

/** What is used of dnt. */
interface Dnt {
  build(options: Record<string, unknown>): Promise<void>;
}

/** The version whose build was compared with the other compiler's, in docs/npm_build.md. Compare again before you change it. */
const DNT = "jsr:@deno/dnt@0.41.0";

async function load(specifier: string): Promise<Dnt> {
  try {
    return await import(specifier);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `dnt could not be loaded from ${specifier} (${reason}); where JSR is out of reach, build with --compiler=tsc, ` +
        "which makes the same package.",
    );
  }
}

/** Builds into `npm/`. `specifier` names another copy of dnt. Types are checked elsewhere, on the source. */
export async function buildWithDnt(specifier: string = DNT): Promise<void> {
  const { build } = await load(specifier);
  rmSync(OUTPUT, { recursive: true, force: true });
  await build({
    entryPoints: entries().map(({ name, source }) => ({ name, path: join(ROOT, source) })),
    outDir: OUTPUT,
    shims: {},
    polyfills: false, // known from 0.42 on; before that, one is added that no supported runtime needs
    scriptModule: false, // one copy of every class; `require()` of a module works on Node from 20.19
    test: false,
    typeCheck: false,
    declaration: "inline",
    skipNpmInstall: true,
    skipSourceOutput: true,
    // "DOM" for AbortSignal and URL, which all runtimes have: the declarations name them.
    compilerOptions: { target: "ES2022", lib: ["ESNext", "DOM"], sourceMap: true, inlineSources: true },
    package: manifest(),
    postBuild: copyDocuments,
  });
}
