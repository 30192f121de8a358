import { expect, test } from "vitest";
import { byKey, stacked } from "../src/charts/moments.js";

const MOMENTS = [
  { t: 1, by: new Map([["a", 1], ["b", 2]]) },
  { t: 2, by: new Map([["b", 5], ["c", 10]]) },
];

test("columns have a gap where a moment knows nothing of a key", () => {
  expect(byKey(MOMENTS, ["a", "b"], (value) => value)).toEqual([[1, 2], [1, null], [2, 5]]);
});

test("stacked columns each contain those below", () => {
  expect(stacked(MOMENTS, [["a"], ["b", "c"]])).toEqual([[1, 2], [3, 15], [2, 15]]);
});
