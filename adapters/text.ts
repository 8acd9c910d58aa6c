/**
 * The fast ways from text to bytes and back. They differ: Node's Buffer methods are native; those of Deno that write are
 * script, 30 times slower than its TextEncoder; Bun learns fastest from the length in UTF-8 whether text is ASCII.
 * @module
 */
import { isWide, LATIN1, portableText, type Text, UTF16 } from "../core/encode/text.ts";
import { type BufferMethods, builtin } from "./globals.ts";
import { SHORT_LATIN1_MAX, shortLatin1 } from "./short_text.ts";

/** The fast Text of a runtime. */
export function textOf(name: "node" | "deno" | "bun"): Text {
  if (name === "deno") return denoText();
  const { prototype } = builtin("node:buffer").Buffer;
  return name === "bun" ? bunText(prototype) : nodeText(prototype);
}

function nodeText({ latin1Write, ucs2Write, latin1Slice, ucs2Slice }: BufferMethods): Text {
  return {
    write(text: string, bytes: Uint8Array, at: number): number {
      const { length } = text;
      if (isWide(text)) return 4 * ucs2Write.call(bytes, text, at, 2 * length) + UTF16;
      return 4 * latin1Write.call(bytes, text, at, length) + LATIN1;
    },
    readLatin1(bytes: Uint8Array, start: number, end: number): string {
      return end - start > SHORT_LATIN1_MAX ? latin1Slice.call(bytes, start, end) : shortLatin1(bytes, start, end);
    },
    readUtf16: (bytes, start, end) => ucs2Slice.call(bytes, start, end),
    readUtf8: portableText.readUtf8,
  };
}

/** Node's Buffer is asked for when it is needed: Deno takes 14 ms to load it, which would be most of an import. */
function denoText(): Text {
  let native: Pick<BufferMethods, "latin1Slice" | "ucs2Slice"> | undefined;
  const methods = () => {
    if (native !== undefined) return native;
    const { latin1Slice, ucs2Slice } = builtin("node:buffer").Buffer.prototype;
    return native = { latin1Slice, ucs2Slice };
  };
  return {
    write: portableText.write,
    readLatin1(bytes: Uint8Array, start: number, end: number): string {
      if (end - start <= SHORT_LATIN1_MAX) return shortLatin1(bytes, start, end);
      return methods().latin1Slice.call(bytes, start, end);
    },
    readUtf16: (bytes, start, end) => methods().ucs2Slice.call(bytes, start, end),
    readUtf8: portableText.readUtf8,
  };
}

/**
 * Text that is not ASCII is Latin-1 if it comes back from its bytes unchanged. To try that takes as long as to copy it twice, so it is
 * tried only where its size in memory tells of one byte a character. The size alone proves nothing: where others hold the same text, it is
 * a share of its memory. What is not tried goes as UTF-16, which carries all.
 */
function bunText({ latin1Write, ucs2Write, latin1Slice, ucs2Slice }: BufferMethods): Text {
  const { byteLength } = builtin("node:buffer").Buffer;
  const memoryOf = builtin("bun:jsc")?.estimateShallowMemoryUsageOf;
  /** Whether `text` is known to be Latin-1, its low bytes lying at `at`. */
  const isLatin1 = (text: string, bytes: Uint8Array, at: number): boolean => {
    const { length } = text;
    const size = memoryOf === undefined ? 0 : memoryOf(text);
    return size >= length && size < 2 * length && latin1Slice.call(bytes, at, at + length) === text;
  };
  return {
    write(text: string, bytes: Uint8Array, at: number): number {
      const { length } = text;
      if (!looksWide(text)) {
        const written = latin1Write.call(bytes, text, at, length);
        if (byteLength(text) === length || isLatin1(text, bytes, at)) return 4 * written + LATIN1;
      }
      return 4 * ucs2Write.call(bytes, text, at, 2 * length) + UTF16;
    },
    readLatin1: (bytes, start, end) => latin1Slice.call(bytes, start, end),
    readUtf16: (bytes, start, end) => ucs2Slice.call(bytes, start, end),
    readUtf8: portableText.readUtf8,
  };
}

/** Whether the first character, the middle one or the last is 256 or more, which saves asking for most text that is wide. */
function looksWide(text: string): boolean {
  const { length } = text;
  return length > 0 && (text.charCodeAt(0) | text.charCodeAt(length >> 1) | text.charCodeAt(length - 1)) > 255;
}
