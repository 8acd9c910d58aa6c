/**
 * Makes few files of the package's many, since the time that an import takes goes by the number of files: what the entries
 * share becomes one chunk, and each entry keeps a file of its own.
 * @module
 */

import { globSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import { type OutputChunk, type Plugin, rollup } from "rollup";
import ts from "typescript";
import { constantFunctions } from "./constant_functions.ts";
import { entries } from "./manifest.ts";

/** The chunk's name. */
const CHUNK = "isthmus";

/**
 * The chunk's folder. The source asks in `adapters/`, by `import.meta.url`, for the file beside it that new threads run;
 * wherever the chunk lies, its own URL is what that gives.
 */
const CHUNK_FOLDER = "adapters";

const COMMENTS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  allowJs: true,
  removeComments: true,
  sourceMap: true,
};

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Reads what the compiler made, with its source maps; those of the bundle then lead back to TypeScript. */
function compiled(esm: string): Plugin {
  return {
    name: "compiled",
    load(file) {
      const map = JSON.parse(readFileSync(`${file}.map`, "utf8"));
      // Each compiler has its own place for the source. In the package it is where the declarations are; the text is inside.
      const sources = [basename(file).replace(/\.js$/, ".ts")];
      return { code: readFileSync(file, "utf8"), map: { ...map, sourceRoot: "", sources } };
    },
    transform(code, file) {
      // An import takes 5 % longer with comments. Editors show those of the declarations.
      const { outputText, sourceMapText } = ts.transpileModule(code, {
        compilerOptions: COMMENTS,
        fileName: file,
        transformers: { before: [constantFunctions] },
      });
      return { code: outputText, map: JSON.parse(sourceMapText as string) };
    },
    resolveImportMeta(_property, { chunkId, moduleId }) {
      if (posix.dirname(chunkId) === slashes(relative(esm, dirname(moduleId)))) return null; // stays as it is
      throw new Error(`${moduleId} uses import.meta, and would get that of ${chunkId} in another folder.`);
    },
  };
}

/** Lets each file that the entries reach be imported from its own path, too; not what a compiler has added. */
function importable(esm: string): Plugin {
  return {
    name: "importable",
    moduleParsed({ id, isEntry }) {
      if (isEntry || basename(id).startsWith("_")) return;
      this.emitFile({ type: "chunk", id, fileName: slashes(relative(esm, id)), preserveSignature: "strict" });
    },
  };
}

/** The functions that have another name than in the source, since two files have one of the same name. */
function renamedFunctions({ code }: OutputChunk): string[] {
  const names = ts.createSourceFile("chunk.js", code, ts.ScriptTarget.ESNext).statements.flatMap((statement) => {
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
      const anonymous = initializer !== undefined &&
        (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ||
          ts.isClassExpression(initializer)) &&
        initializer.name === undefined;
      return anonymous && ts.isIdentifier(name) ? [name.text] : [];
    });
  });
  return names.filter((name) => /\$\d+$/.test(name));
}

/** How the package is bundled. */
export interface BundleOptions {
  /**
   * Whether every file that is reached stays importable under its own path, for tests that look inside. The chunk then
   * exports more, and is the same apart from that.
   */
  inside?: boolean;
}

/** Bundles the JavaScript in the folder `esm`, one file for each source file, where it lies. Declarations stay. */
export async function bundle(esm: string, { inside = false }: BundleOptions = {}): Promise<void> {
  const files = globSync("**/*.js", { cwd: esm }).map(slashes);
  const own = entries().map(({ source }) => source.replace(/\.ts$/, ".js"));
  const input = Object.fromEntries(own.map((file) => [file.replace(/\.js$/, ""), join(esm, file)]));
  const isEntry = new Set(Object.values(input));
  const made = await rollup({
    input,
    plugins: inside ? [compiled(esm), importable(esm)] : [compiled(esm)],
    external: /^node:/,
    treeshake: false, // all that is there is used, and modules that register a kind of object are imported for just that
    preserveEntrySignatures: "strict",
    onLog(_level, log) {
      // Files of types alone.
      if (log.code !== "EMPTY_BUNDLE") throw new Error(`Rollup: ${log.message}`);
    },
  });
  const { output } = await made.write({
    dir: esm,
    format: "es",
    sourcemap: true,
    minifyInternalExports: false,
    entryFileNames: "[name].js",
    chunkFileNames: posix.join(CHUNK_FOLDER, "[name].js"),
    manualChunks: (file) => isEntry.has(file) ? undefined : CHUNK,
  });
  await made.close();
  const renamed = output.flatMap((file) => file.type === "chunk" ? renamedFunctions(file) : []);
  if (renamed.length > 0) {
    const names = renamed.map((name) => name.replace(/\$\d+$/, ""));
    throw new Error(
      `Two files have a function ${names.join(", ")}: stack traces would show another name for one. Rename it.`,
    );
  }
  const written = new Set(output.map(({ fileName }) => fileName));
  for (const file of files.flatMap((file) => [file, `${file}.map`])) if (!written.has(file)) rmSync(join(esm, file));
}
