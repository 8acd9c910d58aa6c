/**
 * The search through all schedules. States that were met before (same memory, same histories of all threads, same
 * explanations) are not entered again, but the schedules that lead on from them are counted: the numbers given are exact.
 * @module
 */
import { ModelError } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";
import { settle } from "./settle.ts";
import { take, transitions } from "./steps.ts";
import type { Transition } from "./steps.ts";
import { World } from "./world.ts";
import { atomicsFor } from "./model.ts";
import { trace } from "./trace.ts";

export interface Report {
  readonly name: string;
  /** Different orders of the threads' visible steps, deaths and timeouts. */
  readonly schedules: number;
  readonly states: number;
  /** How often a thread's code was really run. */
  readonly runs: number;
  readonly ms: number;
}

const HOOK: unique symbol = Symbol.for("isthmus model checker") as never;

/** Where the copy of the core finds its atomics. */
export function enter(world: World): void {
  (globalThis as unknown as Record<symbol, unknown>)[HOOK] = atomicsFor(world);
}

/** Goes through every schedule of the scenario. Throws a ModelError with the schedule at the first that is wrong. */
export function explore(scenario: Scenario): Report {
  const began = performance.now();
  const world = new World(scenario);
  enter(world);
  world.attach();
  const start = world.state.save();
  for (;;) {
    world.state.restore(start);
    world.sharing.grew = false;
    const search = new Search(world, scenario);
    const schedules = search.run();
    // What was found before all shared words were known to be shared does not count, not even an error.
    if (world.sharing.grew) continue;
    if (typeof schedules !== "number") throw explain(scenario, world, search.path, schedules);
    const ms = Math.round(performance.now() - began);
    return { name: scenario.name, schedules, states: search.states, runs: world.runs, ms };
  }
}

class Search {
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #known: Map<number, number> = new Map();
  readonly path: Transition[] = [];
  readonly #bound: number;

  constructor(world: World, scenario: Scenario) {
    this.#world = world;
    this.#scenario = scenario;
    this.#bound = scenario.preemptions ?? Infinity;
  }

  get states(): number {
    return this.#known.size;
  }

  /** The number of schedules, or the error at the end of `path`. */
  run(): number | ModelError {
    try {
      this.#world.begin();
      return this.#visit(-1, 0);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return error;
    }
  }

  /** How many schedules lead on from here, after `last` took the last step and `switches` preemptions. */
  #visit(last: number, switches: number): number {
    const world = this.#world;
    const key = world.state.key(this.#bound === Infinity ? 0 : (last + 1) * 64 + switches + 1);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const possible = transitions(world);
    let schedules = 0;
    if (possible.some((one) => one.what === "go")) {
      const canGoOn = possible.some((one) => one.actor === last && one.what === "go");
      const moment = world.state.save();
      for (const next of possible) {
        const count = canGoOn && next.what === "go" && next.actor !== last ? switches + 1 : switches;
        if (count > this.#bound) continue;
        schedules += this.#enter(next, count);
        world.state.restore(moment);
      }
    } else {
      schedules = this.#end(possible, switches);
    }
    this.#known.set(key, schedules);
    if (this.#known.size > (this.#scenario.most ?? 4e6)) {
      throw new Error(
        `${this.#scenario.name} has more than ${
          this.#known.size - 1
        } states: make it smaller, or bound its preemptions.`,
      );
    }
    return schedules;
  }

  /** Nobody can go on by himself. That must be a good end, and so must be what timeouts and deaths make of it. */
  #end(possible: Transition[], switches: number): number {
    const world = this.#world;
    const timed = possible.some((one) => one.what === "timeout");
    const moment = world.state.save();
    if (!timed) settle(world);
    world.state.restore(moment);
    let schedules = timed ? 0 : 1;
    for (const next of possible) {
      schedules += this.#enter(next, switches);
      world.state.restore(moment);
    }
    return schedules;
  }

  #enter(next: Transition, switches: number): number {
    this.path.push(next);
    take(this.#world, next);
    const schedules = this.#visit(next.actor, switches);
    this.path.pop();
    return schedules;
  }
}

/** The error with the schedule that leads to it, step by step. */
function explain(scenario: Scenario, world: World, path: readonly Transition[], error: ModelError): ModelError {
  const schedule = `${world.sharing.words().join(",")};${path.map((step) => write(world, step)).join(" ")}`;
  const { lines } = replay(scenario, schedule);
  const told = new ModelError(`${scenario.name}: ${error.message}\n\n${lines.join("\n")}\n\nSchedule: ${schedule}\n`);
  told.schedule = schedule;
  return told;
}

function write(world: World, { actor, what, n }: Transition): string {
  return world.names[actor] + (what === "go" ? (n === 0 ? "" : `:${n}`) : `:${what}${n === 0 ? "" : n}`);
}

function parse(world: World, step: string): Transition {
  const [name, what = ""] = step.split(":");
  const [, verb, n] = /^([a-z]*)(\d*)$/.exec(what) as RegExpExecArray;
  return { actor: world.names.indexOf(name), what: (verb || "go") as Transition["what"], n: Number(n) };
}

/**
 * Takes one schedule, as an error's `schedule` names it (the shared words, then who goes), and gives its steps as text, and
 * the error that it ends with, if any.
 */
export function replay(scenario: Scenario, schedule: string): { lines: string[]; error?: ModelError } {
  const [words, steps] = schedule.split(";");
  const world = new World(scenario);
  enter(world);
  for (const word of words.split(",").filter((text) => text !== "")) world.sharing.share(Number(word));
  world.attach();
  const lines = trace(world);
  try {
    world.begin();
    for (const step of steps.split(" ").filter((text) => text !== "")) {
      const next = parse(world, step);
      const possible = transitions(world);
      if (!possible.some((one) => one.actor === next.actor && one.what === next.what && one.n === next.n)) {
        throw new Error(`The schedule does not fit: ${step} is not possible after\n${lines.join("\n")}`);
      }
      take(world, next);
    }
    if (!transitions(world).some((one) => one.what !== "kill")) settle(world);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { lines: [...lines, `  → ${error.message}`], error };
  }
  return { lines };
}
