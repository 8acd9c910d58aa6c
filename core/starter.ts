/**
 * Starting a Process's thread: by way of the warden, or here where that is quicker.
 *
 * The warden is a small thread that never blocks. It is started with the program's first Process, and Processes that start
 * others share it. No thread hears of another's end by an event of its own loop, which may be blocked: the warden hears of
 * it, and writes it into shared words.
 * @module
 */
import { thisThread } from "./current.ts";
import { identity, processRuntime } from "./program.ts";
import type { ProcessCell, ProcessPlace } from "./process_cell.ts";
import type { Line, ThreadStart } from "./runtime.ts";
import { hasPlace, tooManyThreads } from "./threads.ts";

/** What the warden is asked to do. */
export type Request =
  /** Start this thread, and attend to its end. */
  | { op: "start"; place: ProcessPlace; refs: readonly number[]; start: ThreadStart }
  /** Attend to the end of a thread that was started elsewhere. It has the other end of `line`, and ends when that closes. */
  | { op: "adopt"; place: ProcessPlace; refs: readonly number[]; threadId: number; line: Line }
  /** End the thread that was started with `start`; forget the one that was adopted, if it never came up. */
  | { op: "kill"; place: ProcessPlace }
  /** Answer on `line` when everything that its threads have printed was handed on. */
  | { op: "flush"; line: Line };

/** A thread that is on its way. */
export interface Launched {
  /** Ends the thread as soon as the runtime can. */
  terminate(): void;
}

/**
 * Starts the thread of the Process at `cell`. `failed` is called when it could not be started and this thread hears of it
 * before the warden. `refs` are the shared objects that travel to it. Throws ProcessError if the file that it would run is not there.
 */
export function launch(
  cell: ProcessCell,
  refs: readonly number[],
  start: ThreadStart,
  failed: (error: unknown) => void,
): Launched {
  const runtime = processRuntime();
  const { place } = cell;
  runtime.checkEntry(start.entry);
  const warden = identity().warden ?? startWarden(start.entry);
  const ask = (request: Request, transfer: Line[] = []) => warden.postMessage(request, transfer);
  if (!runtime.startsThreads) {
    ask({ op: "start", place, refs, start });
    return { terminate: () => ask({ op: "kill", place }) };
  }
  const [line, theirs] = runtime.openLine();
  const thread = runtime.startThread({ ...start, data: { ...start.data, line: theirs } }, [theirs], {
    failed,
    exited() {},
  });
  ask({ op: "adopt", place, refs, threadId: thread.threadId, line }, [line]);
  return {
    terminate() {
      thread.terminate();
      ask({ op: "kill", place });
    },
  };
}

function startWarden(entry: string): Line {
  const runtime = processRuntime();
  const who = identity();
  // A warden without a place could tell of no end: who waits blocked for a Process would never hear of it.
  if (!hasPlace(thisThread().memory)) throw tooManyThreads();
  const [line, theirs] = runtime.openLine();
  const lost = (error: unknown) => {
    who.warden = undefined;
    for (const child of who.children) child.lose(error);
  };
  runtime.startThread(
    {
      entry,
      name: "isthmus-warden",
      argv: [],
      env: runtime.environment(),
      options: {},
      data: { role: "warden", arena: thisThread().memory.region, line: theirs },
    },
    [theirs],
    { failed: lost, exited: () => lost(undefined) },
  );
  who.warden = line;
  if (runtime.relaysOutput) runtime.onIdle(() => flush(line));
  return line;
}

/** What Processes have printed comes by way of the warden: when the program has nothing left to do, it fetches the rest. */
function flush(warden: Line): void {
  const [line, theirs] = processRuntime().openLine();
  // Holds the event loop open until the answer is here.
  line.on("message", () => line.close());
  warden.postMessage({ op: "flush", line: theirs } satisfies Request, [theirs]);
}
