import test from "node:test";
import { assert, assertEquals } from "@std/assert";
import { runExample } from "./run_example.ts";

test("request_reply gives each client its own answers", async () => {
  const answers = ["ANN", "BOB", "CID"].flatMap((name) => ["ONE", "THREE", "TWO"].map((word) => `${name}: ${word}\n`));
  assertEquals(await runExample("request_reply"), { code: 0, stdout: answers.join(""), stderr: "" });
});

test("pipeline holds a fast stage back, and loses nothing", async () => {
  assertEquals(await runExample("pipeline"), {
    code: 0,
    stdout: "303 primes up to 2000; 2000 = 2 × 2 × 2 × 2 × 5 × 5 × 5\nnever more than 4 numbers waited: true\n",
    stderr: "",
  });
});

test("shared_histogram counts every sample", async () => {
  const { code, stdout, stderr } = await runExample("shared_histogram");
  assertEquals([code, stderr], [0, ""]);
  assert(stdout.endsWith("all counted: true\nfrom 0.0 to 1.0\n"), stdout);
  assertEquals(stdout.split("\n").length, 13);
});

test("dining_philosophers lets everybody eat", async () => {
  const names = ["Plato", "Hypatia", "Confucius", "Spinoza", "Arendt"];
  const stdout = names.map((name) => `${name} ate 200 times\n`).join("");
  assertEquals(await runExample("dining_philosophers"), { code: 0, stdout, stderr: "" });
});
