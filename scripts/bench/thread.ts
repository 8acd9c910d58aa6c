/**
 * Worker threads as each runtime's own programs use them: `node:worker_threads` on Node, the global `Worker` on Deno and
 * Bun. What a worker does is a *role*, which it is called to play.
 * @module
 */

import process from "node:process";

/** One end of the bare message channel between the main thread and a worker. */
export interface Link {
  post(message: unknown, transfer?: MessagePort[]): void;
  /** Hands every message to `handler` from now on; to the calls of roles again without one. */
  listen(handler: ((message: unknown) => void) | undefined): void;
}

/**
 * What a worker can be called to do. `argument` is what structured clone made of the caller's, of whatever type the role
 * says: nothing checks that.
 */
export type Role = (argument: never, link: Link) => unknown;

/** The runtime that runs this. */
export const RUNTIME: "node" | "deno" | "bun" = process.versions.deno !== undefined
  ? "deno"
  : process.versions.bun !== undefined
  ? "bun"
  : "node";

/** A call of a role, or its result. */
interface Call {
  role: string;
  argument: unknown;
}
interface Result {
  result?: unknown;
  error?: string;
}

interface Port {
  postMessage(message: unknown, transfer?: MessagePort[]): void;
  receive(handler: (message: unknown) => void): void;
  end(): void;
}

/** A worker. */
export class Thread implements Link {
  readonly #port: Port;
  readonly #waiting: {
    resolve: (value: unknown) => void;
    reject: (error: Error) => void;
  }[] = [];
  #handler: ((message: unknown) => void) | undefined;

  private constructor(port: Port) {
    this.#port = port;
    port.receive((message) => {
      if (this.#handler !== undefined) return this.#handler(message);
      const { result, error } = message as Result;
      const call = this.#waiting.shift();
      if (error === undefined) call?.resolve(result);
      else call?.reject(new Error(error));
    });
  }

  /** Starts one that plays `roles` of the module at `url`. */
  static async start(url: URL): Promise<Thread> {
    const thread = new Thread(await startPort());
    await thread.call("load", url.href);
    return thread;
  }

  /** Has the worker play a role; resolves to what that gives. */
  call(role: string, argument: unknown, transfer?: MessagePort[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.post({ role, argument }, transfer);
    });
  }

  post(message: unknown, transfer?: MessagePort[]): void {
    this.#port.postMessage(message, transfer);
  }

  listen(handler: ((message: unknown) => void) | undefined): void {
    this.#handler = handler;
  }

  end(): void {
    this.#port.end();
  }
}

async function startPort(): Promise<Port> {
  const url = new URL("worker.ts", import.meta.url);
  if (RUNTIME === "node") {
    const { Worker } = await import("node:worker_threads");
    const worker = new Worker(url);
    worker.on("error", fail);
    return {
      postMessage: (message, transfer = []) => worker.postMessage(message, transfer as never),
      receive: (handler) => void worker.on("message", handler),
      end: () => void worker.terminate(),
    };
  }
  const worker = new Worker(url, { type: "module" });
  worker.onerror = (event) => fail(event.message);
  return {
    postMessage: (message, transfer = []) => worker.postMessage(message, transfer),
    receive: (handler) => worker.onmessage = (event) => handler(event.data),
    end: () => worker.terminate(),
  };
}

function fail(error: unknown): never {
  console.error("A worker of the benchmark ended:", error);
  process.exit(1);
}

/** The worker's side: plays the roles of the modules that it is told to load. */
export async function serve(): Promise<void> {
  const roles: Record<string, Role> = {};
  let handler: ((message: unknown) => void) | undefined;
  const port = await workerPort();
  const link: Link = {
    post: (message, transfer) => port.postMessage(message, transfer),
    listen: (next) => handler = next,
  };
  roles.load = async (url: string) => void Object.assign(roles, (await import(url)).roles);
  port.receive((message) => {
    if (handler !== undefined) return handler(message);
    const { role, argument } = message as Call;
    void play(roles[role], argument, link);
  });
}

async function play(role: Role, argument: unknown, link: Link): Promise<void> {
  try {
    const given = role(argument as never, link);
    const result = given instanceof Promise ? await given : given;
    link.post({ result });
  } catch (error) {
    link.post({
      error: error instanceof Error ? error.stack ?? error.message : String(error),
    });
  }
}

async function workerPort(): Promise<Port> {
  if (RUNTIME === "node") {
    const { parentPort } = await import("node:worker_threads");
    return {
      postMessage: (message, transfer = []) => parentPort!.postMessage(message, transfer as never),
      receive: (handler) => void parentPort!.on("message", handler),
      end: () => parentPort!.close(),
    };
  }
  const self = globalThis as unknown as Worker;
  return {
    postMessage: (message, transfer = []) => self.postMessage(message, transfer),
    receive: (handler) => self.onmessage = (event) => handler(event.data),
    end: () => {},
  };
}
