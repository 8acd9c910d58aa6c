/**
 * The real core with a gate before every atomic operation: a copy in a temporary folder, so nothing that is shipped
 * carries hooks. The copy and the original work on the same memory; this one is used by both sides of the test.
 * @module
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ATOMICS } from "../harness/atomics.ts";

/** Copies the core and the adapters, with a gate, and gives the folder's URL. It is removed when the program ends. */
export function stage(): string {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-death-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["core", "adapters"]) {
    cpSync(fileURLToPath(new URL(`../../${part}`, import.meta.url)), join(folder, part), { recursive: true });
  }
  writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
  const hooks = ATOMICS.map((name) => `export const ${name} = gated("${name}");`);
  writeFileSync(
    join(folder, "core", "memory.ts"),
    `let gate: (() => void) | undefined;
export function setGate(step: (() => void) | undefined): void { gate = step; }
export const pause = (): void => {};
const gated = <Name extends keyof typeof Atomics>(name: Name) => {
  const operation = Atomics[name] as (...args: unknown[]) => unknown;
  return ((...args: unknown[]) => {
    gate?.();
    return operation(...args);
  }) as unknown as typeof Atomics[Name];
};
${hooks.join("\n")}
`,
  );
  return pathToFileURL(folder).href;
}

/** The parts of the copy that the test uses. */
export interface Staged {
  readonly current: typeof import("../../core/current.ts");
  readonly detect: typeof import("../../adapters/detect.ts");
  readonly context: typeof import("../../core/context.ts");
  readonly recovery: typeof import("../../core/recovery.ts");
  readonly threads: typeof import("../../core/threads.ts");
  readonly arena: typeof import("../../core/arena.ts");
  readonly cells: typeof import("../../core/cells.ts");
  readonly memory: { setGate(step: (() => void) | undefined): void };
}

/** Imports the copy in the folder that `stage` made. */
export async function load(folder: string): Promise<Staged> {
  const part = (path: string) => import(`${folder}/${path}`);
  const staged = {
    current: await part("core/current.ts"),
    detect: await part("adapters/detect.ts"),
    context: await part("core/context.ts"),
    recovery: await part("core/recovery.ts"),
    threads: await part("core/threads.ts"),
    arena: await part("core/arena.ts"),
    cells: await part("core/cells.ts"),
    memory: await part("core/memory.ts"),
  };
  staged.context.provideProcesses(staged.detect.detect());
  return staged;
}
