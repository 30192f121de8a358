import { expect, test } from "vitest";

test("the address says what is looked at, and what it does not know becomes the default", async () => {
  Object.assign(globalThis, { location: { hash: "" } });
  const { read, write } = await import("../src/state/place.js");
  const place = { match: "arena-1", view: "watch", seat: 3 } as const;
  expect(read(write(place))).toEqual(place);
  expect(read("")).toEqual({ match: null, view: "tune", seat: null });
  expect(read("#view=nonsense&seat=-1&match=a%26b")).toEqual({ match: "a&b", view: "tune", seat: null });
});
