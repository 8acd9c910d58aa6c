/**
 * Reads the JUnit reports of the three test runners into one form. Suites are not counted, only tests.
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { XMLParser } from "fast-xml-parser";
import type { Failure } from "./part.ts";

/** The tests of one report. */
export interface Counts {
  passed: number;
  skipped: number;
  failures: Failure[];
}

interface Case {
  "@name": string;
  "@file"?: string;
  "@classname"?: string;
  failure?: Detail[];
  error?: Detail[];
  skipped?: unknown;
}

type Detail = { "#text"?: string; "@message"?: string } | string;

interface Suite {
  testcase?: Case[];
  testsuite?: Suite[];
  testsuites?: Suite[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ["testcase", "testsuite", "testsuites", "failure", "error"].includes(name),
});

function casesOf(suite: Suite): Case[] {
  const inner = [...suite.testsuites ?? [], ...suite.testsuite ?? []];
  return [...suite.testcase ?? [], ...inner.flatMap(casesOf)];
}

/** Deno reports a test with steps beside its steps, whose names begin with its own and " > ". Its own failure counts. */
function withoutContainers(cases: Case[]): Case[] {
  const containers = new Set<string>();
  for (const { "@name": name } of cases) {
    for (let end = name.indexOf(" > "); end !== -1; end = name.indexOf(" > ", end + 1)) {
      containers.add(name.slice(0, end));
    }
  }
  return cases.filter((test) => {
    if (!containers.has(test["@name"])) return true;
    return test.failure !== undefined && !test.failure.every((it) => /^\d+ test steps? failed\.?$/.test(messageOf(it)));
  });
}

function messageOf(detail: Detail): string {
  if (typeof detail === "string") return detail;
  return detail["#text"]?.trim() || detail["@message"] || "";
}

/** Counts the tests of the report at `path`; `undefined` when there is none, or none that can be read. */
export function readJunit(path: string): Counts | undefined {
  if (!existsSync(path)) return undefined;
  let report: Suite;
  try {
    report = parser.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // cut off in the middle: the runner crashed
  }
  const counts: Counts = { passed: 0, skipped: 0, failures: [] };
  for (const test of withoutContainers(casesOf(report))) {
    const details = [...test.failure ?? [], ...test.error ?? []];
    if (details.length > 0) {
      const where = test["@file"] ?? test["@classname"] ?? "";
      counts.failures.push({ name: `${test["@name"]} (${where})`, message: details.map(messageOf).join("\n") });
    } else if (test.skipped !== undefined) {
      counts.skipped++;
    } else {
      counts.passed++;
    }
  }
  return counts;
}
