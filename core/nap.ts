/**
 * A moment in which a thread leaves its core, and what it shares, to others.
 * @module
 */
import { load, wait } from "./memory.ts";
import type { Seat } from "./threads.ts";

/** How long it is, in milliseconds. The system adds 50 to 80 µs. */
const NAP = 0.03;

/**
 * Sleeps for a moment. On the bell: nobody rings it for what a napping thread wants, but for what its promise forms sleep on, and to
 * end it. A ring before the bell is read is not lost: who sleeps hears it by his own wait, and the end shows when the nap is over.
 */
export function nap({ memory, bell }: Seat): void {
  wait(memory.words, bell, load(memory.words, bell), NAP);
}
