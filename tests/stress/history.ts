/**
 * What must be true of everything that the lanes of a round have done.
 * @module
 */
import { laneOf } from "./items.ts";
import { type Call, DONE, GET, OPEN, PUT, REFUSED } from "./log.ts";

/** The calls of one lane, and whether its thread was ended from outside. */
export interface LaneHistory {
  readonly calls: readonly Call[];
  readonly killed: boolean;
}

/** What the history of a round amounts to. */
export interface Sums {
  puts: number;
  gets: number;
  /** Tasks that were said to be done; `mayBeDone` more may have been, by calls that a death cut short. */
  dones: number;
  mayBeDone: number;
  /** Puts cut short by a death, whose items nobody got: each may have gone in and been taken by a call cut short likewise. */
  mayBePut: number;
  /** Calls that came to nothing by a timeout or an abort. */
  refused: number;
  /** Items that died with the call that had taken them. */
  lost: number;
}

interface Item {
  put: Call;
  got?: Call;
}

function fail(what: string): never {
  throw new Error(what);
}

/** Checks the history, after which the queue was empty. Throws an Error that says what cannot be. */
export function checkHistory(lanes: readonly LaneHistory[]): Sums {
  const sums = { puts: 0, gets: 0, dones: 0, mayBeDone: 0, mayBePut: 0, refused: 0, lost: 0 };
  const items: Map<number, Item> = new Map();
  for (const { calls, killed } of lanes) {
    for (const call of calls) {
      if (call.to === OPEN && !killed) fail(`a call of a thread that was not ended never came back: ${show(call)}`);
      if (call.to === REFUSED) sums.refused++;
      if (call.kind === PUT) items.set(call.item, { put: call });
      if (call.kind === DONE) sums[call.to === OPEN ? "mayBeDone" : "dones"] += call.most;
    }
  }
  let mayBeTaken = 0;
  for (const { calls } of lanes) {
    for (const call of calls) {
      if (call.kind === GET && call.to === OPEN) mayBeTaken += call.most;
      if (call.kind === GET && call.item !== 0) gotOnce(items, call);
    }
    checkLaneOrder(calls);
  }
  for (const { put, got } of items.values()) {
    if (put.to > 0 || got !== undefined) sums.puts++;
    else if (put.to === OPEN) sums.mayBePut++;
    if (got !== undefined) sums.gets++;
    else if (put.to > 0) sums.lost++;
  }
  if (sums.lost > mayBeTaken) fail(`${sums.lost} items are lost; calls cut short can have taken ${mayBeTaken}`);
  checkRealTime([...items.values()], lanes);
  return sums;
}

function show(call: Call): string {
  return JSON.stringify(call);
}

function gotOnce(items: Map<number, Item>, call: Call): void {
  const item = items.get(call.item) ?? fail(`item ${call.item} was got, and never put`);
  if (item.got !== undefined) fail(`item ${call.item} was got twice: ${show(item.got)}, ${show(call)}`);
  if (item.put.to === REFUSED) fail(`item ${call.item} was got although its put came to nothing`);
  if (item.put.from > call.to) fail(`item ${call.item} was got before it was put`);
  item.got = call;
}

/** A lane gets the items of each other lane in the order in which that one put them. */
function checkLaneOrder(calls: readonly Call[]): void {
  const last: Map<number, number> = new Map();
  for (const { kind, item } of calls) {
    if (kind !== GET || item === 0) continue;
    const lane = laneOf(item);
    if ((last.get(lane) ?? 0) > item) fail(`item ${item} was got after item ${last.get(lane)} of the same lane`);
    last.set(lane, item);
  }
}

/**
 * If put A returned before put B began, B's get does not return before A's begins; and no get that says "empty" lies between
 * an item's put and its get.
 */
function checkRealTime(items: readonly Item[], lanes: readonly LaneHistory[]): void {
  const whole = items.filter(({ put, got }) => put.to > 0 && got !== undefined) as Required<Item>[];
  const byEnd = whole.sort((a, b) => a.put.to - b.put.to);
  const queries: { at: number; to: number; what: () => string }[] = [];
  for (const { put, got } of items) {
    if (got !== undefined) queries.push({ at: put.from, to: got.to, what: () => `the get of item ${put.item}` });
  }
  for (const { calls } of lanes) {
    for (const call of calls) {
      if (call.emptyAt > 0) queries.push({ at: call.from, to: call.emptyAt, what: () => `"empty" ${show(call)}` });
    }
  }
  queries.sort((a, b) => a.at - b.at);
  let next = 0;
  let latest: Required<Item> | undefined;
  for (const { at, to, what } of queries) {
    for (; next < byEnd.length && byEnd[next].put.to < at; next++) {
      if (latest === undefined || byEnd[next].got.from > latest.got.from) latest = byEnd[next];
    }
    if (latest !== undefined && latest.got.from > to) {
      fail(`${what()} came before the get of item ${latest.put.item}, which had been put before`);
    }
  }
}
