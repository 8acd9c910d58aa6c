/** The producer and consumer of Python's tutorial: a worker takes tasks until `null`, and sends back what became of each. */
import { isMainThread, Process, Queue } from "../mod.ts";

export function worker(tasks: Queue<string | null>, results: Queue<string>): void {
  for (let task; (task = tasks.getSync()) !== null;) {
    results.putSync(`processed: ${task}`);
  }
}

if (isMainThread) {
  const tasks = new Queue<string | null>();
  const results = new Queue<string>();
  const process = new Process({ module: import.meta.url, target: worker, args: [tasks, results] });
  process.start();

  const names = ["one", "two", "three"];
  for (const name of names) await tasks.put(name);
  await tasks.put(null); // no more tasks
  for (const _ of names) console.log(await results.get());

  await process.join();
  console.log(`exit code: ${process.exitCode}`);
}
