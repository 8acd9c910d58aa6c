import test from "node:test";
import { assertEquals } from "@std/assert";
import { runExample } from "./run_example.ts";

test("producer_consumer prints what became of each task", async () => {
  assertEquals(await runExample("producer_consumer"), {
    code: 0,
    stdout: "processed: one\nprocessed: two\nprocessed: three\nexit code: 0\n",
    stderr: "",
  });
});
