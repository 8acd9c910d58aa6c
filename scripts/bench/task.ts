/**
 * A task of a few microseconds.
 * @module
 */

/** Something to compute: `turns` steps from `id`. */
export function compute(id: number, turns: number): number {
  let x = id | 1;
  for (let i = 0; i < turns; i++) x = Math.imul(x, 1664525) + 1013904223 | 0;
  return x;
}

/** How many steps take about `microseconds` on this machine. */
export function turnsFor(microseconds: number): number {
  let turns = 1000;
  let best = Infinity;
  for (let trial = 0; trial < 50; trial++) {
    const start = performance.now();
    for (let i = 0; i < 20; i++) compute(i, turns);
    best = Math.min(best, (performance.now() - start) * 1000 / 20);
  }
  turns = Math.max(1, Math.round(turns * microseconds / best));
  return turns;
}
