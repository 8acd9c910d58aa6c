/**
 * What the benchmark sends, and how its receivers check that it arrived.
 * @module
 */

/** A kind of item. */
export interface Kind {
  /** What one takes as data, in bytes; 0 where that says nothing. */
  readonly bytes: number;
  /** The i-th item. */
  make(i: number): unknown;
  /** A number that tells items apart; both sides add them up. */
  sum(item: unknown): number;
}

interface Small {
  id: number;
  name: string;
  x: number[];
}

const names = Array.from({ length: 64 }, (_, i) => `item ${i}`);

const small: Kind = {
  bytes: 0,
  make: (i) => ({ id: i, name: names[i & 63], x: [1, 2, 3] }),
  sum: (item) => {
    const { id, name, x } = item as Small;
    return id + name.length + x[0] + x[2];
  },
};

const int: Kind = {
  bytes: 4,
  make: (i) => i & 0xffffff,
  sum: (item) => item as number,
};

/**
 * 20 keys, five of them with objects and arrays within. Written out, as programs write their records: an object whose keys are
 * set in a loop is a hash table to V8, which takes longer to make than to send.
 */
const nested: Kind = {
  bytes: 0,
  make: (i) => ({
    key0: { a: i, b: "text", c: [0, 0.5] },
    key1: i,
    key2: "key2",
    key3: i * 3,
    key4: { a: i, b: "text", c: [4, 4.5] },
    key5: i * 5,
    key6: "key6",
    key7: i * 7,
    key8: { a: i, b: "text", c: [8, 8.5] },
    key9: i * 9,
    key10: "key10",
    key11: i * 11,
    key12: { a: i, b: "text", c: [12, 12.5] },
    key13: i * 13,
    key14: "key14",
    key15: i * 15,
    key16: { a: i, b: "text", c: [16, 16.5] },
    key17: i * 17,
    key18: "key18",
    key19: i * 19,
  }),
  sum: (item) => {
    const { key0, key4, key19 } = item as {
      key0: { a: number };
      key4: { c: number[] };
      key19: number;
    };
    return key0.a + key4.c[1] + key19;
  },
};

/** Texts of `length` units that end in a number of four digits. */
function text(pattern: string, length: number, bytes: number): Kind {
  const body = pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length - 4);
  // Through JSON, so that each is flat: engines keep concatenations as trees.
  const texts = Array.from({ length: 16 }, (_, i) => JSON.parse(JSON.stringify(body + (1000 + i))) as string);
  return {
    bytes,
    make: (i) => texts[i & 15],
    sum: (item) => {
      const { length } = item as string;
      return length + (item as string).charCodeAt(length - 1) +
        (item as string).charCodeAt(length >> 1);
    },
  };
}

/** Bytes of a cache line. Who receives bytes reads them all: an array that is handed over and not looked at stays in the other core's cache. */
const LINE = 64;

/** Arrays of bytes, in turn four for each length. */
function array(length: number): Kind {
  let arrays: Uint8Array[] | undefined;
  return {
    bytes: length,
    make: (i) => {
      arrays ??= Array.from({ length: length > 1 << 24 ? 1 : 4 }, (_, j) => new Uint8Array(length).fill(j + 1));
      const item = arrays[i % arrays.length];
      item[0] = i;
      item[length - 1] = i >> 8;
      return item;
    },
    sum: (item) => {
      const bytes = item as Uint8Array;
      let sum = bytes.length + bytes[bytes.length - 1];
      for (let i = 0; i < bytes.length; i += LINE) sum += bytes[i];
      return sum;
    },
  };
}

const sentence = "The quick brown fox jumps over the dog. ";

const kinds: Record<string, () => Kind> = {
  small: () => small,
  int: () => int,
  "nested 20 keys": () => nested,
  "1 KiB ASCII": () => text(sentence, 1024, 1024),
  "1 KiB Latin-1": () => text(`${sentence}éàüö `, 1024, 1024),
  "1 Ki CJK": () => text("漢字仮名", 1024, 2048),
  "64 KiB ASCII": () => text(sentence, 65536, 65536),
  "64 Ki CJK": () => text("漢字仮名", 65536, 131072),
};

const made: Map<string, Kind> = new Map();

/** The kind of that name. `"<n> B"` is a Uint8Array of n bytes. */
export function kindOf(name: string): Kind {
  let kind = made.get(name);
  if (kind === undefined) {
    kind = Object.hasOwn(kinds, name) ? kinds[name]() : array(parseInt(name));
    made.set(name, kind);
  }
  return kind;
}

/** The name of the kind of Uint8Arrays of `length` bytes. */
export function bytesOf(length: number): string {
  return `${length} B`;
}

/** What the sums of the items from `from` to before `to` come to. */
export function sumOf(kind: Kind, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += kind.sum(kind.make(i));
  return sum;
}
