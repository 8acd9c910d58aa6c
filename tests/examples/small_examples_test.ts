import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { decode } from "fast-png";
import { assert, assertEquals } from "@std/assert";
import { runExample } from "./run_example.ts";

test("producer_consumer prints what became of each task", async () => {
  assertEquals(await runExample("producer_consumer"), {
    code: 0,
    stdout: "processed: one\nprocessed: two\nprocessed: three\nexit code: 0\n",
    stderr: "",
  });
});

test("word_frequency counts each word once, also where the text is cut into pieces", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-words-"));
  try {
    const file = join(folder, "text");
    // 1.5 MB, in which the pieces end at every place of these words, within letters of two bytes too.
    writeFileSync(file, "Ägypten und überall, und UND drüben;\n".repeat(40_000) + "Ende");
    const { code, stdout } = await runExample("word_frequency", [file, "--top=3"]);
    assertEquals([code, stdout], [0, "  120000 und\n   40000 drüben\n   40000 ägypten\n5 different words\n"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("log_pipeline writes what was logged before the kill", async () => {
  assertEquals(await runExample("log_pipeline"), {
    code: 0,
    stdout: "killed: exit code -9, 3 lines not yet written\n" +
      "step 1: reading the settings\nstep 2: opening the door\nstep 3: waiting for an answer\n",
    stderr: "",
  });
});

test("mandelbrot draws the set, mirrored at the real axis, as a PNG", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-mandelbrot-"));
  try {
    const file = join(folder, "picture.png");
    const { code, stdout } = await runExample("mandelbrot", [file, "--width=240"]);
    assertEquals([code, stdout], [0, `${file}: 240 x 200, 20.3 % inside the set\n`]);
    const { width, height, channels, depth, data } = decode(readFileSync(file));
    assertEquals([width, height, channels, depth, data.length], [240, 200, 1, 8, 240 * 200]);
    const pixel = (column: number, row: number): number => data[row * width + column]!;
    assertEquals(pixel(180, 100), 0); // the origin is inside
    assertEquals(pixel(0, 0), 254); // the corner leaves at once
    // Rounding breaks the symmetry for a few points at the edge of the set.
    let mirrored = 0;
    for (let row = 1; row < 100; row++) {
      for (let column = 0; column < width; column++) if (pixel(column, row) === pixel(column, 200 - row)) mirrored++;
    }
    assert(mirrored > 0.99 * 99 * width, `only ${mirrored} points are mirrored`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
