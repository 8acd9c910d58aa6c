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
  const { Buffer } = builtin("node:buffer");
  return name === "bun" ? bunText(Buffer.prototype, Buffer.byteLength) : nodeText(Buffer.prototype);
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
  let native: BufferMethods | undefined;
  const methods = (): BufferMethods => native ??= builtin("node:buffer").Buffer.prototype;
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

/** What is not ASCII goes as UTF-16: to find out whether it is Latin-1 would take ten times as long as to copy it. */
function bunText({ latin1Write, ucs2Write, latin1Slice, ucs2Slice }: BufferMethods, byteLength: ByteLength): Text {
  return {
    write(text: string, bytes: Uint8Array, at: number): number {
      const { length } = text;
      if (byteLength(text) !== length) return 4 * ucs2Write.call(bytes, text, at, 2 * length) + UTF16;
      return 4 * latin1Write.call(bytes, text, at, length) + LATIN1;
    },
    readLatin1: (bytes, start, end) => latin1Slice.call(bytes, start, end),
    readUtf16: (bytes, start, end) => ucs2Slice.call(bytes, start, end),
    readUtf8: portableText.readUtf8,
  };
}

type ByteLength = (text: string) => number;
