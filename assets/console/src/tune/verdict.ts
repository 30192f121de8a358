// What a change did, figure by figure: the difference, and whether it is for the better.

import type { Comparison, Side } from "../api/shapes.js";
import { bytesPerS, ms, percent } from "../ui/format.js";

export interface Figure {
  readonly label: string;
  readonly hint: string;
  readonly of: (side: Side) => number | null;
  readonly format: (value: number | null) => string;
  /** Which way is good, for players or for the bill. */
  readonly better: "less" | "more" | "neither";
}

const us = (value: number | null): string => (value === null ? "–" : `${value.toFixed(0)} µs`);
const perS = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} /s`);

export const FIGURES: readonly Figure[] = [
  { label: "Ticks", hint: "How often the game was computed.", of: ({ ticks_per_s }) => ticks_per_s, format: perS, better: "neither" },
  { label: "Input to ack, typical", hint: "From an input to the snapshot that shows what it did, for half of all inputs.", of: ({ input_ack_ms }) => input_ack_ms.p50, format: ms, better: "less" },
  { label: "Input to ack, slowest 1 %", hint: "The same for all but the slowest of a hundred.", of: ({ input_ack_ms }) => input_ack_ms.p99, format: ms, better: "less" },
  { label: "Snapshot age, typical", hint: "How old what players hold is.", of: ({ snapshot_age_ms }) => snapshot_age_ms.p50, format: ms, better: "less" },
  { label: "Snapshot age, oldest 1 %", hint: "The same at its worst but one in a hundred.", of: ({ snapshot_age_ms }) => snapshot_age_ms.p99, format: ms, better: "less" },
  { label: "Bytes to each player", hint: "What a player's line carries.", of: ({ bytes_per_client_s }) => bytes_per_client_s, format: bytesPerS, better: "less" },
  { label: "Snapshots to each player", hint: "How often a player's picture is renewed.", of: ({ snapshots_per_client_s }) => snapshots_per_client_s, format: perS, better: "more" },
  { label: "Processor for each tick", hint: "What computing and sending a tick takes.", of: ({ cpu_us_per_tick }) => cpu_us_per_tick, format: us, better: "less" },
  { label: "Headroom", hint: "How much of the time from tick to tick is left.", of: ({ headroom_permille }) => headroom_permille, format: percent, better: "more" },
  { label: "Overruns", hint: "Ticks that took longer than there was time.", of: ({ overruns, seconds }) => overruns / Math.max(1, seconds), format: perS, better: "less" },
];

export interface Difference {
  readonly text: string;
  readonly mood: "better" | "worse" | "same";
}

/** Differences below this part are noise. */
const NOISE = 0.05;

export function difference({ of, better }: Figure, { before, since }: Comparison): Difference {
  const [was, is] = [of(before), of(since)];
  if (was === null || is === null) return { text: "–", mood: "same" };
  const part = was === 0 ? (is === 0 ? 0 : Number.POSITIVE_INFINITY) : (is - was) / Math.abs(was);
  if (Math.abs(part) < NOISE) return { text: "about the same", mood: "same" };
  const text = Number.isFinite(part) ? `${part > 0 ? "+" : "−"}${Math.abs(part * 100).toFixed(0)} %` : "new";
  if (better === "neither") return { text, mood: "same" };
  return { text, mood: part > 0 === (better === "more") ? "better" : "worse" };
}
