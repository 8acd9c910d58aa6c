/**
 * Map and Set.
 * @module
 */
import type { Encoder } from "./encoder.ts";
import type { Decoder } from "./decoder.ts";
import { readValue, writeValue } from "./nested.ts";
import { MAP, SET } from "./tags.ts";
import { passing } from "./refusal.ts";

/** Writes a Map's entries as they are now; getters in them may change it afterwards. */
export function writeMap(e: Encoder, map: Map<unknown, unknown>, p: number): number {
  e.enter();
  const entries: unknown[] = [];
  Map.prototype.forEach.call(map, (value, key) => entries.push(key, value));
  p = e.count(p, MAP, entries.length / 2);
  for (let i = 0; i < entries.length; i += 2) {
    try {
      p = writeValue(e, entries[i], p);
    } catch (error) {
      throw passing(error, { kind: "key", at: i / 2 });
    }
    try {
      p = writeValue(e, entries[i + 1], p);
    } catch (error) {
      throw passing(error, { kind: "value", at: entries[i] });
    }
  }
  e.depth--;
  return p;
}

export function writeSet(e: Encoder, set: Set<unknown>, p: number): number {
  e.enter();
  const elements: unknown[] = [];
  Set.prototype.forEach.call(set, (element) => elements.push(element));
  p = e.count(p, SET, elements.length);
  for (let i = 0; i < elements.length; i++) {
    try {
      p = writeValue(e, elements[i], p);
    } catch (error) {
      throw passing(error, { kind: "element", at: i });
    }
  }
  e.depth--;
  return p;
}

export function readMap(d: Decoder, first: number): Map<unknown, unknown> {
  d.enter();
  const map = d.made(new Map<unknown, unknown>());
  for (let left = d.count(first); left > 0; left--) {
    const key = readValue(d);
    map.set(key, readValue(d));
  }
  d.depth--;
  return map;
}

export function readSet(d: Decoder, first: number): Set<unknown> {
  d.enter();
  const set = d.made(new Set<unknown>());
  for (let left = d.count(first); left > 0; left--) set.add(readValue(d));
  d.depth--;
  return set;
}
