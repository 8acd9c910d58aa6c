/** What attach of every class says to handles of other classes and versions, of what is gone, and to what is no handle. */
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Connection,
  Event,
  type Handle,
  JoinableQueue,
  Lock,
  Pipe,
  Process,
  Queue,
  RLock,
  Semaphore,
  SharedArray,
  SharedValue,
  SimpleQueue,
} from "../../mod.ts";
import { AT_VERSION, LAYOUT_VERSION, LEAST_BYTES, MAGIC } from "../../core/layout.ts";
import { check, checkCode, checkEach, type Wrong } from "./bad_input_helper.ts";
import { openObjects, thrown } from "./queue_helper.ts";

type Attachable = { handle: Handle; close(): void };

/** One end of a pipe whose other end is closed. */
function oneEnd(): Connection {
  const [left, right] = Pipe();
  right.close();
  return left;
}

const classes: [name: string, make: () => Attachable, attach: (handle: never) => Attachable][] = [
  ["Queue", () => new Queue(), (handle) => Queue.attach(handle)],
  ["JoinableQueue", () => new JoinableQueue(), (handle) => JoinableQueue.attach(handle)],
  ["SimpleQueue", () => new SimpleQueue(), (handle) => SimpleQueue.attach(handle)],
  ["Connection", oneEnd, (handle) => Connection.attach(handle)],
  ["Lock", () => new Lock(), (handle) => Lock.attach(handle)],
  ["RLock", () => new RLock(), (handle) => RLock.attach(handle)],
  ["Semaphore", () => new Semaphore(), (handle) => Semaphore.attach(handle)],
  ["BoundedSemaphore", () => new BoundedSemaphore(), (handle) => BoundedSemaphore.attach(handle)],
  ["Condition", () => new Condition(), (handle) => Condition.attach(handle)],
  ["Event", () => new Event(), (handle) => Event.attach(handle)],
  ["Barrier", () => new Barrier(2), (handle) => Barrier.attach(handle)],
  ["SharedValue", () => new SharedValue("int8"), (handle) => SharedValue.attach(handle)],
  ["SharedArray", () => new SharedArray("int8", 3), (handle) => SharedArray.attach(handle)],
];

/** The memory of a program with another version of Isthmus in it. */
function otherVersion(): SharedArrayBuffer {
  const arena = new SharedArrayBuffer(LEAST_BYTES);
  new Int32Array(arena).set([MAGIC, LAYOUT_VERSION + 1]);
  assertEquals(AT_VERSION, 1);
  return arena;
}

for (const [name, make, attach] of classes) {
  test(`${name}.attach takes the handle of a ${name} alone`, async () => {
    const object = make();
    const { handle } = object;
    assertEquals(handle.isthmus, name);
    const before = openObjects();
    for (const [other, makeOther] of classes) {
      if (other === name) continue;
      const stranger = makeOther();
      const error = thrown(() => attach(stranger.handle as never));
      check(`${name}.attach`, error, TypeError, [`${name}.attach`, `Call ${other}.attach`]);
      stranger.close();
    }
    const version = "another version of Isthmus";
    const wrong: Wrong[] = [
      [undefined, TypeError, [`${name}.attach`, "undefined"]],
      [null, TypeError, [`${name}.attach`, "null"]],
      [7, TypeError, [`${name}.attach`, "7"]],
      [name, TypeError, [`${name}.attach`, JSON.stringify(name)]],
      [Symbol("s"), TypeError, [`${name}.attach`, "Symbol(s)"]],
      [() => {}, TypeError, [`${name}.attach`, "function"]],
      [[handle], TypeError, [`${name}.attach`, "array"]],
      [{}, TypeError, [`${name}.attach`, "object"]],
      [object, TypeError, [`${name}.attach`, name]],
      [new Process({ module: import.meta.url, target: "none" }), TypeError, ["Process"]],
      [{ ...handle, isthmus: 5 }, TypeError, [`${name}.attach`]],
      [{ ...handle, isthmus: "Heap" }, TypeError, ["Heap"]],
      [{ ...handle, arena: undefined }, TypeError, [version, name]],
      [{ ...handle, arena: new ArrayBuffer(8) }, TypeError, [version]],
      [{ ...handle, arena: new SharedArrayBuffer(8) }, TypeError, [version]],
      [{ ...handle, arena: otherVersion() }, TypeError, [version, name]],
    ];
    await checkEach(`${name}.attach`, wrong, attach);
    const places: unknown[] = [-1, 0, 1, 64, 1.5, 1e9, NaN, Infinity, "1", null, undefined, 2n, {}];
    for (const cell of places) {
      await checkCode(`cell ${String(cell)}`, () => attach({ ...handle, cell } as never), "ISTHMUS_GONE");
    }
    for (const generation of [...places.filter((one) => one !== handle.generation), handle.generation + 1]) {
      const what = `generation ${String(generation)}`;
      await checkCode(what, () => attach({ ...handle, generation } as never), "ISTHMUS_GONE");
    }
    // Nothing was opened by any of these, and the handle is as good as before.
    assertEquals(openObjects(), before);
    const again = attach(structuredClone(handle) as never);
    object.close();
    object.close();
    again.close();
    await checkCode("gone", () => attach(handle as never), "ISTHMUS_GONE");
    // The same in every use of a closed object's handle.
    assertEquals((thrown(() => object.handle) as Error).message.includes("closed"), true);
  });
}
