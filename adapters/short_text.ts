/**
 * A few characters to text, for V8: a call with each code written out makes the string without leaving compiled code,
 * three times as fast as a native read.
 * @module
 */

/** The longest that `shortLatin1` reads. Longer results of V8's string building would be ropes. */
export const SHORT_LATIN1_MAX = 12;

const code = String.fromCharCode;

/** The text of the bytes from `i` up to `end`, at most SHORT_LATIN1_MAX of them. */
export function shortLatin1(b: Uint8Array, i: number, end: number): string {
  switch (end - i) {
    case 0:
      return "";
    case 1:
      return code(b[i]);
    case 2:
      return code(b[i], b[i + 1]);
    case 3:
      return code(b[i], b[i + 1], b[i + 2]);
    case 4:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3]);
    case 5:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4]);
    case 6:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5]);
    case 7:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6]);
    case 8:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7]);
    case 9:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7], b[i + 8]);
    case 10:
      return code(b[i], b[i + 1], b[i + 2], b[i + 3], b[i + 4], b[i + 5], b[i + 6], b[i + 7], b[i + 8], b[i + 9]);
    case 11:
      return code(
        b[i],
        b[i + 1],
        b[i + 2],
        b[i + 3],
        b[i + 4],
        b[i + 5],
        b[i + 6],
        b[i + 7],
        b[i + 8],
        b[i + 9],
        b[i + 10],
      );
    case 12:
      return code(
        b[i],
        b[i + 1],
        b[i + 2],
        b[i + 3],
        b[i + 4],
        b[i + 5],
        b[i + 6],
        b[i + 7],
        b[i + 8],
        b[i + 9],
        b[i + 10],
        b[i + 11],
      );
    default:
      throw new RangeError(`${end - i} characters are not a short text`);
  }
}
