/**
 * How objects look when they are printed: a line that says which object it is and how it stands, on every runtime. Without it
 * some print `Queue {}`, and others every method.
 * @module
 */
import { Barrier } from "./barrier.ts";
import { Connection } from "./connection.ts";
import { show } from "./deadline.ts";
import { Event } from "./event.ts";
import { Lock } from "./lock.ts";
import { Process } from "./process.ts";
import { Queue } from "./queue.ts";
import { Semaphore } from "./semaphore.ts";
import { SharedArray } from "./shared_array.ts";
import { SharedObject } from "./shared_object.ts";
import { SharedValue } from "./shared_value.ts";
import { SimpleQueue } from "./simple_queue.ts";

/** Methods of these names are asked for a text by those who print. */
const ASKED: readonly symbol[] = [Symbol.for("nodejs.util.inspect.custom"), Symbol.for("Deno.customInspect")];

/** Has objects of `type`, and of classes derived from it, printed with what `look` gives; when that throws, they are closed. */
function printed<T extends object>(
  type: { readonly prototype: T },
  look: (object: T) => object,
  constants: (object: T) => object = () => ({}),
): void {
  const lookClosed = (object: T) => ({ ...constants(object), closed: true });
  function text(this: T): string {
    const fields = tried(this, look) ?? tried(this, lookClosed) ?? {};
    const parts = Object.entries(fields).map(([name, value]) => `${name}: ${show(value)}`).join(", ");
    return parts === "" ? `${this.constructor.name} {}` : `${this.constructor.name} { ${parts} }`;
  }
  for (const name of ASKED) {
    Object.defineProperty(type.prototype, name, { value: text, writable: true, configurable: true });
  }
}

/** What `look` gives; undefined if it throws, as it does of a closed object, and of the class's prototype in any case. */
function tried<T>(object: T, look: (object: T) => object): object | undefined {
  try {
    return look(object);
  } catch {
    return undefined;
  }
}

/** Prepares all classes. Called once, when the library is loaded. */
export function preparePrinting(): void {
  printed(Queue, (queue) => ({ name: queue.name, size: queue.qsize() }), ({ name }) => ({ name }));
  printed(SimpleQueue, (queue) => ({ empty: queue.empty() }));
  printed(Connection, ({ readable, writable, closed }) => ({ readable, writable, closed }));
  printed(Process, ({ name, pid, exitCode }) => ({ name, pid, exitCode }), ({ name }) => ({ name }));
  printed(SharedObject, (object) => object.handle && {});
  printed(Lock, (lock) => ({ locked: lock.locked() }));
  printed(Semaphore, (semaphore) => ({ value: semaphore.getValue() }));
  printed(Event, (event) => ({ set: event.isSet() }));
  printed(Barrier, ({ parties, nWaiting, broken }) => ({ parties, nWaiting, broken }));
  printed(SharedValue, ({ value }) => ({ value }));
  printed(SharedArray, (array) => array.handle && ({ length: array.length }));
}
