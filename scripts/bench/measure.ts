/**
 * Interleaved rounds of one workload.
 * @module
 */

import { isFull, least, slowerStep } from "./core_speed.ts";
import { idleShare } from "./machine.ts";
import { type Placement, placement } from "./placement.ts";
import { median } from "./stats.ts";
import { Thread } from "./thread.ts";
import { WarmUp } from "./warm_up.ts";

/** What one run came to. */
export interface Sample {
  /** The figure, in the workload's unit. */
  value: number;
  /** How long it took. */
  ms: number;
  /** More figures of the same run. */
  more?: Record<string, number>;
}

/** One way of doing a workload. */
export interface Contender {
  readonly name: string;
  /** Does it with `n` items. Throws when a wrong result arrives. */
  run(n: number): Promise<Sample>;
  close?(): void;
}

/** Something to measure. */
export interface Workload {
  readonly name: string;
  readonly unit: string;
  readonly better: "more" | "less";
  /** How many items the first run has; the ones that count have as many as take about `ms`. */
  readonly start: number;
  /** Milliseconds that a run of the long form should take. Default: `MS`. */
  readonly ms?: number;
  /** No more items than this. */
  readonly most?: number;
  /** Every run has `start` items. */
  readonly fixed?: boolean;
  /** What is measured is a beginning: nothing is warmed up but for one run, and no run is led by one that does not count. */
  readonly beginning?: boolean;
  /** In how many processes, one after another, it is measured in the long form. Default: one. See merge.ts. */
  readonly processes?: number;
  contenders(bench: Bench): Contender[] | Promise<Contender[]>;
}

/** The figures of one contender. */
export interface Row {
  contender: string;
  n: number;
  values: number[];
  more: Record<string, number>;
  /** Why there are no figures. */
  wrong?: string;
}

/** What one workload came to on one runtime. */
export interface Outcome {
  workload: string;
  unit: string;
  better: "more" | "less";
  /** The share of the machine that was idle before each run, which is of two (see `runTwice`). */
  idle: number[];
  /** The share of the runs before which two threads were found on two cores that share a cache, or, if these were wanted, share none. */
  near?: number;
  far?: number;
  /** The share of the runs before which both cores were as fast as at best. */
  full?: number;
  /** The least that an addition took, in nanoseconds; full speed is about that. */
  step?: number;
  rows: Row[];
}

/** Milliseconds that a run should take, in the long form and in the short one. */
const MS = 150;
const SHORT_MS = 8;

/** A machine of which so much is idle has settled; how long that is looked at, in milliseconds, and how often at most. */
const IDLE = 0.9;
const LOOK = 50;
const LOOKS = 10;
/** How long a workload's runs may wait in all for cores that are placed as wanted and not slowed down, in seconds. */
export const PATIENCE = 3;

/** How the cores were found before a run. */
interface Cores {
  placed: boolean;
  /** See core_speed.ts. */
  step: number;
}

/** How to measure. */
export interface BenchOptions {
  /** Few items and no waiting: for the results, not for the times. */
  short: boolean;
  rounds: number;
  /** Whether peers take part. Default: no. */
  peers?: boolean;
  /** Which cores the runs wait for. Default: those that share a cache. */
  wanted?: Placement;
  /** For how many seconds. Default: `PATIENCE`. */
  patience?: number;
}

/** What contenders share: threads, and how to measure. */
export class Bench {
  readonly short: boolean;
  readonly rounds: number;
  readonly peers: boolean;
  readonly wanted: Placement;
  readonly #threads: Thread[] = [];
  /** How long the runs of a workload may wait, and how much of that is left, in milliseconds. */
  readonly #most: number;
  #patience = 0;

  constructor({ short, rounds, peers = false, wanted = "near", patience = PATIENCE }: BenchOptions) {
    this.short = short;
    this.rounds = rounds;
    this.peers = peers;
    this.wanted = wanted;
    this.#most = patience * 1000;
  }

  /** `count` workers that play the roles of the module at `url`; the same ones for whoever asks with it. */
  async threads(count: number, url: URL): Promise<Thread[]> {
    while (this.#threads.length < count) {
      this.#threads.push(await Thread.start(url));
    }
    const threads = this.#threads.slice(0, count);
    for (const thread of threads) await thread.call("load", url.href);
    return threads;
  }

