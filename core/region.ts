/**
 * Shared memory that grows and never moves, as engines give it.
 *
 * A growable SharedArrayBuffer is one object, whose length changes. WebAssembly's memory gives a buffer of fixed length, and a new one
 * once it has grown, in whatever thread; older buffers stay as long as they were. JavaScriptCore reaches the elements of a buffer
 * of fixed length with a third of the instructions, V8 those of both with the same.
 * @module
 */

/** What an arena lies in, and what messages carry of it. */
export type Region = SharedArrayBuffer | WasmMemory;

/** What is used of a WebAssembly.Memory. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

type Growable = SharedArrayBuffer & { readonly maxByteLength?: number; grow?(bytes: number): void };
type GrowableClass = new (bytes: number, options: { maxByteLength: number }) => SharedArrayBuffer;
type WasmClass = new (options: { initial: number; maximum: number; shared: true }) => WasmMemory;

const PAGE_BYTES = 65536;

/** Nothing where WebAssembly is switched off. */
const Wasm = (globalThis as unknown as { WebAssembly?: { Memory: WasmClass } }).WebAssembly?.Memory;

/** A growable SharedArrayBuffer of `bytes`, which can become one of `most`. Throws RangeError where there is no address space for that. */
export function growableBuffer(bytes: number, most: number): Region {
  return new (SharedArrayBuffer as GrowableClass)(bytes, { maxByteLength: most });
}

/** WebAssembly's memory of `bytes`, which can become `most`, both whole pages of 64 KiB. Throws as `growableBuffer` does. */
export function wasmMemory(bytes: number, most: number): Region {
  if (Wasm === undefined) return growableBuffer(bytes, most);
  return new Wasm({ initial: bytes / PAGE_BYTES, maximum: most / PAGE_BYTES, shared: true });
}

/** All of `region` as it is at this moment, or nothing if it is none. */
export function currentBuffer(region: unknown): SharedArrayBuffer | undefined {
  if (region instanceof SharedArrayBuffer) return region;
  if (Wasm === undefined || !(region instanceof Wasm)) return undefined;
  const { buffer } = region;
  return buffer instanceof SharedArrayBuffer ? buffer : undefined;
}

/** To how many bytes `region` can grow, at best: WebAssembly's memory does not tell. */
export function mostOf(region: Region): number {
  return region instanceof SharedArrayBuffer ? (region as Growable).maxByteLength ?? region.byteLength : Infinity;
}

/**
 * Makes `region` at least `bytes` long, whole pages. Two threads that do so at once may both add what was wanting. Throws RangeError when
 * it cannot, or when another thread has made a growable buffer longer meanwhile.
 */
export function growTo(region: Region, bytes: number): void {
  if (region instanceof SharedArrayBuffer) return void (region as Growable).grow?.(bytes);
  const wanting = bytes - region.buffer.byteLength;
  if (wanting > 0) region.grow(wanting / PAGE_BYTES);
}
