import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { CONTENDED, LATE, lockSlow, OWN, recoverLock, TAKEN } from "../../core/mutex.ts";

const ME = 0x101;
const OTHER = 0x102;
const words = new Int32Array(new SharedArrayBuffer(8));

test("a free lock is taken", () => {
  assertEquals([lockSlow(words, 0, ME, Infinity), words[0]], [TAKEN, ME]);
});

test("who holds it already is told, contended or not", () => {
  words[0] = ME;
  assertEquals(lockSlow(words, 0, ME, Infinity), OWN);
  words[0] = ME | CONTENDED;
  assertEquals(lockSlow(words, 0, ME, Infinity), OWN);
});

test("a held one is given up at the deadline, not before, and marked as contended", () => {
  words[0] = OTHER;
  const before = performance.now();
  assertEquals(lockSlow(words, 0, ME, before + 15), LATE);
  assert(performance.now() >= before + 15);
  assertEquals(words[0], OTHER | CONTENDED);
});

test("a dead holder's lock is released, another's is not", () => {
  words[0] = OTHER | CONTENDED;
  recoverLock(words, 0, ME);
  assertEquals(words[0], OTHER | CONTENDED);
  recoverLock(words, 0, OTHER);
  assertEquals(words[0], 0);
});
