/**
 * The Mandelbrot set, computed by one worker per core into one SharedArray: the workers take rows from a queue and write the
 * pixels where they belong, so that nothing is sent back. Main writes the PNG.
 *
 *     mandelbrot.ts [FILE] [--width=1200]
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { encode } from "fast-png";
import { cpuCount, isMainThread, Process, Queue, SharedArray } from "../mod.ts";

const LEFT = -2.25, WIDTH = 3, TOP = 1.25, HEIGHT = 2.5;
const MOST = 255;

/** After how many steps the point runs away, at most `MOST`. */
function steps(re: number, im: number): number {
  let x = 0, y = 0, count = 0;
  for (; count < MOST && x * x + y * y <= 4; count++) [x, y] = [x * x - y * y + re, 2 * x * y + im];
  return count;
}

/** The worker: draws rows until there are no more. Every row is drawn by one worker, so no lock is needed. */
export function drawRows(rows: Queue<number>, pixels: SharedArray<"uint8">, width: number): void {
  const { view } = pixels;
  const scale = WIDTH / width;
  for (const row of rows.iterateSync()) {
    for (let column = 0; column < width; column++) {
      view[row * width + column] = MOST - steps(LEFT + column * scale, TOP - row * scale);
    }
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { width: { type: "string" } }, allowPositionals: true });
  const width = Number(values.width ?? 1200);
  const height = Math.round(width * HEIGHT / WIDTH);
  const file = positionals[0] ?? "mandelbrot.png";

  const pixels = new SharedArray("uint8", width * height);
  const rows = new Queue<number>();
  rows.putManySync(Array.from({ length: height }, (_, row) => row));
  rows.shutdown();
  const workers = Array.from(
    { length: cpuCount() },
    () => new Process({ module: import.meta.url, target: drawRows, args: [rows, pixels, width] }).start(),
  );
  for (const worker of workers) await worker.join();

  writeFileSync(file, encode({ width, height, data: pixels.slice(), channels: 1, depth: 8 }));
  const inside = pixels.slice().filter((pixel) => pixel === 0).length;
  console.log(`${file}: ${width} x ${height}, ${(100 * inside / (width * height)).toFixed(1)} % inside the set`);
}

if (isMainThread) await main();
