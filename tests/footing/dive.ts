/**
 * Calls at every depth of the stack, from where nothing fits any more up to where everything does.
 * @module
 */
import { NotSerializable } from "../../mod.ts";

/** What came of the calls. */
export interface Dive {
  returned: number;
  threw: number;
  /** Errors that are no overflow of the stack. */
  readonly others: unknown[];
}

interface Diver extends Dive {
  left: number;
  readonly act: () => void;
}

/** V8 and JSC both throw a RangeError. No pattern is matched: it might have to be parsed, and there is no stack for that. */
function overflowed(error: unknown): boolean {
  if (NotSerializable.is(error) || (error as { code?: string }).code === "ISTHMUS_NO_STACK_LEFT") {
    return overflowed((error as Error).cause);
  }
  return error instanceof RangeError && error.message.includes("call stack") ||
    error instanceof SyntaxError && error.message.endsWith("Stack overflow");
}

function down(diver: Diver): void {
  try {
    down(diver);
  } catch {
    // Here is the bottom, or nearly: there was no room for what follows below.
  }
  if (diver.left === 0) return;
  diver.left--;
  try {
    diver.act();
    diver.returned++;
  } catch (error) {
    diver.threw++;
    if (!overflowed(error)) diver.others.push(error);
  }
}

/** Exhausts the stack, and calls `act` in each of the `depths` deepest frames, on the way back. */
export function dive(act: () => void, depths: number): Dive {
  const diver: Diver = { act, left: depths, returned: 0, threw: 0, others: [] };
  down(diver);
  return { returned: diver.returned, threw: diver.threw, others: diver.others };
}
