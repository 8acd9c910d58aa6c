import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { type Counts, readJunit } from "../../scripts/test/junit.ts";

function read(xml: string): Counts | undefined {
  const folder = mkdtempSync(join(tmpdir(), "isthmus-junit-"));
  try {
    writeFileSync(join(folder, "report.xml"), xml);
    return readJunit(join(folder, "report.xml"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("suites within suites are counted by their tests", () => {
  const counts = read(`<testsuites><testsuite name="file"><testcase name="a"/><testsuite name="group">
    <testcase name="b"/><testcase name="c"><skipped/></testcase></testsuite></testsuite></testsuites>`);
  assertEquals(counts, { passed: 2, skipped: 1, failures: [] });
});

test("Node's tests stand beside its suites, with the failure's text", () => {
  const counts = read(`<testsuites><testcase name="a" file="x.ts"><failure type="t" message="m">long &lt;text></failure>
    </testcase><testsuite name="group"><testcase name="b"/></testsuite></testsuites>`);
  assertEquals(counts, { passed: 1, skipped: 0, failures: [{ name: "a (x.ts)", message: "long <text>" }] });
});

test("Deno's groups are not counted beside their steps", () => {
  const counts = read(`<testsuites><testsuite name="x"><testcase name="group" classname="x">
    <failure message="1 test step failed">1 test step failed.</failure></testcase></testsuite>
    <testsuite name="y"><testcase name="group &gt; good"/><testcase name="group &gt; bad" classname="y">
    <failure message="no">no</failure></testcase></testsuite></testsuites>`);
  assertEquals(counts, { passed: 1, skipped: 0, failures: [{ name: "group > bad (y)", message: "no" }] });
});

test("a group that fails by itself is a failure", () => {
  const counts = read(`<testsuites><testsuite name="x"><testcase name="group" classname="x">
    <failure message="threw">threw</failure></testcase><testcase name="group &gt; good"/></testsuite></testsuites>`);
  assertEquals(counts, { passed: 1, skipped: 0, failures: [{ name: "group (x)", message: "threw" }] });
});

test("no report, no counts", () => {
  assertEquals(readJunit(join(tmpdir(), "isthmus-there-is-no-such-file.xml")), undefined);
});
