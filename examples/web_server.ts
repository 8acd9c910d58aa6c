/**
 * A web server that stays quick while it computes: requests that need the processor go to workers through a bounded queue, and
 * when it is full the answer is 503 at once, instead of one more request that waits for ever.
 *
 *     web_server.ts [--port=8080] [--workers=N] [--waiting=N]     then: curl localhost:8080/primes?below=5000000
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { cpuCount, isMainThread, Process, Queue, QueueFull } from "../mod.ts";

interface Request {
  id: number;
  below: number;
}
interface Answer {
  id: number;
  primes: number;
}

const LARGEST = 100_000_000;
const PATIENCE = 30_000; // milliseconds until 504, should a worker die with a request in hand

/** How many primes there are below a number: work for a processor, in a loop that would stop a server. */
export function countPrimes(below: number): number {
  const composite = new Uint8Array(below);
  let primes = 0;
  for (let number = 2; number < below; number++) {
    if (composite[number] === 1) continue;
    primes++;
    for (let multiple = number * number; multiple < below; multiple += number) composite[multiple] = 1;
  }
  return primes;
}

/** The worker. */
export function answerRequests(requests: Queue<Request>, answers: Queue<Answer>): void {
  for (const { id, below } of requests.iterateSync()) answers.putSync({ id, primes: countPrimes(below) });
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", ...(status === 503 ? { "retry-after": "1" } : {}) });
  response.end(`${text}\n`);
}

/** Puts what a request asks for into the queue; its answer comes later, with its number. */
function takeRequest(
  request: IncomingMessage,
  response: ServerResponse,
  requests: Queue<Request>,
  pending: Map<number, ServerResponse>,
  id: number,
): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const below = Number(url.searchParams.get("below") ?? NaN);
  if (url.pathname !== "/primes") return reply(response, 404, "Try /primes?below=1000000");
  if (!Number.isInteger(below) || below < 0 || below > LARGEST) return reply(response, 400, `below: 0 to ${LARGEST}`);
  try {
    requests.putNowait({ id, below });
  } catch (error) {
    if (!QueueFull.is(error)) throw error;
    return reply(response, 503, "Busy, try again");
  }
  pending.set(id, response);
  const late = setTimeout(() => {
    pending.delete(id);
    reply(response, 504, "No answer came");
  }, PATIENCE);
  response.on("close", () => {
    clearTimeout(late);
    pending.delete(id);
  });
}

async function main(): Promise<void> {
  const options = { port: { type: "string" }, workers: { type: "string" }, waiting: { type: "string" } } as const;
  const { values } = parseArgs({ options });
  const requests = new Queue<Request>({ maxsize: Number(values.waiting ?? 16) });
  const answers = new Queue<Answer>();
  const pending = new Map<number, ServerResponse>();
  const workers = Array.from(
    { length: Number(values.workers ?? cpuCount()) },
    () => new Process({ module: import.meta.url, target: answerRequests, args: [requests, answers] }).start(),
  );

  let count = 0;
  const server = createServer((request, response) => takeRequest(request, response, requests, pending, ++count));
  server.listen(Number(values.port ?? 8080), () => {
    console.log(`http://localhost:${(server.address() as AddressInfo).port}/primes?below=5000000`);
  });
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  function stop(): void {
    server.close();
    requests.shutdown(); // workers answer what is waiting, then end
    void Promise.all(workers.map((worker) => worker.join())).then(() => answers.shutdown());
  }

  for await (const { id, primes } of answers) {
    const response = pending.get(id); // gone if the client is
    if (response !== undefined) reply(response, 200, String(primes));
  }
  console.log("stopped");
  server.closeAllConnections(); // those that clients keep open would keep the program
}

if (isMainThread) await main();
