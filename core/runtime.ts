/**
 * The port: what the core needs of a runtime, as types only. An adapter fills it in; the core never looks for one.
 * @module
 */

/** What a thread can ask of the runtime it runs on. Every member is called from the thread that the adapter runs in. */
export interface Runtime {
  /** The runtime's name, for messages. */
  readonly name: "node" | "deno" | "bun";
  /** Whether this is the program's first thread. */
  readonly isMainThread: boolean;
  /** The runtime's own number for this thread, unique among the living ones of the program; 0 for main. */
  readonly threadId: number;
  /** How many threads can run at once. At least 1. */
  readonly parallelism: number;
  /** Whether this thread may block in a wait. */
  readonly mayBlock: boolean;
  /** Holds this thread's event loop open (`true`) or no longer (`false`). Called only on changes, often; must cost well under 100 ns. */
  keepAlive(on: boolean): void;
  /** Calls back in the next turn of the event loop, after pending I/O was looked at. Holds the loop open until then. */
  soon(callback: () => void): void;
  /** The arena that the thread which started this one handed down, if any. */
  inheritedArena(): SharedArrayBuffer | undefined;
  /** Hands the arena down to every thread that this one starts from now on. */
  bequeathArena(buffer: SharedArrayBuffer): void;
  /** Calls back when this thread ends by itself (returns, `process.exit`), as its last act. Not called when it is killed. */
  onExit(callback: () => void): void;
}