  /** Measures `workload`. */
  async measure(workload: Workload): Promise<Outcome> {
    const contenders = await workload.contenders(this);
    const rows: Row[] = contenders.map(({ name }) => ({
      contender: name,
      n: workload.start,
      values: [],
      more: {},
    }));
    const samples: Sample[][] = contenders.map(() => []);
    for (const [i, contender] of contenders.entries()) {
      await this.#calibrate(workload, contender, rows[i]);
    }
    const idle: number[] = [];
    const found: Cores[] = [];
    this.#patience = this.#most;
    for (let round = 0; round < this.rounds; round++) {
      for (let i = 0; i < contenders.length; i++) {
        // Each round begins with another one.
        const place = (i + round) % contenders.length;
        if (rows[place].wrong !== undefined) continue;
        const cores = this.short ? undefined : await this.#cores();
        if (cores !== undefined) found.push(cores);
        const share = await this.#settled();
        if (share !== undefined) idle.push(Math.round(share * 100) / 100);
        const run = this.short || workload.beginning ? attempt : runTwice;
        const sample = await run(contenders[place], rows[place]);
        if (sample !== undefined) samples[place].push(sample);
      }
    }
    for (const contender of contenders) contender.close?.();
    for (const [i, row] of rows.entries()) {
      row.values = samples[i].map(({ value }) => value);
      for (const key of Object.keys(samples[i][0]?.more ?? {})) {
        row.more[key] = median(samples[i].map(({ more }) => more![key]));
      }
    }
    const { name, unit, better } = workload;
    return { workload: name, unit, better, idle, ...this.#shares(found), rows };
  }

  #shares(found: readonly Cores[]): Partial<Outcome> {
    if (found.length === 0) return {};
    const share = (holds: (cores: Cores) => boolean) => found.filter(holds).length / found.length;
    return { [this.wanted]: share(({ placed }) => placed), full: share(({ step }) => isFull(step)), step: least };
  }

  /** Waits, a while at most, until two threads run at full speed on cores that are placed as wanted. `undefined` where there is one core. */
  async #cores(): Promise<Cores | undefined> {
    for (;;) {
      const start = performance.now();
      const place = await placement(this);
      if (place === undefined) return undefined;
      const cores = { placed: place === this.wanted, step: await slowerStep(this) };
      if (cores.placed && isFull(cores.step)) return cores;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      this.#patience -= performance.now() - start;
      if (this.#patience <= 0) return cores;
    }
  }

  /**
   * Waits, a while at most, until the machine is idle: what a run leaves to a runtime's collector threads would be paid by the next
   * contender. Gives the idle share at the end.
   */
  async #settled(): Promise<number | undefined> {
    let share: number | undefined;
    for (let look = 0; look < (this.short ? 1 : LOOKS); look++) {
      share = await idleShare(this.short ? 5 : LOOK);
      if (share === undefined || share >= IDLE) break;
    }
    return share;
  }

  /** Warms up, until compilers have had their time, and finds how many items take as long as a run should. */
  async #calibrate(workload: Workload, contender: Contender, row: Row): Promise<void> {
    const target = this.short ? SHORT_MS : workload.ms ?? MS;
    const warmUp = new WarmUp(workload.better);
    for (;;) {
      const sample = await attempt(contender, row);
      if (sample === undefined) return;
      if (!workload.fixed) {
        const wanted = row.n * Math.min(20, target / Math.max(sample.ms, 0.1));
        row.n = Math.max(1, Math.min(Math.round(wanted), workload.most ?? Infinity));
      }
      if (this.short || workload.beginning || !warmUp.next(sample)) return;
    }
  }

  end(): void {
    for (const thread of this.#threads) thread.end();
  }
}

async function attempt(contender: Contender, row: Row): Promise<Sample | undefined> {
  try {
    return await contender.run(row.n);
  } catch (error) {
    row.wrong = error instanceof Error ? error.message : String(error);
    console.error(`${contender.name}:`, error);
    return undefined;
  }
}

/**
 * Two runs, of which the second counts: the first, whose figure goes along, comes after a pause and after another contender. The wait
 * for an idle machine is a pause in which Bun's allocator gives freed memory back to the system; then a tenth of a second and more goes
 * by until a run has as much again, page by page.
 */
export async function runTwice(contender: Contender, row: Row): Promise<Sample | undefined> {
  const first = await attempt(contender, row);
  const sample = first && await attempt(contender, row);
  return first && sample && { ...sample, more: { ...sample.more, "after a pause": first.value } };
}

/** Ends the consumers whose calls are `calls` by `end`, one after the other: a batch might take the ends of two. */
export async function endEach(calls: readonly Promise<unknown>[], end: () => void): Promise<void> {
  const open = new Set(calls);
  while (open.size > 0) {
    end();
    await Promise.race([...open].map((call) => call.finally(() => open.delete(call))));
  }
}

/** Throws unless what arrived is what was sent. */
export function check(got: unknown, expected: number, what = "The sum of what arrived"): void {
  if (got !== expected) {
    throw new Error(`${what} is ${got}, but it should be ${expected}.`);
  }
}

/** Runs `act` and gives a rate: `n` items in the time it took. */
export async function rate(n: number, act: () => Promise<unknown>): Promise<Sample> {
  const start = performance.now();
  await act();
  const ms = performance.now() - start;
  return { value: n / ms * 1000, ms };
}
