/**
 * The end of a schedule: nobody can go on. Is that as it must be?
 * @module
 */
import type { Op } from "./history.ts";
import { LANES, ModelError } from "./scenario.ts";
import { DEAD } from "./seat.ts";
import type { Seat } from "./seat.ts";
import type { World } from "./world.ts";

/** A thread that has nothing more to do, though its event loop may wait for what never comes. */
function resting(seat: Seat): boolean {
  const { kind } = seat.history.next as Op;
  return kind === "done" || ((kind === "idle" || kind === "awaitDeath") && seat.open === 0);
}

/** Throws if somebody should have gone on, or the end is not as the scenario wants it. */
export function settle(world: World): void {
  const { linearizer, names, scenario, state } = world;
  const dead = state.seats.map((seat) => seat.status === DEAD);
  const lanes = dead.flatMap((one) => new Array(LANES).fill(one));
  const stuck = state.seats.filter((seat) => seat.status !== DEAD && !resting(seat));
  const nameOf = (seat: Seat) => names[state.seats.indexOf(seat)];
  if (stuck.length > 0) {
    const allowed = linearizer?.mayWait(state.explained, lanes) === true && stuck.every((seat) => seat.open > 0);
    if (!allowed) {
      const who = stuck.map((seat) => `${nameOf(seat)} in ${describe(world, seat.history.next as Op)}`);
      throw new ModelError(`waits for ever: ${who.join(", ")}`);
    }
  }
  try {
    scenario.final?.(world.model, {
      dead: names.filter((_name, actor) => dead[actor]),
      waiting: stuck.map(nameOf),
      states: linearizer?.states(state.explained, lanes) ?? [],
    });
  } catch (error) {
    throw error instanceof ModelError ? error : new ModelError(`at the end: ${(error as Error).stack}`);
  }
}

function describe(world: World, asked: Op): string {
  return asked.at < 0 ? asked.kind : `${asked.kind} of ${world.nameOf(asked.at)}`;
}
