/**
 * Text ↔ bytes. Which way is fast differs by a factor of 50 between the runtimes, so an adapter may install its own.
 * @module
 */

/** One byte for each character; all are below 256. */
export const LATIN1 = 1;
/** Two bytes for each UTF-16 unit, low byte first; lone surrogates are kept. */
export const UTF16 = 2;
/** Only for text without lone surrogates. */
export const UTF8 = 3;

/** How text gets into bytes and back. */
export interface Text {
  /**
   * Writes `text` at `at`, where there is room for two bytes for each character. Gives the number of bytes written times
   * 4, plus the form it chose (`LATIN1`, `UTF16` or `UTF8`).
   */
  write(text: string, bytes: Uint8Array, at: number): number;
  /** Reads what is between `start` and `end`. `start` is a multiple of 4 for UTF16, and `end - start` of 2. */
  readLatin1(bytes: Uint8Array, start: number, end: number): string;
  readUtf16(bytes: Uint8Array, start: number, end: number): string;
  readUtf8(bytes: Uint8Array, start: number, end: number): string;
}

const WIDE = /[^\0-\xff]/;
const CHUNK = 8192;
/** Up to this length a loop is faster than a call of the encoder. */
const SHORT = 64;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Whether a character of `text` is 256 or more. V8 answers at once for text that it stores with one byte a character. */
export function isWide(text: string): boolean {
  return WIDE.test(text);
}

/** Writes UTF-16, two units at a time. `at` is a multiple of 4. */
export function writeUtf16(text: string, bytes: Uint8Array, at: number): number {
  const length = text.length;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, length >> 1);
  for (let i = 0; i < words.length; i++) words[i] = text.charCodeAt(2 * i) | text.charCodeAt(2 * i + 1) << 16;
  if (length & 1) {
    const last = text.charCodeAt(length - 1);
    bytes[at + 2 * length - 2] = last;
    bytes[at + 2 * length - 1] = last >> 8;
  }
  return 8 * length + UTF16;
}

/** Writes Latin-1 character by character; -1 if there is a wide one. */
function writeLatin1(text: string, bytes: Uint8Array, at: number): number {
  const { length } = text;
  let all = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    all |= code;
    bytes[at + i] = code;
  }
  return all > 255 ? -1 : 4 * length + LATIN1;
}

/** Text with what every runtime has. */
export const portableText: Text = {
  write(text: string, bytes: Uint8Array, at: number): number {
    if (text.length <= SHORT) {
      const end = writeLatin1(text, bytes, at);
      if (end >= 0) return end;
    }
    if (isWide(text)) return writeUtf16(text, bytes, at);
    const { written } = encoder.encodeInto(text, bytes.subarray(at, at + 2 * text.length));
    return 4 * written + (written === text.length ? LATIN1 : UTF8);
  },
  readLatin1(bytes: Uint8Array, start: number, end: number): string {
    return join(bytes.subarray(start, end));
  },
  readUtf16(bytes: Uint8Array, start: number, end: number): string {
    return join(new Uint16Array(bytes.buffer, bytes.byteOffset + start, (end - start) / 2));
  },
  readUtf8(bytes: Uint8Array, start: number, end: number): string {
    return decoder.decode(bytes.subarray(start, end));
  },
};

function join(codes: Uint8Array | Uint16Array): string {
  let text = "";
  for (let i = 0; i < codes.length; i += CHUNK) {
    text += String.fromCharCode.apply(null, codes.subarray(i, i + CHUNK) as unknown as number[]);
  }
  return text;
}

/** The Text in use. */
export let text: Text = portableText;

/** Reads what is between `start` and `end` in the form that is told; `undefined` if nothing was written in it there. */
export function readForm(form: number, bytes: Uint8Array, start: number, end: number): string | undefined {
  switch (form) {
    case LATIN1:
      return text.readLatin1(bytes, start, end);
    case UTF16:
      return ((end - start) & 1) !== 0 ? undefined : text.readUtf16(bytes, start, end);
    case UTF8:
      return text.readUtf8(bytes, start, end);
    default:
      return undefined;
  }
}

/** Installs a faster one; called once by the adapter. */
export function setText(faster: Text): void {
  text = faster;
}
