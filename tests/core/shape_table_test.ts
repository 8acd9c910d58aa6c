import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { sharedObjects } from "../../core/handles.ts";
import { AT_SHAPES, AT_SHAPES_END, AT_SHAPES_LOCK, BLOCK_WORDS } from "../../core/layout.ts";
import { recover } from "../../core/recovery.ts";
import { ShapeTable } from "../../core/shape_table.ts";
import type { Thread } from "../../core/thread.ts";
import { decoded, encoded } from "./encode_helper.ts";
import { arena, join } from "./stage_helper.ts";

/** Each test has keys of its own: what a thread has learned of a shape stays. */
let names = 0;
const make = (name: string) => ({ [`${name} one`]: 1, [`${name} two`]: { [`${name} inner`]: [1, 2] } });
const name = () => `key ${++names} of the tests of the table`;

/** Lengths of the encodings of `value` from the first to the `count`th. */
function lengths(thread: Thread, value: unknown, count: number): number[] {
  return Array.from({ length: count }, () => encoded(value, sharedObjects(thread)).bytes.length);
}

/** A list of one key, as it lies in a trailer. */
function list(key: string): Int32Array {
  const words = new Int32Array(1 + Math.ceil((key.length + 1) / 4));
  words[0] = 2 | (words.length - 1) << 8;
  new Uint8Array(words.buffer).set([key.length, ...key.split("").map((c) => c.charCodeAt(0))], 4);
  return words;
}

test("the keys of a shape that is sent often stay away, and another thread reads it all the same", () => {
  const buffer = arena();
  const [sender, receiver] = [join(buffer), join(buffer)];
  const value = make(name());
  const sizes = lengths(sender, value, 20);
  assertEquals(new Set(sizes.slice(0, 15)).size, 1);
  assert(sizes[19] * 2 < sizes[0], `${sizes}`);
  const item = encoded(value, sharedObjects(sender));
  for (let time = 0; time < 2; time++) assertEquals(decoded(item, sharedObjects(receiver)), value);
  assertEquals(sender.memory.words[AT_SHAPES_LOCK], 0);
});

test("the same list has one place, whoever makes it known", () => {
  const buffer = arena();
  const [left, right] = [new ShapeTable(join(buffer)), new ShapeTable(join(buffer))];
  const lists = ["a", "another", "a third key"].map(list);
  const places = lists.map((words) => left.share(words));
  assertEquals(new Set(places).size, 3);
  assertEquals(lists.map((words) => right.share(words)), places);
  assertEquals(places.map((at) => right.meet(at).keys), [["a"], ["another"], ["a third key"]]);
  assertEquals(places.map((at) => right.met[at]?.keys), [["a"], ["another"], ["a third key"]]);
});

test("with another arena in between, each gets what it knows", () => {
  const [one, other] = [join(arena()), join(arena())];
  const value = make(name());
  lengths(one, value, 20);
  for (const thread of [other, one, other, one]) {
    for (let time = 0; time < 20; time++) {
      assertEquals(decoded(encoded(value, sharedObjects(thread)), sharedObjects(thread)), value);
    }
  }
});

test("what finds no room is sent along, and so are lists that are very long", () => {
  const thread = join(arena());
  const table = new ShapeTable(thread);
  assertEquals(table.share(new Int32Array(300)), 0);
  const { words } = thread.memory;
  let shared = 0;
  while (table.share(list(`key number ${shared}`)) !== 0) shared++;
  assert(shared > 2000 && words[AT_SHAPES_END] <= BLOCK_WORDS, `${shared}`);
  assert(table.share(list("key number 7")) !== 0);
  const value = make(name());
  assertEquals(new Set(lengths(thread, value, 40)).size, 1);
  assertEquals(decoded(encoded(value, sharedObjects(thread)), sharedObjects(thread)), value);
});

test("nobody waits for a thread that adds a list, and who died while adding it has added nothing", () => {
  const buffer = arena();
  const [dead, living] = [join(buffer), join(buffer)];
  const table = new ShapeTable(living);
  const { words } = living.memory;
  const [first, second] = [list("first"), list("the second")];
  assertEquals(table.share(first), AT_SHAPES);
  // It has the lock and has written the words.
  words[AT_SHAPES_LOCK] = dead.id;
  words.set(second, AT_SHAPES + first.length);
  assertEquals(table.share(second), 0);
  assertThrows(() => table.meet(AT_SHAPES + first.length), Error, "no list of keys lies");
  recover(living, dead.id);
  assertEquals(table.share(list("third")), AT_SHAPES + first.length);
  assertEquals(table.meet(AT_SHAPES + first.length).keys, ["third"]);
});

test("where the stack nearly ends, nothing is added, and nothing fails for that", () => {
  const table = new ShapeTable(join(arena()));
  const words = list("at the end of the stack");
  let [refused, added] = [0, 0];
  const descend = (): void => {
    try {
      descend();
    } catch {
      // From here on there is a little more room in each frame on the way back.
    }
    if (added > 0) return;
    if (table.share(words) === 0) refused++;
    else added++;
  };
  descend();
  assert(refused > 0 && added === 1, `${refused} times not, ${added} times`);
});

test("a place where no list begins is damage, and is not remembered", () => {
  const thread = join(arena());
  const table = new ShapeTable(thread);
  const at = table.share(list("the only one"));
  for (const wrong of [0, at - 1, at + 1, at + 4, BLOCK_WORDS - 1, BLOCK_WORDS, 0xffffff]) {
    assertThrows(() => table.meet(wrong), Error, "no list of keys lies");
    assertEquals(table.met[wrong], undefined);
  }
  for (const end of [-1, 0x7fffffff, AT_SHAPES - 1]) {
    thread.memory.words[AT_SHAPES_END] = end;
    assertEquals([table.share(list("one more")), thread.memory.words[AT_SHAPES_LOCK]], [0, 0]);
    assertThrows(() => table.meet(at), Error, "no list of keys lies");
  }
});

test("a list of keys that always goes along, since the object has more than lists have, takes no room in the table", () => {
  const thread = join(arena());
  const value = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`${i} of ${name()}`.slice(0, 12) + i, i]));
  lengths(thread, value, 40);
  assertEquals(thread.memory.words[AT_SHAPES_END], 0);
  assertEquals(decoded(encoded(value, sharedObjects(thread)), sharedObjects(thread)), value);
});
