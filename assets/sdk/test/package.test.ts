/** What the package says of itself is so. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CloseCode, closeAdvice, retryable, seatGone } from "../src/codes.js";
import { JoinError } from "../src/errors.js";
import { Match } from "../src/match.js";
import { Stage } from "./fakes.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** The table of close codes in the protocol's section 8. */
const documented = [...read("../../../docs/protocol.md").matchAll(/^\| (\d{4}) \| (\w*) ?\| .* \| (.*) \|$/gm)].map(
  ([, code, name, todo]) => ({ code: Number(code), name: name || "left", todo }),
);

test("a hello names the version that is published", () => {
  const stage = new Stage();
  stage.match();
  const { version } = JSON.parse(read("../package.json")) as { version: string };
  expect(stage.socket.sentOf(1)).toEqual([[1, 1, `skirmish-client/${version}`, 0]]);
});

test("the close codes are those of the protocol", () => {
  expect(documented.length).toBeGreaterThan(20);
  expect(CloseCode).toEqual(Object.fromEntries(documented.map(({ name, code }) => [name, code])));
});

test.each(documented)("what is done after $code $name is what the protocol says", ({ code, todo }) => {
  const returns = /^(reconnect|retry)/.test(todo);
  expect(retryable(code)).toBe(returns);
  if (seatGone(code)) expect(todo).toBe("join again");
  if (todo === "do not reconnect") expect(closeAdvice(code)).toMatch(/only if|do not/);
});

test("every code of a refusal that the protocol names has an advice of its own", () => {
  const refusals = /where `code` is one of ([^.]*)\./.exec(read("../../../docs/protocol.md").replaceAll("\n", " "));
  const codes = [...(refusals?.[1] ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code);
  const advices = codes.map((code) => new JoinError(code, 400, "").advice);
  expect(codes).toContain("match_full");
  expect(new Set(advices).size).toBe(codes.length);
});

test("the README has everything that a program can use", async () => {
  const readme = read("../README.md");
  const index = await import("../src/index.js");
  const members = Object.getOwnPropertyNames(Match.prototype).filter((name) => name !== "constructor");
  const stage = new Stage();
  const figures = Object.keys(stage.match().figures);
  expect(members).toContain("entities");
  for (const name of [...Object.keys(index), ...members, ...figures]) expect(readme).toMatch(new RegExp(`\\b${name}\\b`));
});

test("importing the package leaves the global object as it is", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await import("../src/index.js");
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});
