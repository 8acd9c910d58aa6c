import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { now } from "../../core/deadline.ts";
import { SpinPolicy } from "../../core/spin.ts";
import { Stream } from "../../core/stream.ts";

/** After how many waits they count as a stream; 100 if never. */
function waits(stream: Stream, between: (wait: number) => void = () => {}): number {
  for (let wait = 0; wait < 100; wait++) {
    if (stream.next()) return wait;
    between(wait);
  }
  return 100;
}

test("many waits in a row that were met by looking are a stream", () => {
  assertEquals(waits(new Stream()), 16);
});

test("a wait that was not met by looking ends it", () => {
  const stream = new Stream();
  waits(stream);
  stream.end();
  assertEquals(waits(stream), 16);
});

test("who puts something between its gets may be answering, and never takes a stream", () => {
  const stream = new Stream();
  assertEquals(waits(stream, () => stream.puts++), 100);
});

test("in a stream the queue is left alone for a moment, but not beyond the deadline", () => {
  const start = now();
  let first = 0;
  new SpinPolicy(2).spin(() => (first ||= now()) > 0, Infinity, 0.01);
  assertEquals(first - start >= 0.01, true);
  let looked = false;
  new SpinPolicy(2).spin(() => looked = true, start, 0.01);
  assertEquals(looked, true);
});
