import test from "node:test";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { runProgram } from "../harness/run_program.ts";

const program = new URL("../fixtures/process_program.ts", import.meta.url);

test("all that a Process printed appears, though main was blocked meanwhile", async () => {
  const { code, stdout, stderr } = await runProgram(program, "printAndBlock");
  const lines = stdout.trim().split("\n");
  assertEquals(code, 0);
  assertEquals(lines.filter((line) => line.startsWith("line ")).length, 1000);
  assertEquals(lines.filter((line) => line === "joined").length, 1);
  assertMatch(stderr, /to stderr/);
});

test("a Process has the program's arguments", async () => {
  const { stdout } = await runProgram(program, "arguments", "two", "--three");
  assertEquals(JSON.parse(stdout), ["arguments", "two", "--three"]);
});

test("the program waits for its Processes", async () => {
  const { code, stdout } = await runProgram(program, "notDaemon");
  assertEquals([code, stdout.trim()], [0, "later"]);
});

test("the program does not wait for daemons", async () => {
  const { code, stdout } = await runProgram(program, "daemon");
  assertEquals([code, stdout.trim()], [0, "up"]);
});

test("what a target throws is printed under its name, and main goes on", async () => {
  const { code, stdout, stderr } = await runProgram(program, "fails");
  assertEquals([code, stdout.trim()], [0, "main goes on"]);
  assertMatch(stderr, /Process failing:\n\s*TypeError: as planned/);
});

test("an error in main, or process.exit, ends all", async () => {
  const thrown = await runProgram(program, "mainThrows");
  assertNotEquals(thrown.code, 0);
  assertMatch(thrown.stderr, /main is done for/);
  assertEquals((await runProgram(program, "mainExits")).code, 3);
});
