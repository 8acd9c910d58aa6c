/**
 * Medians and quantiles.
 * @module
 */

/** The value below which a share `q` (0 … 1) of `values` lies. */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** The value in the middle. */
export function median(values: Iterable<number>): number {
  return quantile(values, 0.5);
}
