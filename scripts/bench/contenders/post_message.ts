/**
 * Bare `postMessage`: what every figure is set beside.
 * @module
 */

import { kindOf } from "../items.ts";
import type { Link, Role } from "../thread.ts";
import { compute } from "../task.ts";

/** Calls `visit` for each of the next `count` messages; resolves with the last. */
export function receive(link: Link, count: number, visit: (message: unknown) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    link.listen((message) => {
      visit(message);
      if (--left > 0) return;
      link.listen(undefined);
      resolve();
    });
  });
}

/** What every runtime's MessagePort has. */
interface Receiver {
  onmessage(event: { data: unknown }): void;
}

const ports: MessagePort[] = [];

const unasked = (_taken: unknown): void => {};

/** What came through the ports in this run: it may begin before the call that asks for it. */
const arrived = { sum: 0, count: 0, ends: 0, resolve: unasked };

/** Answers the call when every port has ended, and begins anew. */
function endIfAll(): void {
  if (arrived.ends < ports.length || arrived.resolve === unasked) return;
  arrived.resolve({ sum: arrived.sum, count: arrived.count });
  Object.assign(arrived, { sum: 0, count: 0, ends: 0, resolve: unasked });
}

export const roles: Record<string, Role> = {
  postTake: async ({ kind, count }: { kind: string; count: number }, link) => {
    const { sum } = kindOf(kind);
    let total = 0;
    await receive(link, count, (message) => total += sum(message));
    return total;
  },
  postEcho: ({ n }: { n: number }, link) => receive(link, n, (message) => link.post(message)),
  /** Does tasks until a null comes. */
  postWork: (_: unknown, link) =>
    new Promise<void>((resolve) => {
      link.listen((message) => {
        if (message === null) {
          link.listen(undefined);
          return resolve();
        }
        const [id, turns] = message as number[];
        link.post([id, compute(id, turns)]);
      });
    }),
  /** The ports to the other side, for the two below. */
  postConnect: ({ own, kind }: { own: MessagePort[]; kind: string }) => {
    ports.splice(0, ports.length, ...own);
    const { sum } = kindOf(kind);
    for (const port of own) {
      (port as unknown as Receiver).onmessage = ({ data }) => {
        if (data !== null) {
          arrived.sum += sum(data);
          arrived.count++;
        } else {
          arrived.ends++;
          endIfAll();
        }
      };
    }
  },
  postToPorts: ({ kind, from, to }: { kind: string; from: number; to: number }) => {
    const { make } = kindOf(kind);
    for (let i = from; i < to; i++) {
      ports[i % ports.length].postMessage(make(i));
    }
    for (const port of ports) port.postMessage(null);
  },
  postFromPorts: () =>
    new Promise((resolve) => {
      arrived.resolve = resolve;
      endIfAll();
    }),
};
