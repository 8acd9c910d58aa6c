/**
 * Loads the core with the checker's atomics in the place of the builtins, and, for known-wrong variants, with patches. It is
 * a copy in a temporary folder, so nothing that is shipped carries hooks.
 * @module
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ATOMICS } from "../../harness/atomics.ts";

/** A change of the source text: `find` must occur exactly once in the file, or, with `everywhere`, at least once. */
export interface Patch {
  readonly file: string;
  readonly find: string | RegExp;
  readonly put: string;
  readonly everywhere?: boolean;
}

/** The core's, and what the checker adds. */
const NAMES = [...ATOMICS, "pause", "again"];

const CORE = fileURLToPath(new URL("../../../core", import.meta.url));

function hooks(): string {
  const found = `globalThis[Symbol.for("isthmus model checker")]`;
  return NAMES.map((name) => `export const ${name} = (...args: unknown[]) => ${found}.${name}(...args);\n`).join("");
}

/** Copies the core, applies the patches, imports `files` of it, and removes the copy. */
export async function loadCore(files: readonly string[], patches: readonly Patch[]): Promise<unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-model-"));
  try {
    cpSync(CORE, folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
    writeFileSync(join(folder, "memory.ts"), hooks());
    for (const patch of [...CLOCK, ...patches]) apply(folder, patch);
    return await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)).href)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A thread's clock is its own in the model, else its runs would differ. */
const CLOCK: readonly Patch[] = [{
  file: "deadline.ts",
  find: "() => performance.now()",
  put: `() => globalThis[Symbol.for("isthmus model checker")].now()`,
}];

function apply(folder: string, { file, find, put, everywhere = false }: Patch): void {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(find);
  if (parts.length < 2 || (parts.length > 2 && !everywhere)) {
    throw new Error(`The text to patch occurs ${parts.length - 1} times in core/${file}, not once: ${find}`);
  }
  writeFileSync(path, parts.join(put));
}
