/** Serves the repository's TypeScript over http on loopback, as JSR serves it over https. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The server while it runs. */
export interface Served {
  /** Such as `127.0.0.1:40000`. */
  readonly host: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** Serves every `.ts` file below the repository's top folder, at a port that is free. */
export async function serve(): Promise<Served> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    asked.push(pathname);
    try {
      const text = pathname.endsWith(".ts") && readFileSync(new URL(`../..${pathname}`, import.meta.url));
      response.writeHead(text ? 200 : 404, { "content-type": "application/typescript", connection: "close" });
      response.end(text || "");
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
