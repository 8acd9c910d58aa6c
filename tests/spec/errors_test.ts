/** Errors: few, with a code, and known across copies of the module and across threads. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import * as isthmus from "../../mod.ts";
import { outcome } from "./bad_input_helper.ts";
import { start } from "./queue_helper.ts";

type ErrorClass = { new (message: string): isthmus.IsthmusError; is(value: unknown): boolean };

/** Each class, its code, and the classes above it. */
const classes: [ErrorClass, string, ErrorClass[]][] = [
  [isthmus.IsthmusError, "ISTHMUS_ERROR", []],
  [isthmus.QueueError, "ISTHMUS_QUEUE_ERROR", []],
  [isthmus.QueueEmpty, "ISTHMUS_QUEUE_EMPTY", [isthmus.QueueError]],
  [isthmus.QueueFull, "ISTHMUS_QUEUE_FULL", [isthmus.QueueError]],
  [isthmus.QueueShutDown, "ISTHMUS_QUEUE_SHUT_DOWN", [isthmus.QueueError]],
  [isthmus.QueueClosed, "ISTHMUS_QUEUE_CLOSED", [isthmus.QueueError]],
  [isthmus.ConnectionClosed, "ISTHMUS_CONNECTION_CLOSED", []],
  [isthmus.BrokenBarrier, "ISTHMUS_BROKEN_BARRIER", []],
  [isthmus.NotSerializable, "ISTHMUS_NOT_SERIALIZABLE", []],
  [isthmus.TimeoutError, "ISTHMUS_TIMEOUT", []],
  [isthmus.ThreadTerminated, "ISTHMUS_THREAD_TERMINATED", []],
  [isthmus.TooManyThreads, "ISTHMUS_TOO_MANY_THREADS", []],
  [isthmus.OutOfSharedMemory, "ISTHMUS_OUT_OF_SHARED_MEMORY", []],
  [isthmus.ProcessError, "ISTHMUS_PROCESS_ERROR", []],
];

/** Checks that `error` is one of `Class` and those above it, and of no other, as `is` and `instanceof` say. */
function checkClass(error: unknown, Class: ErrorClass, above: readonly ErrorClass[]): void {
  for (const [other] of classes) {
    const expected = other === Class || other === isthmus.IsthmusError || above.includes(other);
    assertEquals([other.is(error), error instanceof other], [expected, expected], `${error} and ${other.name}`);
  }
}

test("each class has its code, its name and its place", () => {
  for (const [Class, code, above] of classes) {
    const error = new Class("what happened");
    assertEquals([error.code, error.name, error.message], [code, Class.name, "what happened"]);
    assert(error instanceof Error && String(error).startsWith(`${Class.name}: what`) && error.stack !== undefined);
    checkClass(error, Class, above);
  }
  const others = [new Error("x"), new TypeError("x"), Object.assign(new Error("x"), { code: "ENOENT" }), null, 5, "x"];
  for (const other of others) for (const [Class] of classes) assertEquals(Class.is(other), false);
});

test("errors of another copy of the module are known, here and there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isthmus-copy-"));
  const file = fileURLToPath(new URL("../../core/errors.ts", import.meta.url));
  const library = dirname(dirname(file));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  // All of it: in a package that was bundled, the file says where its code is.
  for (const name of ["core", "adapters"]) await cp(join(library, name), join(folder, name), { recursive: true });
  const copied = pathToFileURL(join(folder, "core", basename(file))).href;
  const copy = await import(copied) as Record<string, ErrorClass>;
  await rm(folder, { recursive: true });
  for (const [Class, , above] of classes) {
    const Other = copy[Class.name];
    assert((Other as unknown) !== Class, "it is no copy");
    checkClass(new Other("from the copy"), Class, above);
    assert(Other.is(new Class("from here")) && new Class("from here") instanceof Other);
  }
});

test("a class of the user's that extends one has its own instances alone", () => {
  class Overdue extends isthmus.QueueEmpty {}
  const [own, other] = [new Overdue("mine"), new isthmus.QueueEmpty("not mine")];
  assertEquals([own instanceof Overdue, other instanceof Overdue], [true, false]);
  assertEquals([own instanceof isthmus.QueueEmpty, isthmus.QueueError.is(own)], [true, true]);
  class Refused extends isthmus.IsthmusError {
    constructor(message: string) {
      super(message, "ISTHMUS_MY_REFUSED");
    }
  }
  assertEquals([new Refused("x") instanceof Refused, own instanceof Refused], [true, false]);
});

test("errors of another thread are known", async () => {
  const [queue, results] = [new isthmus.Queue<unknown>(), new isthmus.Queue<unknown>()];
  const worker = start("echo", queue, results);
  for (const [Class, code, above] of classes) {
    queue.putSync({ error: new Class("to and fro") });
    const { error } = await results.get({ timeout: 20_000 }) as { error: isthmus.IsthmusError };
    checkClass(error, Class, above);
    assertEquals([error.code, error.name, error.message], [code, Class.name, "to and fro"]);
  }
  queue.putSync(null);
  await worker.join();
});

test("misuse is an IsthmusError whose code names it", async () => {
  const { Barrier, BoundedSemaphore, Condition, JoinableQueue, Lock, Pipe, Process, Queue, RLock } = isthmus;
  const [receiver, sender] = Pipe({ duplex: false });
  const process = new Process({ module: import.meta.url, target: "none" });
  const closed = new Process({ module: import.meta.url, target: "none" });
  closed.close();
  const coded = new Queue({ codec: { id: "x", encode: () => new Uint8Array(), decode: () => 0 } });
  const gone = new Queue();
  const { handle } = gone;
  gone.close();
  const lock = new Lock();
  lock.close();
  const misuses: [string, () => unknown][] = [
    ["ISTHMUS_NOT_LOCKED", () => new Lock().release()],
    ["ISTHMUS_NOT_OWNER", () => new RLock().release()],
    ["ISTHMUS_RELEASED_TOO_OFTEN", () => new BoundedSemaphore().release()],
    ["ISTHMUS_LOCK_NOT_HELD", () => new Condition().notify()],
    ["ISTHMUS_LOCK_NOT_HELD", () => new Condition().wait()],
    ["ISTHMUS_QUEUE_TASK_DONE", () => new JoinableQueue().taskDone()],
    ["ISTHMUS_QUEUE_NOT_CLOSED", () => new Queue().joinThread()],
    ["ISTHMUS_CONNECTION_NOT_WRITABLE", () => receiver.send(1)],
    ["ISTHMUS_CONNECTION_NOT_READABLE", () => sender.recvSync()],
    ["ISTHMUS_NO_CODEC", () => Queue.attach(coded.handle).getNowait()],
    ["ISTHMUS_GONE", () => Queue.attach(handle)],
    ["ISTHMUS_CLOSED", () => lock.acquireNowait()],
    ["ISTHMUS_PROCESS_NOT_STARTED", () => process.join()],
    ["ISTHMUS_PROCESS_NOT_STARTED", () => process.kill()],
    ["ISTHMUS_PROCESS_CLOSED", () => closed.start()],
    ["ISTHMUS_BROKEN_BARRIER", () => new Barrier(2).waitSync({ timeout: 0 })],
  ];
  for (const [code, misuse] of misuses) {
    const error = await outcome(misuse) as isthmus.IsthmusError;
    assertInstanceOf(error, isthmus.IsthmusError, `${misuse}: ${error}`);
    assertEquals(error.code, code);
    // What happened, and what to do.
    assert(error.message.length > 40 && /\.$/.test(error.message), error.message);
  }
});
