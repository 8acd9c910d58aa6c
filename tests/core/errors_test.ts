import test from "node:test";
import { inspect } from "node:util";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ConnectionClosed, NotSerializable, QueueFull, QueueShutDown, TimeoutError } from "../../core/errors.ts";

test("a refused item is on its error, and does not fill the screen when that is printed", () => {
  const item = { text: "a large and secret text" };
  for (const Class of [QueueFull, QueueShutDown, ConnectionClosed, NotSerializable, TimeoutError]) {
    const error = new Class("message", item);
    assertEquals(error.item, item);
    const printed = inspect(error);
    assertStringIncludes(printed, "message");
    assert(!printed.includes("secret"), printed);
  }
});
