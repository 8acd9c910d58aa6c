/**
 * Who may import whom. A file imports from its own layer and from those below it, never in a circle; outside the core each
 * file has a list. What is erased at run time counts for the layers and not for circles.
 * @module
 */

import { filesOf, type Finding, importsOf, report } from "./lib/source.ts";

/** The core's layers, the lowest first. An entry is a file's name in `core/` without `.ts`; a final `*` stands for any ending. */
const LAYERS: readonly (readonly string[])[] = [
  ["errors", "brand", "assert", "stack"],
  [
    "runtime",
    "memory",
    "page",
    "copy",
    "fresh",
    "real_view",
    "peek",
    "layout",
    "region",
    "deadline",
    "integers",
    "options",
    "views",
  ],
  [
    ...[
      "arena",
      "cells",
      "threads",
      "wait_set",
      "spin",
      "stream",
      "turns",
      "waiter",
      "steps",
      "group",
      "trials",
      "nap",
      "poller",
      "parker",
      "mutex",
    ],
    ...["thread", "kinds", "recovery", "current", "identity", "encode/scratch"],
  ],
  [
    ...[
      "record",
      "text_record",
      "chain",
      "ring*",
      "lead",
      "insisting",
      "encode/*",
      "codec",
      "shape_table",
      "handles",
      "waitable",
    ],
    ...[
      "shared_object",
      "acquirable",
      "thread_local",
      "lock*",
      "rlock",
      "semaphore",
      "condition*",
      "event",
      "barrier*",
    ],
    ...["element*", "guard", "shared_value", "shared_array"],
  ],
  [
    ...[
      "queue*",
      "joinable_queue",
      "simple_queue",
      "channel",
      "incoming",
      "outgoing",
      "getting*",
      "putting*",
      "iteration",
    ],
    ...[
      "connection*",
      "pipe*",
      "sending",
      "raw_bytes",
      "wait",
      "process*",
      "program",
      "starter",
      "warden",
      "watch",
      "printing",
    ],
  ],
  ["context"],
];

/** What the adapters share; none of them is a runtime's own. */
const SHARED = ["globals", "sibling_url", "starting", "threads", "short_text", "text", "copy", "fresh", "peek"].map((
  name,
) => `adapters/${name}.ts`);
const RUNTIME_OWN = ["node", "deno", "bun"].map((name) => `adapters/${name}.ts`);
/**
 * What a runtime fills in; `deadline.ts` for how messages show a value, `layout.ts`, all constants, for its version, and `region.ts`
 * for the kinds of memory to choose from.
 */
const PORT = ["runtime", "errors", "encode/text", "copy", "fresh", "peek", "deadline", "layout", "region"].map((name) =>
  `core/${name}.ts`
);

/** What the files outside the core may import, and whether that includes packages and `node:` modules. */
const OUTSIDE: readonly { files: string[]; may: string[]; packages: boolean }[] = [
  { files: [...SHARED, ...RUNTIME_OWN], may: [...PORT, ...SHARED], packages: true },
  { files: ["adapters/detect.ts"], may: [...PORT, ...SHARED, ...RUNTIME_OWN], packages: false },
  { files: ["adapters/boot.ts"], may: ["core/context.ts", "adapters/detect.ts"], packages: false },
  { files: ["mod.ts"], may: ["core/context.ts", ...PORT, "adapters/detect.ts", "adapters/boot.ts"], packages: false },
  { files: ["examples/*"], may: ["mod.ts", "processes.ts", "machines.ts", "examples/*"], packages: true },
];

function isOneOf(name: string, entries: readonly string[]): boolean {
  return entries.some((entry) => entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry);
}

/** The place in LAYERS of a file of the core: by its own name before one with `*`. -1 when it has none. */
function layerOf(file: string): number {
  const name = file.slice("core/".length, -".ts".length);
  const own = LAYERS.findIndex((layer) => layer.includes(name));
  return own !== -1 ? own : LAYERS.findIndex((layer) => isOneOf(name, layer));
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
  const rule = OUTSIDE.find(({ files }) => isOneOf(file, files));
  if (rule === undefined) return [{ file, line: 1, message: "has no rule; give it one in scripts/check_layers.ts" }];
  return importsOf(file).flatMap(({ specifier, target, line }) => {
    const allowed = target === undefined ? rule.packages : isOneOf(target, rule.may);
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
