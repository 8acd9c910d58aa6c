/**
 * What it costs to begin: importing the library, the first queue, the first process and the tenth beside bare workers. Each is
 * measured in programs that have just begun.
 * @module
 */

import { existsSync } from "node:fs";
import { begin, type Begun, importing, SMALL } from "./fresh.ts";
import type { Bench, Contender, Sample, Workload } from "./measure.ts";

/** The library as it lies here, and as it is published, where that has been built. */
const LIBRARIES: readonly [name: string, url: URL][] = [
  ["source", new URL("../../mod.ts", import.meta.url)],
  ["package", new URL("../../npm/esm/mod.js", import.meta.url)],
];

/** How often a program is run with an import and without it, for one figure. */
const PAIRS = 5;

/** How many queues or threads a program begins. */
const COUNT = 10;

/** A contender whose figures are taken by `measure`, which blocks: nothing else is to run meanwhile. */
function contender(name: string, measure: () => Omit<Sample, "ms">): Contender {
  return {
    name,
    run: () => {
      const start = performance.now();
      const figures = measure();
      return Promise.resolve({ ...figures, ms: performance.now() - start });
    },
  };
}

function imports(name: string, specifier: string, { short }: Bench): Contender {
  return contender(name, () => {
    const { added, without } = importing(specifier, short ? 1 : PAIRS);
    return { value: added, more: { "program without it, ms": without } };
  });
}

function begins(name: string, what: Begun, { short }: Bench, library?: URL): Contender {
  const count = short ? 2 : COUNT;
  return contender(name, () => {
    const { each, atOnce } = begin(what, count, library?.href);
    const last = { [`number ${count}, ms`]: each.at(-1)! };
    return { value: each[0], more: what === "queues" ? last : { ...last, [`${count} more at once, ms`]: atOnce } };
  });
}

export const startUp: Workload = {
  name: "start-up",
  unit: "ms",
  better: "less",
  start: 1,
  fixed: true,
  beginning: true,
  contenders: (bench: Bench) => {
    const found = LIBRARIES.filter(([, url]) => existsSync(url)).slice(0, bench.short ? 1 : undefined);
    return [
      ...Object.entries(SMALL).map(([name, { specifier }]) => imports(`importing ${name}`, specifier, bench)),
      ...found.map(([name, url]) => imports(`isthmus, importing the ${name}`, url.href, bench)),
      ...found.map(([name, url]) => begins(`isthmus, the first queue, ${name}`, "queues", bench, url)),
      begins("the first bare worker, answering", "workers", bench),
      ...found.map(([name, url]) => begins(`isthmus, the first process, answering, ${name}`, "processes", bench, url)),
    ];
  },
};
