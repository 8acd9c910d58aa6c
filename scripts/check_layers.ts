/**
 * Who may import whom. A file imports from its own layer and from those below it, never in a circle; outside the core each
 * file has a list. What is erased at run time counts for the layers and not for circles.
 * @module
 */

import { filesOf, type Finding, importsOf, report } from "./lib/source.ts";

/** The core's layers, the lowest first. An entry is a file's name in `core/` without `.ts`, or a folder's with `/`. */
const LAYERS: readonly (readonly string[])[] = [
  ["errors", "assert"],
  ["runtime", "memory", "layout", "deadline", "views"],
  [
    ...["arena", "cells", "threads", "wait_set", "spin", "waiter", "parker", "mutex"],
    ...["thread", "kinds", "recovery", "current", "encode/scratch"],
  ],
  [
    ...["record", "ring", "encode/", "handles"],
    ...["lock", "rlock", "semaphore", "condition", "event", "barrier", "shared_value", "shared_array"],
  ],
  ["queue", "joinable_queue", "simple_queue", "connection", "wait", "process", "warden"],
  ["context"],
];

/** What the files outside the core may import, beside `node:` modules where it says so. Entries as paths, folders with `/`. */
const OUTSIDE: readonly { files: string[]; may: string[]; node: boolean }[] = [
  { files: ["adapters/globals.ts", "adapters/sibling_url.ts"], may: ["core/errors.ts"], node: true },
  {
    files: ["adapters/threads.ts"],
    may: ["core/runtime.ts", "core/errors.ts", "adapters/globals.ts", "adapters/sibling_url.ts"],
    node: true,
  },
  {
    files: ["adapters/node.ts", "adapters/deno.ts", "adapters/bun.ts"],
    may: ["core/runtime.ts", "core/errors.ts", "adapters/globals.ts", "adapters/sibling_url.ts", "adapters/threads.ts"],
    node: true,
  },
  { files: ["adapters/detect.ts"], may: ["core/runtime.ts", "core/errors.ts", "adapters/"], node: false },
  { files: ["adapters/boot.ts"], may: ["core/context.ts", "core/runtime.ts", "adapters/detect.ts"], node: false },
  { files: ["mod.ts"], may: ["core/context.ts", "core/runtime.ts", "core/errors.ts", "adapters/"], node: false },
  { files: ["examples/"], may: ["mod.ts", "processes.ts", "machines.ts", "examples/"], node: true },
];

/** `core/encode/text.ts` → its entry in LAYERS: itself before its folder. -1 when it has none. */
function layerOf(file: string): number {
  const name = file.slice("core/".length, -".ts".length);
  const own = LAYERS.findIndex((layer) => layer.includes(name));
  if (own !== -1) return own;
  return LAYERS.findIndex((layer) => layer.some((entry) => entry.endsWith("/") && name.startsWith(entry)));
}

function matches(file: string, entries: readonly string[]): boolean {
  return entries.some((entry) => entry.endsWith("/") ? file.startsWith(entry) : file === entry);
}

function checkCore(file: string): Finding[] {
  const layer = layerOf(file);
  if (layer === -1) return [{ file, line: 1, message: "has no layer; give it one in scripts/check_layers.ts" }];
  return importsOf(file).flatMap(({ specifier, target, line }) => {
    if (target === undefined) return [{ file, line, message: `imports "${specifier}"; the core imports itself alone` }];
    if (!target.startsWith("core/")) return [{ file, line, message: `imports ${target}, which is not in the core` }];
    const theirs = layerOf(target);
    if (theirs <= layer) return []; // a target without a layer is reported as a file
    return [{ file, line, message: `imports ${target} of layer ${theirs} from layer ${layer}; imports go down` }];
  });
}

function checkOutside(file: string): Finding[] {
  const rule = OUTSIDE.find(({ files }) => matches(file, files));
  if (rule === undefined) return [{ file, line: 1, message: "has no rule; give it one in scripts/check_layers.ts" }];
  return importsOf(file).flatMap(({ specifier, target, line }) => {
    const allowed = target === undefined ? rule.node : matches(target, rule.may);
    return allowed ? [] : [{ file, line, message: `must not import "${specifier}"` }];
  });
}

/** Circles among imports that exist at run time, each reported once. */
function circles(files: readonly string[]): Finding[] {
  const found: Finding[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      const circle = [...path.slice(start), file].join(" → ");
      found.push({ file, line: 1, message: `is part of a circle of imports: ${circle}` });
      return;
    }
    if (done.has(file) || !files.includes(file)) return;
    for (const { target, typeOnly } of importsOf(file)) {
      if (target !== undefined && !typeOnly) visit(target, [...path, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}

const core = filesOf("core/**/*.ts");
const outside = filesOf("*.ts", "adapters/**/*.ts", "examples/**/*.ts");
const findings = [...core.flatMap(checkCore), ...outside.flatMap(checkOutside), ...circles([...core, ...outside])];
report(findings, `the imports of ${core.length + outside.length} files`);
