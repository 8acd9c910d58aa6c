/** What the objects look like when they are printed. */
import { test } from "node:test";
import { inspect } from "node:util";
import { assertEquals } from "@std/assert";
import {
  Barrier,
  Condition,
  Event,
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

/** As `console.log` of Node and Bun shows it, and as that of Deno does. */
function texts(object: object): string[] {
  const asked = Symbol.for("Deno.customInspect");
  return [inspect(object), (object as Record<symbol, () => string>)[asked]()];
}

test("an object is printed as one line that says how it stands", () => {
  const queue = new Queue<number>({ name: "tasks" });
  queue.putManyNowait([1, 2, 3]);
  const event = new Event();
  event.set();
  const process = new Process({ module: import.meta.url, target: "none", name: "counter" });
  const [receiver] = Pipe({ duplex: false });
  const expected: [object, string][] = [
    [queue, 'Queue { name: "tasks", size: 3 }'],
    [new JoinableQueue({ name: "jobs" }), 'JoinableQueue { name: "jobs", size: 0 }'],
    [new SimpleQueue(), "SimpleQueue { empty: true }"],
    [receiver, "Connection { readable: true, writable: false, closed: false }"],
    [process, 'Process { name: "counter", pid: null, exitCode: null }'],
    [new Lock(), "Lock { locked: false }"],
    [new RLock(), "RLock { locked: false }"],
    [new Semaphore(2), "Semaphore { value: 2 }"],
    [new Condition(), "Condition {}"],
    [event, "Event { set: true }"],
    [new Barrier(2), "Barrier { parties: 2, nWaiting: 0, broken: false }"],
    [new SharedValue("bigint64", 5n), "SharedValue { value: 5n }"],
    [new SharedArray("int8", 3), "SharedArray { length: 3 }"],
  ];
  for (const [object, text] of expected) assertEquals(texts(object), [text, text]);
  assertEquals(inspect([queue]), '[ Queue { name: "tasks", size: 3 } ]');
});

test("a class and its prototype can be printed", () => {
  for (const Class of [Queue, SimpleQueue, Process, Lock, Condition, Event, Barrier, SharedValue, SharedArray]) {
    const [node, deno] = texts(Class.prototype);
    assertEquals([typeof node, deno.startsWith(`${Class.name} {`), inspect(Class).includes(Class.name)], [
      "string",
      true,
      true,
    ]);
  }
});

test("a closed one says so", () => {
  const queue = new Queue({ name: "tasks" });
  const objects = [queue, new Lock(), new Condition(), new SharedArray("int8", 3), Pipe()[0]];
  for (const object of objects) object.close();
  assertEquals(objects.map((object) => texts(object)[0]), [
    'Queue { name: "tasks", closed: true }',
    "Lock { closed: true }",
    "Condition { closed: true }",
    "SharedArray { closed: true }",
    "Connection { readable: true, writable: true, closed: true }",
  ]);
});
