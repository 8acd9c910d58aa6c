import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import test from "node:test";
import { assert, assertEquals } from "@std/assert";
import { exampleCommand } from "./run_example.ts";

test("web_server computes, answers 503 when its queue is full, and ends cleanly", { timeout: 30_000 }, async () => {
  const command = exampleCommand("web_server", ["--port=0", "--workers=1", "--waiting=2"]);
  const server = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let printed = "";
    const port = await new Promise<string>((resolve) => {
      server.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
        const found = /localhost:(\d+)/.exec(printed);
        if (found !== null) resolve(found[1]!);
      });
    });
    const ask = async (path: string): Promise<[number, string]> => {
      const response = await fetch(`http://localhost:${port}/${path}`);
      return [response.status, (await response.text()).trim()];
    };
    assertEquals(await ask("primes?below=1000"), [200, "168"]);
    assertEquals((await ask("primes?below=many"))[0], 400);
    assertEquals((await ask("other"))[0], 404);

    // One is computed, two wait, so of eight at once some are refused, at once, and the others are right.
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask("primes?below=20000000")));
    const good = answers.filter(([status]) => status === 200);
    const refused = answers.filter(([status]) => status === 503);
    assert(good.length >= 2 && good.every(([, text]) => text === "1270607"), JSON.stringify(answers));
    assertEquals(good.length + refused.length, 8);
    assert(refused.length >= 1);

    const ended = once(server, "close");
    server.kill("SIGTERM");
    await ended; // its code is not looked at: Deno's child_process gives the signal even where the program ended by itself
    assert(printed.endsWith("stopped\n"), printed);
  } finally {
    server.kill("SIGKILL");
  }
});
