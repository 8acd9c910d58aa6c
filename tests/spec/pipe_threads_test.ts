/** Connections between threads: ends that die with their holders, and request and reply. */
import { Buffer } from "node:buffer";
import process from "node:process";
import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Connection, ConnectionClosed, Pipe, Process, Queue, TimeoutError } from "../../mod.ts";
import { blocksInUse, openObjects, until } from "./queue_helper.ts";

const module = new URL("../fixtures/pipe_targets.ts", import.meta.url);

function start(target: string, ...args: unknown[]): Process {
  return new Process({ module, target, args, daemon: true }).start();
}

test("a Process answers on its end until the other one is closed, which ends it", async () => {
  const [ours, theirs] = Pipe<unknown>();
  const echo = start("echo", theirs);
  theirs.close();
  for (let i = 0; i < 100; i++) {
    ours.sendSync({ i });
    assertEquals(i % 2 ? ours.recvSync() : await ours.recv(), { i });
  }
  ours.close();
  assertEquals(echo.joinSync({ timeout: 20_000 }), true);
  assertEquals(echo.exitCode, 0);
});

test("a Process that returns without closing: what it sent is received, then the stream ends", () => {
  const [receiver, sender] = Pipe<number>({ duplex: false });
  start("sendNumbers", sender, 1000);
  sender.close();
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += receiver.recvSync({ timeout: 20_000 });
  assertEquals(sum, 499_500);
  assertThrows(() => receiver.recvSync({ timeout: 20_000 }), ConnectionClosed);
});

test("a holder that is killed while it waits ends its end, also for a thread that is blocked", async () => {
  const [ours, theirs] = Pipe<unknown>();
  const ready = new Queue<string>();
  const holder = start("holdForEver", theirs, ready);
  theirs.close();
  assertEquals(ready.getSync({ timeout: 20_000 }), "holding");
  const waiting = ours.recv().catch((error) => error);
  holder.kill();
  assertThrows(() => ours.recvSync({ timeout: 20_000 }), ConnectionClosed);
  assert(ConnectionClosed.is(await waiting));
  assertThrows(() => ours.sendSync(1), ConnectionClosed);
});

test("an end that two have open stays open when one of them is killed", async () => {
  const [ours, theirs] = Pipe<unknown>();
  const ready = new Queue<string>();
  const holder = start("holdForEver", theirs, ready);
  assertEquals(await ready.get({ timeout: 20_000 }), "holding");
  holder.kill();
  assertEquals(await holder.join({ timeout: 20_000 }), true);
  assertThrows(() => ours.recvSync({ timeout: 5 }), TimeoutError);
  theirs.sendNowait("still here");
  assertEquals(ours.recvNowait(), "still here");
});

test("an end that only a Process's arguments hold ends with it, if it never gets to run", async () => {
  const [ours, theirs] = Pipe<unknown>();
  const never = start("doNothing", theirs);
  theirs.close();
  never.terminate();
  assert(ConnectionClosed.is(await ours.recv({ timeout: 20_000 }).catch((error) => error)));
});

test("a handle sent to another thread attaches there", async () => {
  const [ours, theirs] = Pipe<number>();
  const other = Connection.attach<number>(structuredCloneOf(theirs.handle));
  other.sendNowait(5);
  assertEquals(await ours.recv(), 5);
});

/** A handle as `postMessage` would deliver it. */
function structuredCloneOf<T>(handle: T): T {
  return { ...handle };
}

test("request and reply between two workers that use Sync forms alone, over connections and queues in the requests", async () => {
  const requests = new Queue<unknown>();
  const results = new Queue<number>();
  const server = start("sumUp", requests);
  const client = start("request", requests, results, 300);
  for (let i = 0; i < 100; i++) {
    const reply = new Queue<number>();
    requests.putSync({ numbers: [i, 1], reply });
    assertEquals(reply.getSync({ timeout: 20_000 }), i + 1);
    reply.close();
  }
  assertEquals(results.getSync({ timeout: 20_000 }), 300 * 299);
  requests.putSync(null);
  await server.join();
  assertEquals([server.exitCode, server.error, client.error], [0, null, null]);
});

/** What this thread has in memory of its own, without garbage; NaN where garbage cannot be collected on demand. */
function privateBytes(): number {
  const { gc, Bun } = globalThis as { gc?: () => void; Bun?: { gc(wholly: boolean): void } };
  if (gc === undefined && Bun === undefined) return NaN;
  if (Bun !== undefined) Bun.gc(true);
  else gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// A million of them: ISTHMUS_REPLIES=1000000, with --expose-gc on Node.
test("connections made, sent, used and closed leave no memory behind", async () => {
  const rounds = Number(process.env.ISTHMUS_REPLIES ?? 3000);
  const requests = new Queue<unknown>();
  const server = start("sumUp", requests);
  const ask = (count: number) => {
    for (let i = 0; i < count; i++) {
      if (i % 2) {
        const [reply, theirs] = Pipe<number>();
        requests.putSync({ numbers: [i], reply: theirs });
        theirs.close();
        assertEquals(reply.recvSync({ timeout: 20_000 }), i);
        reply.close();
      } else {
        using reply = new Queue<number>();
        requests.putSync({ numbers: [i], reply });
        assertEquals(reply.getSync({ timeout: 20_000 }), i);
      }
    }
  };
  ask(Math.max(1000, rounds / 100));
  const open = openObjects();
  const before = blocksInUse();
  const bytes = privateBytes();
  ask(rounds);
  await until(() => openObjects() === open);
  assert(blocksInUse() <= before + 1, `${before} blocks became ${blocksInUse()}`);
  const grown = privateBytes() / bytes;
  assert(rounds < 100_000 || !(grown > 1.05), `memory grew to ${grown} of what it was`);
  requests.putSync(null);
  await server.join();
});

test("large messages of bytes between threads arrive whole", () => {
  const [ours, theirs] = Pipe<unknown>();
  const echo = start("echo", theirs);
  theirs.close();
  const item = new Uint8Array(3_000_000).map((_, i) => i * 13);
  for (let i = 0; i < 3; i++) {
    ours.sendSync(item);
    assertEquals(Buffer.compare(ours.recvSync({ timeout: 20_000 }) as Uint8Array, item), 0);
  }
  echo.kill();
});

test("a thread killed at any instant in the midst of messages ends its end, and leaves no memory behind", async () => {
  const fill = (k: number) => new Uint8Array(k * 9000);
  const round = async (k: number) => {
    const [ours, theirs] = Pipe<unknown>({ maxBytes: 200_000 });
    const echo = start("echo", theirs);
    theirs.close();
    for (let i = 0; i < 5 + k * 3; i++) {
      ours.sendSync([i, fill(k % 4)]);
      if (i % 3 !== 0) ours.recvSync();
    }
    echo.kill();
    const end = await untilClosed(ours);
    assert(ConnectionClosed.is(end), String(end));
    assert(ConnectionClosed.is(await ours.send(1).catch((error) => error)));
    assertEquals(await echo.join({ timeout: 20_000 }), true);
    ours.close();
  };
  await round(7);
  const before = blocksInUse();
  for (let k = 0; k < 8; k++) await round(k);
  await until(() => blocksInUse() <= before + 2);
});

/** Receives until that throws, and gives what it throws. */
async function untilClosed(connection: Connection<unknown>): Promise<unknown> {
  for (;;) {
    try {
      await connection.recv({ timeout: 20_000 });
    } catch (error) {
      return error;
    }
  }
}
