/** Every argument of SharedValue and SharedArray is checked at the call, and nothing changes. */
import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Lock, Queue, Semaphore, SharedArray, SharedValue } from "../../mod.ts";
import { check, checkCode, checkEach, noOptions, type Wrong } from "./bad_input_helper.ts";
import { openObjects, thrown } from "./queue_helper.ts";

const kinds: Wrong[] = [
  ["int7", TypeError, ["kind", '"int7"', '"int8"']],
  ["c", TypeError, ["kind", '"c"']],
  ["", TypeError, ["kind", '""']],
  ["constructor", TypeError, ["kind"]],
  [5, TypeError, ["kind", "5"]],
  [null, TypeError, ["kind", "null"]],
  [undefined, TypeError, ["kind", "undefined"]],
  [Int8Array, TypeError, ["kind", "Int8Array"]],
];

const closed = new Lock();
closed.close();

const options: Wrong[] = [
  ...noOptions,
  [{ locks: true }, TypeError, ['"locks"', "lock"]],
  [{ lock: null }, TypeError, ["lock", "null"]],
  [{ lock: 1 }, TypeError, ["lock", "1"]],
  [{ lock: "Lock" }, TypeError, ["lock", '"Lock"']],
  [{ lock: {} }, TypeError, ["lock", "object"]],
  [{ lock: Lock }, TypeError, ["lock", "Lock"]],
  [{ lock: new Semaphore() }, TypeError, ["lock", "Semaphore"]],
  [{ lock: new Queue() }, TypeError, ["lock", "Queue"]],
  [{ lock: new Lock().handle }, TypeError, ["lock", "object"]],
];

/** What an int8 cannot be, under the name `what`. */
function noInt8(what: string): Wrong[] {
  return [
    [128, RangeError, [what, "128", "127", "int8"]],
    [-129, RangeError, [what, "-129", "-128"]],
    [0.5, RangeError, [what, "0.5"]],
    [NaN, RangeError, [what, "NaN"]],
    [Infinity, RangeError, [what, "Infinity"]],
    ["1", TypeError, [what, '"1"', "number"]],
    [1n, TypeError, [what, "1n"]],
    [null, TypeError, [what, "null"]],
    [true, TypeError, [what, "true"]],
    [{ valueOf: () => 1 }, TypeError, [what, "object"]],
  ];
}

test("arguments of SharedValue", async () => {
  const before = openObjects();
  await checkEach("kind", kinds, (kind) => new SharedValue(kind));
  await checkEach("initial", noInt8("initial"), (initial) => new SharedValue("int8", initial));
  await checkEach("options", options, (given) => new SharedValue("int8", 0, given));
  await checkCode("lock", () => new SharedValue("int8", 0, { lock: closed }), "ISTHMUS_CLOSED");
  assertEquals(openObjects(), before);
  using value = new SharedValue("int8", 5, { lock: false });
  await checkEach("value", noInt8("value"), (wrong) => value.value = wrong);
  await checkEach("expected", noInt8("expected"), (wrong) => value.compareExchange(wrong, 1));
  await checkEach("replacement", noInt8("replacement"), (wrong) => value.compareExchange(5, wrong));
  const deltas = noInt8("delta").filter(([delta]) => delta !== 128 && delta !== -129);
  await checkEach("delta", [...deltas, [undefined, TypeError, ["delta", "undefined"]]], (wrong) => value.add(wrong));
  check("sum", thrown(() => value.add(123)), RangeError, ["5 + 123", "128", "127"]);
  using big = new SharedValue("biguint64", 0n);
  check("big", thrown(() => big.value = 1 as never), TypeError, ["bigint", "1"]);
  check("big", thrown(() => big.add(-1n)), RangeError, ["-1"]);
  using float = new SharedValue("float32", 1);
  check("float", thrown(() => float.add(1)), TypeError, ["add", "float32", "lock"]);
  check("float", thrown(() => float.compareExchange(1, 2)), TypeError, ["compareExchange", "float32"]);
  check("float", thrown(() => float.value = "1" as never), TypeError, ["value", '"1"']);
  assertEquals([value.value, big.value, float.value], [5, 0n, 1]);
  value.close();
  check("closed", thrown(() => value.value = 128), RangeError, ["128"]);
  check("closed", thrown(() => value.add("1" as never)), TypeError, ["delta"]);
  check("closed", thrown(() => value.compareExchange(128, 1)), RangeError, ["expected"]);
  await checkCode("closed", () => value.value = 1, "ISTHMUS_CLOSED");
});

