/**
 * How long a contender runs before the runs that count.
 *
 * Compilers work while it runs, and some take long: on Bun tasks on two workers get faster until the tenth run or the twelfth, bare
 * messages until the fourth. So each runs until it gets no faster.
 * @module
 */

/** So many milliseconds at least, and at most. */
const LEAST = 1000;
const MOST = 15_000;
/** After so many runs in a row without a better figure it is settled; a better one is better by this factor. */
const SETTLED = 6;
const GAIN = 1.03;

/** The warming up of one contender. */
export class WarmUp {
  readonly #better: "more" | "less";
  #spent = 0;
  #best: number | undefined;
  #since = 0;

  constructor(better: "more" | "less") {
    this.#better = better;
  }

  /** A run of `ms` milliseconds has come to `value`. Whether another one should follow. */
  next({ value, ms }: { value: number; ms: number }): boolean {
    this.#spent += ms;
    this.#since++;
    if (this.#best === undefined || this.#isBetter(value, this.#best)) {
      this.#best = value;
      this.#since = 0;
    }
    return this.#spent < MOST && (this.#spent < LEAST || this.#since < SETTLED);
  }

  #isBetter(value: number, best: number): boolean {
    return this.#better === "more" ? value > best * GAIN : value * GAIN < best;
  }
}
