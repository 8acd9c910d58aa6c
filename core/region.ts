/**
 * Shared memory that grows and never moves, as engines give it.
 *
 * JavaScriptCore reaches the elements of a growable buffer with three times the instructions that one of fixed length takes; to V8 both are
 * the same. So where it matters a region has two buffers: one that grows, and one of fixed length over its beginning, where all lies
 * that does not take much memory. The second comes from WebAssembly: nothing else sees the same memory in two ways.
 * @module
 */

/** What an arena lies in, and what messages carry of it. */
export type Region = SharedArrayBuffer | Windowed;

interface Windowed {
  readonly whole: SharedArrayBuffer;
  /** The first bytes of `whole`, as many as there were when it was made. */
  readonly beginning: SharedArrayBuffer;
}

type GrowableClass = new (bytes: number, options: { maxByteLength: number }) => SharedArrayBuffer;

/** What is used of a WebAssembly.Memory. */
interface WasmMemory {
  grow(pages: number): number;
  toResizableBuffer(): SharedArrayBuffer;
  toFixedLengthBuffer(): SharedArrayBuffer;
}
interface WasmGlobal {
  WebAssembly?: {
    Memory: {
      new (options: { initial: number; maximum: number; shared: true }): WasmMemory;
      /** The methods that give buffers are new: not every engine has them. */
      readonly prototype: Partial<WasmMemory>;
    };
  };
}

const PAGE_BYTES = 65536;

/** A growable buffer of `bytes`, which can become one of `most`. Throws RangeError where there is no address space for that. */
export function growableBuffer(bytes: number, most: number): Region {
  return new (SharedArrayBuffer as GrowableClass)(bytes, { maxByteLength: most });
}

/**
 * The same with a window on its `bytes`; both numbers are whole pages of 64 KiB. Without one where the engine has no WebAssembly, or cannot
 * see its memory in two ways. For JavaScriptCore: V8 gains nothing, and that of Node 26 fails to take such a buffer out of a message
 * ("Unable to deserialize cloned data").
 *
 * The WebAssembly.Memory is let go of: JavaScriptCore counts all that it has grown to as part of the heap of each thread that has it. A
 * growable buffer it counts as what that was when the thread first saw it: a page in this thread, in others what it is on arrival.
 */
export function windowedBuffer(bytes: number, most: number): Region {
  const Memory = (globalThis as unknown as WasmGlobal).WebAssembly?.Memory;
  if (Memory?.prototype.toResizableBuffer === undefined) return growableBuffer(bytes, most);
  const memory = new Memory({ initial: 1, maximum: most / PAGE_BYTES, shared: true });
  const whole = memory.toResizableBuffer();
  memory.grow(bytes / PAGE_BYTES - 1);
  return { whole, beginning: memory.toFixedLengthBuffer() };
}

/** The buffer that is all of `region`, or nothing if it is none. */
export function wholeOf(region: unknown): SharedArrayBuffer | undefined {
  if (region instanceof SharedArrayBuffer) return region;
  const { whole, beginning } = (region ?? {}) as Partial<Windowed>;
  return whole instanceof SharedArrayBuffer && beginning instanceof SharedArrayBuffer ? whole : undefined;
}

/** The buffer through which the beginning of `region` is reached fastest. */
export function beginningOf(region: Region): SharedArrayBuffer {
  return region instanceof SharedArrayBuffer ? region : region.beginning;
}
