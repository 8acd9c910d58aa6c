/**
 * A schedule as text: who did what to which word, and what came back.
 * @module
 */
import { unpack } from "./views.ts";
import type { Answer, Op } from "./history.ts";
import type { World } from "./world.ts";

/** Makes the world write down its steps; the lines grow as it goes. */
export function trace(world: World): string[] {
  const lines: string[] = [];
  const width = Math.max(...world.names.map((name) => name.length));
  world.trace = (actor, asked, answer) => {
    lines.push(`  ${world.names[actor].padEnd(width)}  ${line(world, asked, answer)}`);
  };
  return lines;
}

function line(world: World, asked: Op, answer: Answer | undefined): string {
  const where = asked.at < 0 ? "" : world.nameOf(asked.at);
  const result = answer === undefined ? "sleeps" : show(answer);
  switch (asked.kind) {
    case "killed":
      return asked.b === 0 ? "is killed" : `is killed after ${asked.a} of its last ${asked.b} plain writes`;
    case "called": {
      const [name, args] = asked.data as [string, unknown[]];
      return `calls ${name}(${args.map((one) => JSON.stringify(one)).join(", ")})`;
    }
    case "returned":
      return `returned ${JSON.stringify(asked.data)}`;
    case "read":
      return `read ${where} → ${bytes(unpack(answer as string))}`;
    case "write":
      return `write ${where} ← ${bytes(asked.data as Uint8Array)}`;
    case "load":
      return `load ${where} → ${result}`;
    case "store":
      return `store ${where} ← ${show(asked.a)}`;
    case "compareExchange":
      return `compareExchange ${where} (${show(asked.a)} ⇒ ${show(asked.b)}) → ${result}`;
    case "wait":
      return `wait ${where} while ${show(asked.a)} → ${result}`;
    case "notify":
      return `notify ${where} → ${result} woken`;
    case "awaitDeath":
      return `learns that ${world.names[answer as number]} is dead`;
  }
  return `${asked.kind}${where && " "}${where}${asked.at < 0 ? "" : ` (${show(asked.a)})`} → ${result}`;
}

function show(value: Answer): string {
  return typeof value === "number" && Math.abs(value) > 0xffff ? `0x${(value >>> 0).toString(16)}` : String(value);
}

function bytes(data: Uint8Array): string {
  if (data.length === 4) return show(new DataView(data.buffer, data.byteOffset).getInt32(0, true));
  return `${data.length} bytes [${[...data.subarray(0, 8)].join(" ")}${data.length > 8 ? " …" : ""}]`;
}
