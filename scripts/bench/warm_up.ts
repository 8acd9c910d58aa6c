/**
 * How often a contender runs before the runs that count.
 *
 * Compilers work while it runs, and some take long: on Bun tasks on two workers get faster until the tenth run or the twelfth, bare
 * messages until the fourth. So each runs until it gets no faster.
 * @module
 */

/** So many runs at least, and at most. */
const LEAST = 6;
const MOST = 32;
/** After so many in a row without a better figure it is settled; a better one is better by this factor. */
const SETTLED = 5;
const GAIN = 1.03;

/** The warming up of one contender. */
export class WarmUp {
  readonly #better: "more" | "less";
  #runs = 0;
  #best: number | undefined;
  #bestRun = 0;

  constructor(better: "more" | "less") {
    this.#better = better;
  }

  /** A run has come to `value`. Whether another one should follow. */
  next(value: number): boolean {
    const run = ++this.#runs;
    if (this.#best === undefined || this.#isBetter(value, this.#best)) {
      this.#best = value;
      this.#bestRun = run;
    }
    return run < MOST && (run < LEAST || run - this.#bestRun < SETTLED);
  }

  #isBetter(value: number, best: number): boolean {
    return this.#better === "more" ? value > best * GAIN : value * GAIN < best;
  }
}