test("arguments of SharedArray", async () => {
  const before = openObjects();
  await checkEach("kind", kinds, (kind) => new SharedArray(kind, 3));
  const lengths: Wrong[] = [
    [-1, RangeError, ["length", "-1"]],
    [0.5, RangeError, ["length", "0.5"]],
    [NaN, RangeError, ["length", "NaN"]],
    [Infinity, RangeError, ["length", "Infinity"]],
    [2 ** 53, RangeError, ["length", String(2 ** 53)]],
    [undefined, TypeError, ["length", "undefined"]],
    [null, TypeError, ["length", "null"]],
    ["123", TypeError, ["length", '"123"']],
    [3n, TypeError, ["length", "3n"]],
    [{}, TypeError, ["length", "object"]],
    [{ length: -1 }, RangeError, ["length", "-1"]],
    [{ length: 1.5 }, RangeError, ["length", "1.5"]],
    [[1, 128], RangeError, ["element 1", "128"]],
    [[1, , 2], TypeError, ["element 1", "undefined"]],
    [["1"], TypeError, ["element 0", '"1"']],
    [new Set([1n]), TypeError, ["element 0", "1n"]],
  ];
  await checkEach("lengthOrValues", lengths, (given) => new SharedArray("int8", given));
  await checkCode("too many", () => new SharedArray("int8", 2 ** 40), "ISTHMUS_OUT_OF_SHARED_MEMORY");
  await checkEach("options", options, (given) => new SharedArray("int8", 3, given));
  await checkCode("lock", () => new SharedArray("int8", 3, { lock: closed }), "ISTHMUS_CLOSED");
  assertEquals(openObjects(), before);
  using array = new SharedArray("int8", [1, 2, 3], { lock: false });
  const places: Wrong[] = [
    [-1, RangeError, ["index", "-1", "2"]],
    [3, RangeError, ["index", "3", "2"]],
    [0.5, RangeError, ["index", "0.5"]],
    [NaN, RangeError, ["index", "NaN"]],
    ["1", TypeError, ["index", '"1"']],
    [undefined, TypeError, ["index", "undefined"]],
    [1n, TypeError, ["index", "1n"]],
  ];
  await checkEach("index", places, (index) => array.set(index, 1));
  await checkEach("value", noInt8("value"), (value) => array.set(0, value));
  await checkEach("value", noInt8("value"), (value) => array.fill(value));
  for (const wrong of [1n, Symbol("s")]) {
    // As Array.prototype.at, and the typed arrays' slice and fill.
    for (const plain of [(at: never) => [1].at(at), (at: never) => new Int8Array(3).slice(at)]) {
      assertThrows(() => plain(wrong as never), TypeError);
    }
    const uses = [(at: never) => array.at(at), (at: never) => array.slice(at), (at: never) => array.slice(0, at)];
    for (const use of [...uses, (at: never) => array.fill(0, at), (at: never) => array.fill(0, 0, at)]) {
      assertThrows(() => use(wrong as never), TypeError);
    }
  }
  assertEquals([...array], [1, 2, 3]);
  array.close();
  check("closed", thrown(() => array.set(3, 1)), RangeError, ["index"]);
  check("closed", thrown(() => array.fill(128)), RangeError, ["128"]);
  for (
    const use of [() => array.at(0), () => array.at(99), () => array.slice(), () => array.fill(0), () => array.view]
  ) {
    await checkCode("closed", use, "ISTHMUS_CLOSED");
  }
});

test("an array that is closed by what an argument runs is not touched any more", async () => {
  const uses: ((array: SharedArray<"int8">, at: never) => unknown)[] = [
    (array, at) => array.at(at),
    (array, at) => array.slice(at),
    (array, at) => array.slice(0, at),
    (array, at) => array.fill(7, at),
    (array, at) => array.fill(7, 0, at),
  ];
  for (const use of uses) {
    const array = new SharedArray("int8", 900, { lock: false });
    let other: SharedArray<"int8"> | undefined;
    const at = {
      valueOf() {
        array.close();
        // Lies where that one lay.
        other = new SharedArray("int8", 900, { lock: false });
        return 1;
      },
    };
    await checkCode(String(use), () => use(array, at as never), "ISTHMUS_CLOSED");
    assertEquals(other!.view.every((value) => value === 0), true);
    other!.close();
  }
});
