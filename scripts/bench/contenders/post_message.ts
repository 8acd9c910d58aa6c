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
  postConnect: (own: MessagePort[]) => void ports.splice(0, ports.length, ...own),
  postToPorts: ({ kind, from, to }: { kind: string; from: number; to: number }) => {
    const { make } = kindOf(kind);
    for (let i = from; i < to; i++) {
      ports[i % ports.length].postMessage(make(i));
    }
    for (const port of ports) port.postMessage(null);
  },
  postFromPorts: ({ kind }: { kind: string }) =>
    new Promise((resolve) => {
      const { sum } = kindOf(kind);
      let total = 0;
      let count = 0;
      let open = ports.length;
      for (const port of ports) {
        (port as unknown as Receiver).onmessage = ({ data }) => {
          if (data !== null) {
            total += sum(data);
            count++;
          } else if (--open === 0) resolve({ sum: total, count });
        };
      }
    }),
};
