/**
 * The cells of a pipe: one for each of its two ends, and one with a ring for each direction. An end is a shared object like
 * any other; it lives as long as somebody holds it. A ring lives as long as one of the ends does.
 *
 * ```text
 * of an end    +16 INWARD, +17 its generation: the cell of the ring that it reads from; 0: it reads nothing
 *              +18 OUTWARD, +19 its generation: the cell of the ring that it writes to; 0: it writes nothing
 *              +20 SIDE: 1 or 2, its bit in the rings' count of transits, which is a set of ends here: clearing a bit twice is harmless
 * of a ring    the words of ring.ts, and +22 GONE: which of its ends have ended
 * ```
 *
 * The end of an end never waits for a lock, since it can come in the recovery of a dead thread, while another one, not known to be dead, holds
 * it. So it sets a bit in GONE, which readers look at before they look into the ring, and writers before and after they have written:
 *
 * - Writer gone: nobody writes any more, so a reader that finds the ring empty after having seen the bit has read all.
 * - Reader gone: what is in the ring is dropped, and whoever writes in the same moment drops it himself.
 * @module
 */
import { cellAt, generationOf } from "./cells.ts";
import { createObject } from "./handles.ts";
import { CONNECTION, PIPE_RING, registerKind } from "./kinds.ts";
import { CELL_TRANSIT, CELL_WORDS } from "./layout.ts";
import { and, load, or } from "./memory.ts";
import { destroyQueue, drain, recoverQueue } from "./queue_cell.ts";
import { GETTERS, initRing, PUTTERS } from "./ring.ts";
import type { Thread } from "./thread.ts";
import { wakeAll } from "./wait_set.ts";

const INWARD = 16;
const OUTWARD = 18;
const SIDE = 20;
const GONE = 22;
const WRITER = 1;
const READER = 2;

/** Makes the four cells of a pipe (three, unless `duplex`) and gives those of its ends, which `thread` holds. Throws OutOfSharedMemory. */
export function createPipe(thread: Thread, duplex: boolean, maxBytes: number): [number, number] {
  const ours: number[] = [];
  const ring = () => {
    const cell = createObject(thread, PIPE_RING, (words, at) => initRing(words, at, 0, maxBytes));
    ours.push(cell);
    return cell;
  };
  try {
    const first = ring();
    const second = duplex ? ring() : 0;
    const reader = createEnd(thread, 1, first, second);
    ours.push(reader);
    const writer = createEnd(thread, 2, second, first);
    ours.pop();
    return [reader, writer];
  } finally {
    // The rings are held by their ends from now on.
    for (const cell of ours) thread.leave(cell);
  }
}

function createEnd(thread: Thread, side: number, inward: number, outward: number): number {
  const { memory } = thread;
  const end = createObject(thread, CONNECTION, (words, at) => {
    words[at + SIDE] = side;
    for (const [word, ring] of [[INWARD, inward], [OUTWARD, outward]]) {
      words[at + word] = ring;
      words[at + word + 1] = ring === 0 ? 0 : generationOf(memory, ring);
    }
  });
  // After the end is there: a death before this leaves bits unset, and the rings end with this thread's hold on them.
  for (const ring of [inward, outward]) if (ring !== 0) or(memory.words, cellAt(ring) + CELL_TRANSIT, side);
  return end;
}

/** Word indices of the rings that the end in `cell` reads from and writes to; 0 for none. */
export function ringsOf(thread: Thread, cell: number): { inward: number; outward: number } {
  const { memory } = thread;
  const at = cellAt(cell);
  const [inward, outward] = [INWARD, OUTWARD].map((word) => cellAt(memory.words[at + word]));
  memory.cover(Math.max(inward, outward) + CELL_WORDS - 1);
  return { inward, outward };
}

/** Whether nobody writes to the ring at word `at` any more. Look at this first, and then whether it is empty. */
export function writerGone(thread: Thread, at: number): boolean {
  return (load(thread.memory.words, at + GONE) & WRITER) !== 0;
}

/** Whether nobody reads from the ring at word `at` any more. */
export function readerGone(thread: Thread, at: number): boolean {
  return (load(thread.memory.words, at + GONE) & READER) !== 0;
}

/** Nobody holds the end any more: tells the other side, and lets go of the rings. May be done twice. */
function destroyEnd(thread: Thread, cell: number): void {
  const { memory } = thread;
  const at = cellAt(cell);
  const held: [number, number][] = [];
  // The reader's bit first: who has seen the end of the stream shall not be able to send any more.
  for (const [word, role] of [[INWARD, READER], [OUTWARD, WRITER]]) {
    const ring = memory.words[at + word];
    // Held meanwhile, or known to have ended: never the words of another object that came to live there.
    if (ring === 0 || !thread.enter(ring, memory.words[at + word + 1])) continue;
    // Not through views of before: the ring may lie beyond them.
    or(memory.words, cellAt(ring) + GONE, role);
    held.push([ring, role]);
  }
  for (const [ring, role] of held) {
    const ringAt = cellAt(ring);
    wakeAll(memory, ringAt + (role === WRITER ? GETTERS : PUTTERS));
    if (role === READER) drain(thread, ringAt, 0);
    and(memory.words, ringAt + CELL_TRANSIT, ~memory.words[at + SIDE]);
    thread.leave(ring);
  }
}

registerKind(PIPE_RING, {
  name: "Pipe",
  open() {
    throw new TypeError("The ring of a Pipe is nobody's to open.");
  },
  destroy: destroyQueue,
  recover(thread, cell, id) {
    recoverQueue(thread, cell, id);
    // The dead one may have held the lock when the last reader's end wanted to drop what is left.
    if (readerGone(thread, cellAt(cell))) drain(thread, cellAt(cell), 0);
  },
});

/** What the kind of an end is, but for how it is opened. */
export const END_OF_PIPE = { name: "Connection", destroy: destroyEnd, recover(): void {} };
