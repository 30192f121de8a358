import { expect, test } from "vitest";
import type { Side } from "../src/api/shapes.js";
import { difference, FIGURES } from "../src/tune/verdict.js";

const SIDE: Side = {
  seconds: 15,
  input_ack_ms: { p50: 20, p99: 40 },
  snapshot_age_ms: { p50: 20, p99: null },
  bytes_per_client_s: 1000,
  snapshots_per_client_s: 30,
  ticks_per_s: 30,
  cpu_us_per_tick: 500,
  headroom_permille: 900,
  overruns: 0,
};

function told(label: string, since: Partial<Side>): { text: string; mood: string } {
  const figure = FIGURES.find((figure) => figure.label === label);
  if (!figure) throw new Error(`no figure ${label}`);
  return difference(figure, { before: SIDE, since: { ...SIDE, ...since } });
}

test("less delay and more snapshots are better, more bytes are worse", () => {
  expect(told("Input to ack, typical", { input_ack_ms: { p50: 10, p99: 40 } })).toEqual({ text: "−50 %", mood: "better" });
  expect(told("Snapshots to each player", { snapshots_per_client_s: 60 })).toEqual({ text: "+100 %", mood: "better" });
  expect(told("Bytes to each player", { bytes_per_client_s: 1630 })).toEqual({ text: "+63 %", mood: "worse" });
});

test("more ticks are neither better nor worse in themselves", () => {
  expect(told("Ticks", { ticks_per_s: 60 })).toEqual({ text: "+100 %", mood: "same" });
});

test("small differences are noise, and what was not measured is not judged", () => {
  expect(told("Processor for each tick", { cpu_us_per_tick: 510 })).toEqual({ text: "about the same", mood: "same" });
  expect(told("Snapshot age, oldest 1 %", {})).toEqual({ text: "–", mood: "same" });
});

test("overruns are compared by the second, and the first one is new", () => {
  expect(told("Overruns", { overruns: 3, seconds: 3 })).toEqual({ text: "new", mood: "worse" });
  expect(told("Overruns", {})).toEqual({ text: "about the same", mood: "same" });
});
