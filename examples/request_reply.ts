/**
 * Request and reply: each request brings along the queue for its own answer, so clients share one queue of requests and never
 * see each other's answers. The clients are Processes too, and block while they wait.
 */
import { isMainThread, Process, Queue, SimpleQueue } from "../mod.ts";

interface Request {
  text: string;
  reply: SimpleQueue<string>;
}

/** Answers until there is nothing more to answer. */
export function serve(requests: Queue<Request>): void {
  for (const { text, reply } of requests.iterateSync()) {
    reply.putSync(text.toUpperCase());
    reply.close();
  }
}

/** Asks three questions, one after the other. */
export function ask(name: string, requests: Queue<Request>, log: Queue<string>): void {
  for (const word of ["one", "two", "three"]) {
    using reply = new SimpleQueue<string>();
    requests.putSync({ text: `${name}: ${word}`, reply });
    log.putSync(reply.getSync());
  }
}

if (isMainThread) {
  const requests = new Queue<Request>();
  const log = new Queue<string>();
  const module = import.meta.url;
  const servers = [1, 2].map(() => new Process({ module, target: serve, args: [requests] }).start());
  const clients = ["ann", "bob", "cid"].map((name) =>
    new Process({ module, target: ask, args: [name, requests, log] }).start()
  );

  for (const client of clients) await client.join();
  requests.shutdown(); // ends the servers' loops
  for (const server of servers) await server.join();

  const answers = log.getManyNowait(log.qsize()).sort();
  console.log(answers.join("\n"));
}
