/**
 * The form of an encoded item. Everything is made of 32-bit words. The low byte of a value's first word is its tag, the
 * upper 24 bits are the tag's own payload. An item that is an object begins with a RECORD word, whose payload tells
 * where the trailer begins; the trailer has the buffers and then the key lists ("shapes") that the item's values name by
 * number, so that a record can be decoded by any thread, which need not have seen another record before. A shape that all
 * threads know by its place in the arena is named by that instead (OBJECT_KNOWN), and not in the trailer.
 * @module
 */

/** Never begins a value: ends a list of pairs. */
export const END = 0;
export const NULL = 1;
export const UNDEFINED = 2;
export const TRUE = 3;
export const FALSE = 4;
/** An integer of 24 bits with sign, in the payload. */
export const INT24 = 5;
/** An integer of 32 bits with sign, in the next word. */
export const INT32 = 6;
/** A number in the next two words. */
export const DOUBLE = 7;
/** A bigint of 64 bits with sign, in the next two words. */
export const BIGINT64 = 8;
/** Any bigint: payload 1 if it is negative, then its magnitude as a string of hexadecimal digits. */
export const BIGINT = 9;
/** Up to SHORT_MAX characters below 256: their number in the second byte, the first two of them in the same word. */
export const SHORT = 10;
/** Text in one of three forms: payload is the form (text.ts), the next word the length in bytes, then the bytes. */
export const TEXT = 11;
/** A plain object: payload is the number of its shape; then its values. */
export const OBJECT = 12;
/** The same, and after the values come pairs of key and value, then END. */
export const OBJECT_OPEN = 13;
export const OBJECT_EMPTY = 14;
/** An array: its length, then its elements. */
export const ARRAY = 15;
/** An array: its length, then elements up to REST, then pairs of key (index or name) and value, then END. */
export const ARRAY_OPEN = 16;
/** An array of integers of 8 bits, four in a word. */
export const ARRAY_INT8 = 17;
/** An array of integers of 32 bits. */
export const ARRAY_INT32 = 18;
/** An array of any numbers. */
export const ARRAY_DOUBLE = 19;
/** Among an array's elements: payload is how many are missing here, at most HOLES_MAX. */
export const HOLES = 20;
export const REST = 21;
export const MAP = 22;
export const SET = 23;
export const DATE = 24;
export const REGEXP = 25;
/** A boxed primitive; the primitive follows. */
export const BOXED = 26;
/** An ArrayBuffer: payload is its number among the trailer's buffers. */
export const BUFFER = 27;
/** A view: payload is its class (binary.ts); then the buffer's number, the offset and the length in bytes. */
export const VIEW = 28;
/** A SharedArrayBuffer by its number in the caller's list. */
export const SHARED_BUFFER = 29;
/** A view on one; otherwise like VIEW. */
export const SHARED_VIEW = 30;
/** An Error: payload says which class and which fields follow (errors.ts). */
export const ERROR = 31;
/** An object that came before: payload is its number in the order of first appearance. */
export const REFERENCE = 32;
/** One of our own shared objects: cell and generation follow. */
export const HANDLE = 33;
/** Begins an array's elements with packed numbers: payload is ARRAY_INT8, _INT32 or _DOUBLE; their count follows. */
export const RUN = 35;
/** Begins an item that is an object: payload is flags and the trailer's offset in words. */
export const RECORD = 34;
/** An item that is a Uint8Array of less than BULK_MIN bytes: payload is their number; then the bytes. */
export const BYTES = 36;
/** A plain object whose list of keys all threads know: payload is where it lies; then its values. */
export const OBJECT_KNOWN = 37;

/** Flag of RECORD: the trailer has buffers. */
export const HAS_BUFFERS = 1 << 8;
/** Flag of RECORD: some REFERENCE occurs, so the decoder must number the objects. */
export const HAS_REFERENCES = 1 << 9;
/** Flag of RECORD: the trailer's offset does not fit into the payload and is the record's last word. */
export const FAR_TRAILER = 1 << 10;
/** The payload's bits above this one are the trailer's offset. */
export const TRAILER_SHIFT = 12;
export const TRAILER_MAX = (1 << 20) - 1;

export const SHORT_MAX = 34;
export const HOLES_MAX = 32;
/** The payload of a count that does not fit; the count is in the next word. */
export const COUNT_MAX = 0xffffff;
/** Levels of nesting that encode accepts and decode follows. */
export const DEPTH_MAX = 1500;
/** A binary of at least so many bytes is not copied into the scratch but referenced. */
export const BULK_MIN = 16 * 1024;
