/**
 * The steps that threads can take, and what each does to the state and to other threads.
 * @module
 */
import { ACCESSES } from "./atomics.ts";
import { op } from "./history.ts";
import type { Op } from "./history.ts";
import { DEAD, RUNNING, SLEEPING } from "./seat.ts";
import type { Seat, Waiter } from "./seat.ts";
import type { World } from "./world.ts";

/** A step that a thread can take. `n`: which choice, or how many of its last plain writes the killed one did. */
export interface Transition {
  readonly actor: number;
  readonly what: "go" | "timeout" | "kill";
  readonly n: number;
}

/** All steps that are possible now. */
export function transitions(world: World): Transition[] {
  const { scenario, state } = world;
  const all: Transition[] = [];
  state.seats.forEach((seat, actor) => {
    if (seat.status === DEAD) return;
    const asked = seat.history.next as Op;
    for (let n = 0, count = ways(world, seat, asked); n < count; n++) all.push({ actor, what: "go", n });
    if (scenario.timeouts === true && mayTimeOut(seat, asked)) all.push({ actor, what: "timeout", n: 0 });
    if (!world.mayDie(actor) || asked.kind === "done") return;
    const most = seat.writes.length;
    const step = scenario.wholeWrites === true && most > 1 ? most : 1;
    for (let n = 0; n <= most; n += step) all.push({ actor, what: "kill", n });
  });
  return all;
}

/** In how many ways a thread can go on by itself; 0 if it waits. */
function ways({ state }: World, seat: Seat, asked: Op): number {
  if (seat.status === SLEEPING) return 0;
  switch (asked.kind) {
    case "done":
      return 0;
    case "choose":
      return asked.a;
    case "pause":
      // Going around again would show the same as the last time.
      return seat.paused === state.memory.low ? 0 : 1;
    case "awaitDeath":
      return state.deaths.length > seat.deaths ? 1 : 0;
    case "idle":
      return seat.events.length > 0 || seat.timers.some((timer) => timer.soon) ? 1 : 0;
  }
  return 1;
}

function mayTimeOut(seat: Seat, asked: Op): boolean {
  if (seat.status === SLEEPING) return (asked.data as number) < Infinity;
  return asked.kind === "idle" && seat.timers.some((timer) => !timer.soon);
}

/** Takes a step. */
export function take(world: World, { actor, what, n }: Transition): void {
  const { state } = world;
  const seat = state.touch(actor);
  if (what === "kill") return kill(world, actor, seat, n);
  const asked = seat.history.next as Op;
  world.beginCalls(actor, seat);
  if (what === "timeout") return timeOut(world, actor, seat, asked);
  switch (asked.kind) {
    case "wait":
      return sleep(world, actor, seat, asked);
    case "waitAsync":
      return world.advance(actor, sleepAsync(world, actor, seat, asked));
    case "notify":
      return notify(world, actor, asked);
    case "choose":
      return world.advance(actor, n);
    case "awaitDeath":
      return world.advance(actor, state.deaths[seat.deaths++]);
    case "idle":
      return deliver(world, actor, seat);
    case "pause":
      seat.paused = state.memory.low;
      return world.advance(actor, 0);
  }
  world.advance(actor, ACCESSES.has(asked.kind) ? world.atomic(actor, asked) : world.plain(asked));
}

function kill(world: World, actor: number, seat: Seat, written: number): void {
  const { state } = world;
  world.trace?.(actor, op("killed", -1, 0, written, seat.writes.length), undefined);
  for (let i = seat.writes.length - 1; i >= written; i--) {
    state.memory.setBytes(seat.writes[i].at, seat.writes[i].before);
  }
  seat.status = DEAD;
  seat.segment = null;
  seat.calls = [];
  seat.writes = [];
  state.waiters = state.waiters.filter((waiter) => waiter.actor !== actor);
  state.deaths = [...state.deaths, actor];
}

function timeOut(world: World, actor: number, seat: Seat, asked: Op): void {
  if (asked.kind === "idle") {
    const timer = seat.timers.filter((one) => !one.soon).reduce((first, one) => one.due < first.due ? one : first);
    seat.timers = seat.timers.filter((one) => one !== timer);
    seat.clock = Math.max(seat.clock, timer.due);
    return world.advance(actor, timer.token);
  }
  world.state.waiters = world.state.waiters.filter((waiter) => waiter.actor !== actor || waiter.token !== 0);
  seat.status = RUNNING;
  seat.clock += asked.data as number;
  world.advance(actor, "timed-out");
}

function sleep(world: World, actor: number, seat: Seat, asked: Op): void {
  const { state } = world;
  world.sharing.use(actor, asked.at, 4, false);
  if (state.memory.words[asked.at >> 2] !== asked.a) return world.advance(actor, "not-equal");
  if (!((asked.data as number) > 0)) return world.advance(actor, "timed-out");
  seat.status = SLEEPING;
  state.waiters = [...state.waiters, { actor, at: asked.at, token: 0 }];
  world.trace?.(actor, asked, undefined);
}

function sleepAsync({ sharing, state }: World, actor: number, seat: Seat, asked: Op): number {
  sharing.use(actor, asked.at, 4, false);
  if (state.memory.words[asked.at >> 2] !== asked.a) return 0;
  state.waiters = [...state.waiters, { actor, at: asked.at, token: seat.tokens }];
  return seat.tokens++;
}

function notify(world: World, actor: number, asked: Op): void {
  const { state } = world;
  const woken: Waiter[] = [];
  state.waiters = state.waiters.filter((waiter) =>
    waiter.at !== asked.at || woken.length >= asked.a || (woken.push(waiter), false)
  );
  world.advance(actor, woken.length);
  for (const { actor: sleeper, token } of woken) {
    const seat = state.touch(sleeper);
    if (token !== 0) {
      seat.events = [...seat.events, token];
      continue;
    }
    seat.status = RUNNING;
    world.advance(sleeper, "ok");
  }
}

/** The next turn of a thread's event loop. */
function deliver(world: World, actor: number, seat: Seat): void {
  const soon = seat.timers.find((timer) => timer.soon);
  const token = seat.events[0] ?? soon?.token as number;
  if (seat.events.length > 0) seat.events = seat.events.slice(1);
  else seat.timers = seat.timers.filter((timer) => timer !== soon);
  world.advance(actor, token);
}
