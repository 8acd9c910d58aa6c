/**
 * A simulated program that runs: each thread goes on, by the code under test, to its next operation that others can see,
 * and stops there until it is its turn.
 * @module
 */
import { ACCESSES, atomic, Sharing } from "./atomics.ts";
import { op, stepsTo } from "./history.ts";
import type { Answer, History, Op } from "./history.ts";
import { Linearizer } from "./linear.ts";
import { modelFor } from "./model.ts";
import { checkRace } from "./races.ts";
import { Run } from "./run.ts";
import { LANES, ModelError } from "./scenario.ts";
import type { Model, Scenario } from "./scenario.ts";
import type { Seat } from "./seat.ts";
import { State } from "./state.ts";
import { pack } from "./views.ts";

/** Operations that order nothing. */
const UNORDERED: ReadonlySet<string> = new Set(["read", "write", "choose", "pause"]);

export type Trace = (actor: number, op: Op, answer: Answer | undefined) => void;

export class World {
  readonly scenario: Scenario;
  readonly names: readonly string[];
  readonly state: State;
  readonly model: Model;
  readonly sharing: Sharing = new Sharing();
  readonly linearizer: Linearizer | undefined;
  /** Is told of each operation, if set. */
  trace: Trace | undefined;
  /** How often a thread was run. */
  runs = 0;
  readonly #programs: (() => void)[];
  readonly #mortal: readonly boolean[];
  readonly #checkpoints: Map<string, History> = new Map();
  #run: Run | undefined;
  #attaching = true;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.names = Object.keys(scenario.actors);
    this.state = new State(scenario.memory ?? 4096, this.names.length);
    this.model = modelFor(this);
    this.linearizer = scenario.spec && new Linearizer(scenario.spec, this.names.length * LANES);
    this.#mortal = this.names.map((name) => scenario.mortal?.includes(name) === true);
    this.#programs = this.names.map((name) => () => this.#program(name));
  }

  #program(name: string): void {
    const body = this.scenario.actors[name](this.model);
    this.ask(op("begin"));
    body();
    const { callbacks } = this.run;
    while (callbacks.size > 0) {
      const token = this.ask(op("idle")) as number;
      const callback = callbacks.get(token);
      callbacks.delete(token);
      callback?.();
    }
    this.model.checkpoint("the end");
    this.ask(op("done"));
  }

  /** Fills the memory and attaches the threads one after the other. */
  attach(): void {
    this.scenario.setup?.(this.model);
    this.names.forEach((_name, actor) => this.#proceed(actor));
    this.#attaching = false;
  }

  /** Lets each thread go as far as it can alone. */
  begin(): void {
    this.names.forEach((_name, actor) => {
      this.state.touch(actor);
      this.advance(actor, 0);
    });
  }

  /** The run of the thread whose code is running. */
  get run(): Run {
    if (this.#run === undefined) throw new Error("Only a simulated thread can do this.");
    return this.#run;
  }

  get memory(): State["memory"] {
    return this.state.memory;
  }

  /** Every operation of the code under test comes through here; outside of all threads it is carried out at once. */
  ask(asked: Op): Answer {
    if (this.#run !== undefined) return this.#run.ask(asked);
    if (ACCESSES.has(asked.kind)) return atomic(this.memory, asked);
    if (asked.kind === "notify") return 0;
    return this.plain(asked);
  }

  mayDie(actor: number): boolean {
    return this.#mortal[actor] && this.state.deaths.length < (this.scenario.deaths ?? 1);
  }

  nameOf(at: number): string {
    return this.scenario.names?.(at & ~3) ?? `word ${at >> 2}`;
  }

  /** Gives the thread the answer that it waits for, and lets it go on to its next operation that others can see. */
  advance(actor: number, answer: Answer): void {
    const seat = this.state.seats[actor];
    const asked = seat.history.next as Op;
    this.trace?.(actor, asked, answer);
    if (!UNORDERED.has(asked.kind)) {
      // What the thread did before is ordered from here on.
      seat.segment = null;
      seat.writes = [];
    }
    seat.history = seat.history.then(answer);
    this.#proceed(actor);
  }

  #proceed(actor: number): void {
    const seat = this.state.seats[actor];
    while (seat.history.next !== undefined) {
      if (this.#meet(actor, seat.history.next) === undefined) return;
    }
    this.runs++;
    this.#run = new Run(stepsTo(seat.history), (asked) => this.#meet(actor, asked));
    let end: { error?: unknown } | undefined;
    try {
      end = this.#run.go(this.#programs[actor]);
    } finally {
      this.#run = undefined;
    }
    if (end?.error !== undefined) {
      throw new ModelError(`${this.names[actor]} threw ${(end.error as Error)?.stack ?? end.error}`);
    }
  }

  /** Answers what needs no step of its own; undefined for what does. */
  #meet(actor: number, asked: Op): Answer | undefined {
    const seat = this.state.seats[actor];
    const known = seat.history.next;
    if (known !== undefined && (known.kind !== asked.kind || known.at !== asked.at || known.a !== asked.a)) {
      throw new ModelError(
        `${this.names[actor]} goes on differently from the same checkpoint: ${asked.kind}, not ${known.kind}`,
      );
    }
    seat.history.next = asked;
    if (seat.history.length > (this.scenario.longest ?? 2000)) {
      throw new ModelError(`${this.names[actor]} did ${seat.history.length} operations: an endless loop?`);
    }
    if (asked.kind === "checkpoint") return this.#merge(actor, seat, asked);
    const answer = this.#attaching ? this.#attach(actor, asked) : this.#alone(actor, seat, asked);
    if (answer === undefined) return undefined;
    if (asked.kind !== "read" && asked.kind !== "now") this.trace?.(actor, asked, answer);
    seat.history = seat.history.then(answer);
    return answer;
  }

  /** All histories that lead to the same checkpoint go on as the first of them. */
  #merge(actor: number, seat: Seat, asked: Op): number {
    const key = `${actor} ${asked.data}`;
    const first = this.#checkpoints.get(key);
    seat.history = first ?? seat.history.then(0);
    if (first === undefined) this.#checkpoints.set(key, seat.history);
    return 0;
  }

  #attach(actor: number, asked: Op): Answer | undefined {
    if (asked.kind === "begin") return undefined;
    if (ACCESSES.has(asked.kind)) return atomic(this.memory, asked);
    if (asked.kind === "read" || asked.kind === "write") return this.plain(asked);
    if (asked.kind === "notify") return 0;
    return this.#local(actor, this.state.seats[actor], asked);
  }

  #alone(actor: number, seat: Seat, asked: Op): Answer | undefined {
    if (asked.kind === "read" || asked.kind === "write") {
      const writes = asked.kind === "write";
      this.sharing.use(actor, asked.at, asked.size, writes);
      if (this.scenario.racy?.(asked.at) !== undefined) {
        return this.sharing.visible(asked.at) || this.mayDie(actor) && writes ? undefined : this.plain(asked);
      }
      this.#noRace(actor, asked.at, asked.size, writes);
      seat.segment = { at: asked.at, size: asked.size, writes, before: seat.segment };
      if (writes && this.mayDie(actor)) {
        seat.writes = [...seat.writes, {
          at: asked.at,
          before: this.memory.bytes.slice(asked.at, asked.at + asked.size),
        }];
      }
      return this.plain(asked);
    }
    if (ACCESSES.has(asked.kind)) {
      if (this.mayDie(actor) || this.sharing.visible(asked.at)) return undefined;
      return this.atomic(actor, asked);
    }
    return this.#local(actor, seat, asked);
  }

  /** What a thread does without the others' knowing. */
  #local(actor: number, seat: Seat, asked: Op): Answer | undefined {
    switch (asked.kind) {
      case "called":
        seat.calls = [...seat.calls, asked];
        return 0;
      case "returned":
        this.beginCalls(actor, seat);
        this.#returned(actor, seat, asked);
        return 0;
      case "now":
        return seat.clock;
      case "pause":
        return this.scenario.pauseYields === true && !this.#attaching ? undefined : 0;
      case "timer":
        seat.timers = [...seat.timers, { token: seat.tokens, due: seat.clock + asked.a, soon: asked.b === 1 }];
        return seat.tokens++;
      case "clear":
        seat.timers = seat.timers.filter((timer) => timer.token !== asked.a);
        return 0;
    }
    return undefined;
  }

  /** Carries out an atomic operation of a thread. */
  atomic(actor: number, asked: Op): number {
    const writes = asked.kind !== "load";
    this.sharing.use(actor, asked.at, 4, writes);
    this.#noRace(actor, asked.at, 4, writes);
    return atomic(this.memory, asked);
  }

  /** Carries out a plain access. */
  plain(asked: Op): Answer {
    if (asked.at < 0 || asked.at + asked.size > this.memory.bytes.length) {
      throw new ModelError(`${asked.kind} of ${asked.size} bytes at ${asked.at} lies outside of the memory`);
    }
    if (asked.kind === "read") return pack(this.memory.bytes.subarray(asked.at, asked.at + asked.size));
    if (asked.kind !== "write") throw new Error(`${asked.kind} is not possible here.`);
    this.memory.setBytes(asked.at, asked.data as Uint8Array);
    return 0;
  }

  #noRace(actor: number, at: number, size: number, writes: boolean): void {
    for (let other = 0; other < this.state.seats.length; other++) {
      if (other !== actor) checkRace(this.state.seats[other].segment, at, size, writes, (word) => this.nameOf(word));
    }
  }

  /** Tells of the calls that the thread makes: they begin as late as they can, with a step that others can see. */
  beginCalls(actor: number, seat: Seat): void {
    for (const call of seat.calls) {
      seat.open++;
      const [name, args] = call.data as [string, readonly unknown[]];
      if (this.linearizer === undefined) continue;
      this.state.explained = this.linearizer.called(this.state.explained, actor * LANES + call.a, name, args);
    }
    seat.calls = [];
  }

  #returned(actor: number, seat: Seat, asked: Op): void {
    seat.open--;
    if (this.linearizer === undefined) return;
    this.state.explained = this.linearizer.returned(this.state.explained, actor * LANES + asked.a, asked.data);
    if (this.state.explained < 0) {
      throw new ModelError(`not linearizable: ${this.names[actor]} cannot have got ${JSON.stringify(asked.data)}`);
    }
  }
}
