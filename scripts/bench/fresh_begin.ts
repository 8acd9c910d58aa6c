/**
 * A program that has just begun: makes something several times and prints how long each took. Arguments: what, how many, and
 * the URL of the library.
 * @module
 */

import process from "node:process";
import type * as Library from "../../mod.ts";
import type { Beginning, Begun } from "./fresh.ts";
import { Thread } from "./thread.ts";

const TARGET = new URL("fresh_target.ts", import.meta.url);
const ROLES = new URL("task_roles.ts", import.meta.url);

/** Makes one; resolves when it is ready. */
type Make = () => unknown;

async function timed(act: Make): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

/** Processes count from before they are made until the target has answered. */
function processes({ Process, Queue }: typeof Library): Make {
  const answers = new Queue<null>();
  const ends = new Queue<null>();
  return async () => {
    new Process({ module: TARGET, target: "answer", args: [answers, ends], daemon: true }).start();
    await answers.get();
  };
}

/** Bare workers count from before they are made until they have answered a message. */
function workers(): Make {
  return () => Thread.start(ROLES);
}

const [what, count, library] = process.argv.slice(2) as [Begun, string, string];
const makes: Record<Begun, (library: typeof Library) => Make> = {
  queues: ({ Queue }) => {
    const kept: unknown[] = [];
    return () => void kept.push(new Queue());
  },
  processes,
  workers,
};
const make = makes[what](library === "" ? {} as typeof Library : await import(library) as typeof Library);
const each: number[] = [];
for (let i = 0; i < Number(count); i++) each.push(await timed(make));
const atOnce = await timed(() => Promise.all(each.map(make)));
console.log(JSON.stringify({ each, atOnce } satisfies Beginning));
process.exit(0);
