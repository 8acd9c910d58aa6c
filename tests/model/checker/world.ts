/**
 * A simulated program at one moment: the memory and its threads. It says which steps are possible, takes one, and can be
 * put back to where it was.
 * @module
 */
import { atomic, ATOMICS, Sharing } from "./atomics.ts";
import { History, op } from "./history.ts";
import type { Answer, Op } from "./history.ts";
import { mixHigh, mixLow, ModelMemory } from "./memory.ts";
import { Linearizer } from "./linear.ts";
import { checkRace } from "./races.ts";
import { Run } from "./run.ts";
import { LANES, ModelError } from "./scenario.ts";
import type { Model, Scenario } from "./scenario.ts";
import { DEAD, newSeat, RUNNING, SLEEPING } from "./seat.ts";
import type { Seat, Waiter } from "./seat.ts";
import { modelFor } from "./model.ts";
import { pack } from "./views.ts";

/** A step that a thread can take. `n`: which choice, which timer, or how many of its last plain writes the killed one did. */
export interface Transition {
  readonly actor: number;
  readonly what: "go" | "timeout" | "kill";
  readonly n: number;
}

export interface Moment {
  readonly mark: number;
  readonly seats: Seat[];
  readonly waiters: readonly Waiter[];
  readonly explained: number;
  readonly deaths: readonly number[];
}

/** Operations that order nothing. */
const UNORDERED: ReadonlySet<string> = new Set(["read", "write", "choose", "pause"]);

export type Trace = (actor: number, op: Op, answer: Answer | undefined) => void;

