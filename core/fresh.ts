/**
 * Fresh memory for bytes that arrive. An array as programs make it is filled with zeros first, which takes half as long as copying the
 * bytes, so an adapter may install a way to memory that is not.
 * @module
 */

/** Gives `length` bytes in a buffer of their own. They may hold anything: whoever asks writes all of them, or lets nobody see them. */
export type FreshBytes = (length: number) => Uint8Array<ArrayBuffer>;

/** The way of every runtime: zeros. */
export const portableFresh: FreshBytes = (length) => new Uint8Array(length);

/** The way in use. */
export let freshBytes: FreshBytes = portableFresh;

/** Installs a faster one; called once by the adapter. */
export function setFresh(faster: FreshBytes): void {
  freshBytes = faster;
}
