/**
 * Running models as tests: right ones pass and say how many schedules they went through, wrong ones are caught.
 * @module
 */
import { test } from "node:test";
import { assertStringIncludes, assertThrows } from "@std/assert";
import { explore } from "./checker/explore.ts";
import { ModelError } from "./checker/scenario.ts";
import type { Scenario } from "./checker/scenario.ts";
import { DEEP } from "./stage.ts";

/** A count for people: exact below a million. */
function count(value: number): string {
  return value < 1e6 ? String(value) : value.toExponential(2);
}

/** Every schedule of the scenario must be right. */
export function passes(make: () => Scenario | Promise<Scenario>, name: string): void {
  test(name, async () => {
    const report = explore({ most: DEEP ? 14e6 : 2e6, ...await make(), name });
    console.log(
      `${name}: ${count(report.schedules)} schedules, ${report.states} states, ${report.runs} runs, ${report.ms} ms`,
    );
  });
}

/** Some schedule of the scenario must be wrong, with `how` in the message. */
export function caught(make: () => Scenario | Promise<Scenario>, name: string, how: string): void {
  test(`caught: ${name}`, async () => {
    const scenario = { ...await make(), name };
    const error = assertThrows(() => explore(scenario), ModelError) as ModelError;
    assertStringIncludes(error.message, how);
  });
}