export class World {
  readonly scenario: Scenario;
  readonly names: readonly string[];
  readonly memory: ModelMemory;
  readonly model: Model;
  readonly sharing: Sharing = new Sharing();
  trace: Trace | undefined;
  histories = 0;
  readonly #linearizer: Linearizer | undefined;
  readonly #programs: (() => void)[];
  readonly #mortal: boolean[];
  readonly #checkpoints: Map<string, History> = new Map();
  #seats: Seat[];
  #waiters: readonly Waiter[] = [];
  #explained = Linearizer.START;
  #deaths: readonly number[] = [];
  #run: Run | undefined;
  #attaching = true;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.names = Object.keys(scenario.actors);
    this.memory = new ModelMemory(scenario.memory ?? 4096);
    this.model = modelFor(this);
    this.#linearizer = scenario.spec && new Linearizer(scenario.spec, this.names.length * LANES);
    this.#mortal = this.names.map((name) => scenario.mortal?.includes(name) === true);
    this.#seats = this.names.map(() => newSeat(new History()));
    this.#programs = this.names.map((name) => () => {
      const body = scenario.actors[name](this.model);
      this.ask(op("begin"));
      body();
      const callbacks = (this.#run as Run).callbacks;
      while (callbacks.size > 0) {
        const token = this.ask(op("idle")) as number;
        const callback = callbacks.get(token);
        callbacks.delete(token);
        callback?.();
      }
      this.model.checkpoint("the end");
      this.ask(op("done"));
    });
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
      this.#touch(actor);
      this.#advance(actor, 0);
    });
  }

  get run(): Run {
    if (this.#run === undefined) throw new Error("Only a simulated thread can do this.");
    return this.#run;
  }

  /** Every operation of the code under test comes through here. */
  ask(asked: Op): Answer {
    if (this.#run !== undefined) return this.#run.ask(asked);
    if (ATOMICS.has(asked.kind)) return atomic(this.memory, asked);
    if (asked.kind === "notify") return 0;
    return this.#plain(asked);
  }

  /** All steps that are possible now. */
  transitions(): Transition[] {
    const all: Transition[] = [];
    for (let actor = 0; actor < this.#seats.length; actor++) {
      const seat = this.#seats[actor];
      if (seat.status === DEAD) continue;
      const asked = seat.history.next as Op;
      for (let n = 0, count = this.#ways(seat, asked); n < count; n++) all.push({ actor, what: "go", n });
      if (this.scenario.timeouts === true && this.#mayTimeOut(seat, asked)) all.push({ actor, what: "timeout", n: 0 });
      if (this.#mayDie(actor) && asked.kind !== "done") {
        const most = seat.writes.length;
        const step = this.scenario.wholeWrites === true && most > 1 ? most : 1;
        for (let n = 0; n <= most; n += step) all.push({ actor, what: "kill", n });
      }
    }
    return all;
  }

  /** In how many ways a thread can go on by itself; 0 if it waits. */
  #ways(seat: Seat, asked: Op): number {
    if (seat.status === SLEEPING) return 0;
    if (asked.kind === "done") return 0;
    // Going around again would show the same as the last time.
    if (asked.kind === "pause") return seat.paused === this.memory.low ? 0 : 1;
    if (asked.kind === "choose") return asked.a;
    if (asked.kind === "awaitDeath") return this.#deaths.length > seat.deaths ? 1 : 0;
    if (asked.kind === "idle") return seat.events.length > 0 || seat.timers.some((timer) => timer.soon) ? 1 : 0;
    return 1;
  }

  #mayTimeOut(seat: Seat, asked: Op): boolean {
    if (seat.status === SLEEPING) return (asked.data as number) < Infinity;
    return asked.kind === "idle" && seat.timers.some((timer) => !timer.soon);
  }

  #mayDie(actor: number): boolean {
    return this.#mortal[actor] && this.#deaths.length < (this.scenario.deaths ?? 1);
  }

  step({ actor, what, n }: Transition): void {
    const seat = this.#touch(actor);
    if (what === "kill") return this.#kill(actor, seat, n);
    const asked = seat.history.next as Op;
    for (const call of seat.calls) this.#called(actor, call);
    seat.calls = [];
    if (what === "timeout") return this.#timeOut(actor, seat, asked);
    switch (asked.kind) {
      case "wait":
        return this.#wait(actor, seat, asked);
      case "notify":
        return this.#notify(actor, asked);
      case "choose":
        return this.#advance(actor, n);
      case "awaitDeath":
        return this.#advance(actor, this.#deaths[seat.deaths++]);
      case "idle":
        return this.#deliver(actor, seat);
      case "pause":
        seat.paused = this.memory.low;
        return this.#advance(actor, 0);
    }
    if (ATOMICS.has(asked.kind)) {
      return this.#advance(actor, this.#atomic(actor, asked));
    }
    this.#advance(actor, asked.kind === "waitAsync" ? this.#waitAsync(actor, seat, asked) : this.#plain(asked));
  }

  #kill(actor: number, seat: Seat, written: number): void {
    this.trace?.(actor, op("killed", -1, 0, written, seat.writes.length), undefined);
    for (let i = seat.writes.length - 1; i >= written; i--) {
      this.memory.setBytes(seat.writes[i].at, seat.writes[i].before);
    }
    seat.status = DEAD;
    seat.segment = null;
    seat.calls = [];
    seat.writes = [];
    this.#waiters = this.#waiters.filter((waiter) => waiter.actor !== actor);
    this.#deaths = [...this.#deaths, actor];
  }

  #timeOut(actor: number, seat: Seat, asked: Op): void {
    if (asked.kind === "idle") {
      const timer = seat.timers.filter((one) => !one.soon).reduce((first, one) => one.due < first.due ? one : first);
      seat.timers = seat.timers.filter((one) => one !== timer);
      seat.clock = Math.max(seat.clock, timer.due);
      return this.#advance(actor, timer.token);
    }
    this.#waiters = this.#waiters.filter((waiter) => waiter.actor !== actor || waiter.token !== 0);
    seat.status = RUNNING;
    seat.clock += asked.data as number;
    this.#advance(actor, "timed-out");
  }

  #wait(actor: number, seat: Seat, asked: Op): void {
    this.sharing.use(actor, asked.at, 4, false);
    if (this.memory.words[asked.at >> 2] !== asked.a) return this.#advance(actor, "not-equal");
    if (!((asked.data as number) > 0)) return this.#advance(actor, "timed-out");
    seat.status = SLEEPING;
    this.#waiters = [...this.#waiters, { actor, at: asked.at, token: 0 }];
    this.trace?.(actor, asked, undefined);
  }

  #waitAsync(actor: number, seat: Seat, asked: Op): number {
    this.sharing.use(actor, asked.at, 4, false);
    if (this.memory.words[asked.at >> 2] !== asked.a) return 0;
    this.#waiters = [...this.#waiters, { actor, at: asked.at, token: seat.tokens }];
    return seat.tokens++;
  }

  #notify(actor: number, asked: Op): void {
    const woken: Waiter[] = [];
    this.#waiters = this.#waiters.filter((waiter) =>
      waiter.at !== asked.at || woken.length >= asked.a || (woken.push(waiter), false)
    );
    this.#advance(actor, woken.length);
    for (const { actor: sleeper, token } of woken) {
      const seat = this.#touch(sleeper);
      if (token !== 0) {
        seat.events = [...seat.events, token];
        continue;
      }
      seat.status = RUNNING;
      this.#advance(sleeper, "ok");
    }
  }

  #deliver(actor: number, seat: Seat): void {
    const soon = seat.timers.find((timer) => timer.soon);
    const token = seat.events[0] ?? soon?.token as number;
    if (seat.events.length > 0) seat.events = seat.events.slice(1);
    else seat.timers = seat.timers.filter((timer) => timer !== soon);
    this.#advance(actor, token);
  }

  /** Gives the thread the answer that it waits for, and lets it go on to its next operation that others can see. */
  #advance(actor: number, answer: Answer): void {
    const seat = this.#seats[actor];
    const asked = seat.history.next as Op;
    this.trace?.(actor, asked, answer);
    if (!UNORDERED.has(asked.kind)) {
      seat.segment = null;
      seat.writes = [];
    }
    seat.history = seat.history.then(answer);
    this.#proceed(actor);
  }

  #proceed(actor: number): void {
    const seat = this.#seats[actor];
    while (seat.history.next !== undefined) {
      if (this.#meet(actor, seat.history.next) === undefined) return;
    }
    this.histories++;
    this.#run = new Run(seat.history.steps(), (asked) => this.#meet(actor, asked));
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
    const seat = this.#seats[actor];
    const known = seat.history.next;
    if (known !== undefined && (known.kind !== asked.kind || known.at !== asked.at || known.a !== asked.a)) {
      throw new ModelError(`${this.names[actor]} goes on differently from the same checkpoint: ${asked.kind}, not ${known.kind}`);
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
    if (ATOMICS.has(asked.kind)) return atomic(this.memory, asked);
    if (asked.kind === "read" || asked.kind === "write") return this.#plain(asked);
    if (asked.kind === "notify") return 0;
    return this.#local(actor, this.#seats[actor], asked);
  }

  #alone(actor: number, seat: Seat, asked: Op): Answer | undefined {
    if (asked.kind === "read" || asked.kind === "write") {
      const writes = asked.kind === "write";
      this.sharing.use(actor, asked.at, asked.size, writes);
      if (this.scenario.racy?.(asked.at) !== undefined) {
        return this.sharing.visible(asked.at) || this.#mayDie(actor) && writes ? undefined : this.#plain(asked);
      }
      this.#noRace(actor, asked.at, asked.size, writes);
      seat.segment = { at: asked.at, size: asked.size, writes, before: seat.segment };
      if (writes && this.#mayDie(actor)) {
        seat.writes = [...seat.writes, { at: asked.at, before: this.memory.bytes.slice(asked.at, asked.at + asked.size) }];
      }
      return this.#plain(asked);
    }
    if (ATOMICS.has(asked.kind)) {
      if (this.#mayDie(actor) || this.sharing.visible(asked.at)) return undefined;
      return this.#atomic(actor, asked);
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
        for (const call of seat.calls) this.#called(actor, call);
        seat.calls = [];
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

  #atomic(actor: number, asked: Op): number {
    const writes = asked.kind !== "load";
    this.sharing.use(actor, asked.at, 4, writes);
    this.#noRace(actor, asked.at, 4, writes);
    return atomic(this.memory, asked);
  }

  #plain(asked: Op): Answer {
    if (asked.at < 0 || asked.at + asked.size > this.memory.bytes.length) {
      throw new ModelError(`${asked.kind} of ${asked.size} bytes at ${asked.at} lies outside of the memory`);
    }
    if (asked.kind === "read") return pack(this.memory.bytes.subarray(asked.at, asked.at + asked.size));
    if (asked.kind !== "write") throw new Error(`${asked.kind} is not possible here.`);
    this.memory.setBytes(asked.at, asked.data as Uint8Array);
    return 0;
  }

  #noRace(actor: number, at: number, size: number, writes: boolean): void {
    for (let other = 0; other < this.#seats.length; other++) {
      if (other !== actor) checkRace(this.#seats[other].segment, at, size, writes, (word) => this.nameOf(word));
    }
  }

  #called(actor: number, call: Op): void {
    const seat = this.#seats[actor];
    seat.open++;
    const [name, args] = call.data as [string, readonly unknown[]];
    if (this.#linearizer === undefined) return;
    this.#explained = this.#linearizer.called(this.#explained, actor * LANES + call.a, name, args);
  }

  #returned(actor: number, seat: Seat, asked: Op): void {
    seat.open--;
    if (this.#linearizer === undefined) return;
    this.#explained = this.#linearizer.returned(this.#explained, actor * LANES + asked.a, asked.data);
    if (this.#explained < 0) {
      throw new ModelError(`not linearizable: ${this.names[actor]} cannot have got ${JSON.stringify(asked.data)}`);
    }
  }

  #touch(actor: number): Seat {
    return this.#seats[actor] = { ...this.#seats[actor] };
  }

  /** Called when nothing can happen any more: throws if somebody should have gone on, or the end is not as it must be. */
  settle(): void {
    const stuck = this.#seats.filter((seat) => {
      const asked = seat.history.next as Op;
      const resting = asked.kind === "done" || ((asked.kind === "idle" || asked.kind === "awaitDeath") && seat.open === 0);
      return seat.status !== DEAD && !resting;
    });
    const dead = this.#seats.map((seat) => seat.status === DEAD);
    const lanes = this.#seats.flatMap((_seat, actor) => new Array(LANES).fill(dead[actor]));
    if (stuck.length > 0) {
      const allowed = this.#linearizer?.mayWait(this.#explained, lanes) === true && stuck.every((seat) => seat.open > 0);
      if (!allowed) {
        const who = stuck.map((seat) => `${this.names[this.#seats.indexOf(seat)]} in ${this.describe(seat.history.next as Op)}`);
        throw new ModelError(`waits for ever: ${who.join(", ")}`);
      }
    }
    try {
      this.scenario.final?.(this.model, {
        dead: this.names.filter((_name, actor) => dead[actor]),
        waiting: stuck.map((seat) => this.names[this.#seats.indexOf(seat)]),
        states: this.#linearizer?.states(this.#explained, lanes) ?? [],
      });
    } catch (error) {
      throw error instanceof ModelError ? error : new ModelError(`at the end: ${(error as Error).stack}`);
    }
  }

  describe(asked: Op): string {
    return asked.at < 0 ? asked.kind : `${asked.kind} of ${this.nameOf(asked.at)}`;
  }

  nameOf(at: number): string {
    return this.scenario.names?.(at & ~3) ?? `word ${at >> 2}`;
  }

  /** A number for the state, equal for equal states; 53 bits, so that different ones hardly ever share it. */
  key(extra: number): number {
    let low = this.memory.low ^ extra;
    let high = this.memory.high;
    for (const seat of this.#seats) {
      const rest = seat.status | (seat.calls.length << 3) | (seat.deaths << 6);
      low = mixLow(low, seat.history.id) ^ mixLow(rest, seat.paused) ^ mixLow(seat.clock, seat.tokens);
      high = mixHigh(high, seat.history.id) + mixHigh(rest, 2);
      for (const token of seat.events) low = mixLow(low, token);
    }
    for (const waiter of this.#waiters) {
      low = mixLow(low, waiter.actor * 64 + waiter.token);
      high = mixHigh(high, waiter.at);
    }
    for (const actor of this.#deaths) high = mixHigh(high, actor + 100);
    low = mixLow(low, this.#explained);
    return (high & 0x1fffff) * 4294967296 + (low >>> 0);
  }

  save(): Moment {
    return {
      mark: this.memory.mark(),
      seats: this.#seats.slice(),
      waiters: this.#waiters,
      explained: this.#explained,
      deaths: this.#deaths,
    };
  }

  restore(moment: Moment): void {
    this.memory.undo(moment.mark);
    this.#seats = moment.seats.slice();
    this.#waiters = moment.waiters;
    this.#explained = moment.explained;
    this.#deaths = moment.deaths;
  }
}
