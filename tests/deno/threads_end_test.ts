/** A terminated thread is gone from the system, whatever it did: one that spins on would take a core from all others. */
import { assertEquals } from "@std/assert";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isMainThread, Process, Queue } from "../../mod.ts";

export function blocked(ready: Queue<number>, never: Queue<number>): void {
  ready.putSync(1);
  never.getSync();
}

export function working(ready: Queue<number>, other: Queue<number>): void {
  ready.putSync(1);
  for (;;) {
    other.putSync(1);
    other.getSync();
  }
}

export async function waiting(ready: Queue<number>, never: Queue<number>): Promise<void> {
  await ready.put(1);
  await never.get();
}

/** The system's numbers of the threads that run JavaScript for others. */
function workers(): string[] {
  const tasks = "/proc/self/task";
  return readdirSync(tasks).filter((id) => {
    try {
      return readFileSync(`${tasks}/${id}/comm`, "utf8").startsWith("worker");
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** Deno tells a terminated thread's end at once and not when it ends, so the system is asked. */
async function gone(before: readonly string[]): Promise<void> {
  while (workers().some((id) => !before.includes(id))) await new Promise((resolve) => setTimeout(resolve, 5));
}

if (isMainThread) {
  for (const target of [blocked, working, waiting]) {
    test(`a thread that was terminated while ${target.name} is gone soon`, { timeout: 20_000 }, async () => {
      using ready = new Queue<number>();
      using other = new Queue<number>();
      const first = new Process({ module: import.meta.url, target: blocked, args: [ready, other] }).start();
      await ready.get();
      const before = workers();
      const processes = [1, 2, 3].map(() =>
        new Process({ module: import.meta.url, target, args: [ready, other] }).start()
      );
      for (const _ of processes) await ready.get();
      for (const process of processes) process.terminate();
      for (const process of processes) await process.join();
      assertEquals(processes.map(({ exitCode }) => exitCode), [-15, -15, -15]);
      await gone(before);
      first.kill();
      await first.join();
    });
  }
}
