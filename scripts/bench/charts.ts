/**
 * Charts, light and dark, as SVG.
 * @module
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { importExtra } from "./extras.ts";
import { ratio } from "./ratio.ts";
import type { Measured } from "./report.ts";
import { median } from "./stats.ts";

/** What a chart shows of a workload: these contenders, under these names. */
const SHOWN: readonly [workload: string, contender: string, label: string][] = [
  ["small", "isthmus putSync → getSync", "small objects"],
  ["small", "isthmus await put → await get", "small objects, promises"],
  ["small", "isthmus putManySync → getManySync (64)", "small objects, batches"],
  ["int", "isthmus putSync → getSync", "integers"],
  ["nested", "isthmus putSync → getSync", "objects of 20 keys"],
  ["text 1 KiB ASCII", "isthmus putSync → getSync", "1 KiB of text"],
  ["text 1 KiB ASCII, maxBytes 4 MiB", "isthmus putSync → getSync", "1 KiB of text, maxBytes 4 MiB"],
  ["bytes 1 MiB", "isthmus putSync → getSync", "1 MiB of bytes"],
  ["bytes 1 MiB", "isthmus sendBytesSync → recvBytesIntoSync", "1 MiB, recvBytesInto"],
  ["round trip", "isthmus Sync ↔ Sync", "round trip"],
  ["round trip", "isthmus promises ↔ promises", "round trip, promises"],
  ["4 producers, 4 consumers", "isthmus putSync → getSync", "4 producers, 4 consumers"],
  ["fan-out of 5 µs tasks", "isthmus putMany(128), getMany(16)", "5 µs tasks on 2 workers"],
];

const COLORS = {
  light: {
    background: "#ffffff",
    text: "#1f2328",
    grid: "#d8dee4",
    range: ["#2f7d4f", "#1f6feb", "#c2571a", "#8250df"],
  },
  dark: {
    background: "#0d1117",
    text: "#e6edf3",
    grid: "#30363d",
    range: ["#57c785", "#58a6ff", "#f0883e", "#bc8cff"],
  },
};

/** The parameter of a chart that holds the color of text, which a legend of lines does not take from the configuration. */
const TEXT = "text";

/** What the axis of the bars is labelled with; those in range are shown. */
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

interface Bar {
  label: string;
  runtime: string;
  ratio: number;
}

function bars(all: readonly Measured[]): Bar[] {
  return SHOWN.flatMap(([workload, contender, label]) =>
    all.filter((measured) => measured.workload === workload).flatMap((measured) => {
      const row = measured.rows.find((row) => row.contender === contender);
      const times = row === undefined ? NaN : ratio(measured, row);
      return Number.isFinite(times) ? [{ label, runtime: measured.runtime.split(".")[0], ratio: times }] : [];
    })
  );
}

function barChart(values: readonly Bar[]): Record<string, unknown> {
  return {
    title: "Times as fast as postMessage, in the same run (log scale)",
    data: { values },
    width: 560,
    height: { step: 11 },
    mark: { type: "bar" },
    encoding: {
      y: {
        field: "label",
        type: "nominal",
        sort: SHOWN.map(([, , label]) => label),
        title: null,
      },
      yOffset: { field: "runtime" },
      x: {
        field: "ratio",
        type: "quantitative",
        scale: { type: "log", nice: false },
        axis: { values: TICKS, format: "~g", grid: true },
        title: null,
      },
      x2: { datum: 1 }, // else the bars would begin at 0, which is not on such a scale, and none be drawn
      color: { field: "runtime", type: "nominal", title: null },
    },
  };
}

interface Point {
  runtime: string;
  contender: string;
  x: number;
  y: number;
}

function curve(
  all: readonly Measured[],
  pattern: RegExp,
  title: string,
  x: string,
): Record<string, unknown> | undefined {
  const values = all.flatMap((measured): Point[] => {
    const match = pattern.exec(measured.workload);
    if (match === null) return [];
    return measured.rows.filter(({ values }) => values.length > 0).map(({ contender, values }) => ({
      runtime: measured.runtime.split(".")[0],
      contender,
      x: Number(match[1].replaceAll(",", "")),
      y: median(values),
    }));
  });
  if (values.length === 0) return undefined;
  return {
    title,
    data: { values },
    width: 560,
    height: 300,
    mark: { type: "line", strokeWidth: 2, point: { size: 30 } },
    encoding: {
      x: { field: "x", type: "quantitative", scale: { type: "log", nice: false }, title: x },
      y: {
        field: "y",
        type: "quantitative",
        scale: { type: "log" },
        title: null,
      },
      color: { field: "runtime", type: "nominal", title: null },
      strokeDash: {
        field: "contender",
        type: "nominal",
        title: null,
        legend: {
          symbolType: "stroke",
          symbolSize: 400,
          symbolStrokeWidth: 2,
          symbolStrokeColor: { expr: TEXT },
          symbolFillColor: { expr: TEXT },
        },
      },
    },
  };
}

/** What is used of the libraries, which are not installed where the checks run. */
interface Vega {
  parse(spec: unknown): unknown;
  View: new (runtime: unknown, options: { renderer: "none" }) => { toSVG(): Promise<string> };
}
interface VegaLite {
  compile(spec: unknown): { spec: unknown };
}

/** Draws what `all` has: docs/bench/<name>-light.svg and so on. Without the library that draws, nothing. */
export async function drawCharts(all: readonly Measured[], name: string, folder: string): Promise<void> {
  const charts: [string, Record<string, unknown> | undefined][] = name === "results"
    ? [["ratios", barChart(bars(all))]]
    : [
      ["sizes", curve(all, /^([\d]+) bytes$/, "Arrays of bytes, items/s over their length", "bytes")],
      ["backlogs", curve(all, /^backlog of ([\d,]+)$/, "ns for a put and a get, over the backlog", "items")],
      ["threads", curve(all, /^(\d+) producers/, "Small objects, items/s over producers = consumers", "producers")],
    ];
  const [vega, lite] = await Promise.all([importExtra<Vega>("vega"), importExtra<VegaLite>("vega-lite")])
    .catch(() => []);
  if (vega === undefined || lite === undefined) return;
  for (const [file, chart] of charts) {
    if (chart === undefined) continue;
    for (const [mode, colors] of Object.entries(COLORS)) {
      const axis = {
        labelColor: colors.text,
        titleColor: colors.text,
        gridColor: colors.grid,
        domainColor: colors.grid,
      };
      const config = {
        background: colors.background,
        view: { stroke: null },
        title: { color: colors.text },
        axis: { ...axis, tickColor: colors.grid, labelLimit: 240 },
        legend: { labelColor: colors.text, labelLimit: 400 },
        range: { category: colors.range },
      };
      const { spec } = lite.compile({ ...chart, config, params: [{ name: TEXT, value: colors.text }] });
      const view = new vega.View(vega.parse(spec), { renderer: "none" });
      writeFileSync(join(folder, `${file}-${mode}.svg`), await view.toSVG());
    }
  }
}
