/** The short form of `deno task stress`, and a look whether its checks would notice. */
import { assertThrows } from "@std/assert";
import { test } from "node:test";
import { checkHistory, type LaneHistory } from "./history.ts";
import { itemNumber } from "./items.ts";
import { type Call, GET, OPEN, PUT, REFUSED } from "./log.ts";
import { runRounds } from "./program.ts";

test("rounds at random: exactly once, in order, in real time, nothing left behind", async (t) => {
  const total = await runRounds(1 / 6, Date.now() % 1_000_000, (line) => t.diagnostic?.(line));
  t.diagnostic?.(JSON.stringify(total));
});

const [a, b] = [itemNumber(0, 0), itemNumber(0, 1)];
const call = (kind: number, item: number, from: number, to: number, rest: Partial<Call> = {}): Call => {
  return { kind, item, from, to, most: 1, emptyAt: 0, ...rest };
};
const lane = (...calls: Call[]): LaneHistory => ({ calls, killed: false });
const put = lane(call(PUT, a, 1, 2), call(PUT, b, 3, 4));

function refused(what: string, ...lanes: LaneHistory[]): void {
  assertThrows(() => checkHistory([put, ...lanes]), Error, what);
}

test("the checks notice what is lost, doubled, made up, out of order, overtaken, and falsely called empty", () => {
  checkHistory([put, lane(call(GET, a, 5, 6), call(GET, b, 7, 8))]);
  checkHistory([put, lane(call(GET, a, 5, 8)), lane(call(GET, b, 6, 7))]);
  checkHistory([put, lane(call(GET, b, 6, 7)), { calls: [call(GET, 0, 5, OPEN)], killed: true }]);
  refused("lost", lane(call(GET, a, 5, 6)));
  refused("twice", lane(call(GET, a, 5, 6)), lane(call(GET, a, 7, 8)));
  refused("never put", lane(call(GET, itemNumber(1, 0), 5, 6)));
  refused("of the same lane", lane(call(GET, b, 5, 6), call(GET, a, 7, 8)));
  refused("before it was put", lane(call(GET, a, 0, 0.5)));
  refused("came before the get of item", lane(call(GET, b, 5, 6)), lane(call(GET, a, 7, 8)));
  refused("empty", lane(call(GET, 0, 5, 6, { emptyAt: 6 })), lane(call(GET, a, 7, 8), call(GET, b, 9, 10)));
  refused("never came back", lane(call(GET, a, 5, 6), call(GET, b, 7, 8), call(GET, 0, 9, OPEN)));
  const nothing = lane(call(PUT, a, 1, REFUSED));
  assertThrows(() => checkHistory([nothing, lane(call(GET, a, 5, 6))]), Error, "came to nothing");
});
