import { expect, test } from "vitest";
import * as format from "../src/ui/format.js";

test("figures have the units that fit their size", () => {
  expect([999, 1000, 123_456, 84e6, 2e9].map(format.bytes)).toEqual(["999 B", "1.0 kB", "123.5 kB", "84.0 MB", "2.00 GB"]);
  expect([3.14159, 123.4, null, Number.NaN].map(format.ms)).toEqual(["3.1 ms", "123 ms", "–", "–"]);
  expect([5, 75, 3725].map(format.age)).toEqual(["5 s", "1 min 15 s", "1 h 02 min"]);
  expect(format.count(1234567)).toBe("1\u2009234\u2009567");
});

test("a value has as many digits as its step", () => {
  expect(format.value(0.3, 0.01)).toBe("0.30");
  expect(format.value(60, 1)).toBe("60");
  expect(format.value(60.25, 1)).toBe("60.25");
  expect(format.value(Math.fround(0.1), 0.01)).toBe("0.10");
  expect(format.value(true, 1)).toBe("on");
  expect([1, 0.5, 0.001, 1e-7].map(format.digits)).toEqual([0, 1, 3, 7]);
});

test("a key becomes a label that does not repeat the unit", () => {
  expect(["tick_hz", "checksum_interval_s", "fighter.input_hold_s", "weapon.shots_per_s", "bots.rookie.aim_error_deg", "speed"].map(format.label)).toEqual([
    "tick rate",
    "checksum interval",
    "input hold",
    "shots",
    "aim error",
    "speed",
  ]);
});

test("somebody else's words become a sentence", () => {
  expect(format.sentence("the match is gone")).toBe("The match is gone.");
  expect(format.sentence("Really?")).toBe("Really?");
});
