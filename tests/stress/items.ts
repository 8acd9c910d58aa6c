/**
 * The items: each says all that there is to know of it by its number, so that whoever gets it can tell whether it is whole.
 * @module
 */
import { integer, pick, random } from "./random.ts";

/** How large the items of a round are. */
export type Sizes = "numbers" | "small" | "mixed" | "large";

const PLACES = 1 << 20;

/** The number of a lane's item; never 0. */
export function itemNumber(lane: number, place: number): number {
  return (lane + 1) * PLACES + place;
}

/** Which lane has put the item. */
export function laneOf(item: number): number {
  return Math.floor(item / PLACES) - 1;
}

function lengthOf(item: number, sizes: Sizes): number {
  const next = random(item);
  switch (sizes) {
    case "numbers":
      return 0;
    case "small":
      return integer(next, 0, 300);
    case "mixed":
      return pick(next, [0, 1, 60, 500, 4000, 16_000, integer(next, 0, 200_000)]);
    case "large":
      return Math.floor(4_500_000 * next() ** 3);
  }
}

/** The item of that number. */
export function makeItem(item: number, sizes: Sizes): unknown {
  if (sizes === "numbers") return item;
  const length = lengthOf(item, sizes);
  if (item % 3 === 0) return { item, text: String.fromCharCode(65 + (item % 26)).repeat(length) };
  const bytes = new Uint8Array(length).fill(item);
  return item % 3 === 1 ? { item, bytes } : [item, { bytes, also: bytes.subarray(0, 3) }];
}

function bytesAre(bytes: unknown, item: number, length: number): boolean {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) return false;
  const expected = item & 0xff;
  // Every block is looked into; every byte would take longer than the queue does.
  for (let at = 0; at < length; at += at < 64 ? 1 : 997) if (bytes[at] !== expected) return false;
  return length === 0 || bytes[length - 1] === expected;
}

/** The number of the item that was got. Throws if it is not what was put under that number. */
export function checkItem(got: unknown, sizes: Sizes): number {
  if (sizes === "numbers") {
    if (typeof got !== "number") throw new Error(`got ${String(got)}`);
    return got;
  }
  if (Array.isArray(got)) {
    const [item, rest] = got as [number, { bytes: unknown; also: unknown }];
    const length = lengthOf(item, sizes);
    if (bytesAre(rest.bytes, item, length) && bytesAre(rest.also, item, Math.min(length, 3))) return item;
    throw new Error(`item ${item} is not whole`);
  }
  const { item, text, bytes } = got as { item: number; text?: string; bytes?: unknown };
  const length = lengthOf(item, sizes);
  const whole = text === undefined
    ? bytesAre(bytes, item, length)
    : text === String.fromCharCode(65 + (item % 26)).repeat(length);
  if (!whole) throw new Error(`item ${item} is not whole`);
  return item;
}
