// The bad networks that are on in the chosen match.

import { effect, signal, untracked } from "@preact/signals";
import { ask, Refusal } from "../api/http.js";
import type { Impairment } from "../api/shapes.js";
import { ended, impairing } from "./live.js";
import { chosen } from "./place.js";
import { path } from "./tuning.js";

export const impairments = signal<readonly Impairment[]>([]);

/** What may be asked for. */
export interface Wish {
  readonly seat?: number;
  readonly delay_ms: number;
  readonly jitter_ms: number;
  readonly stall_ms: number;
  readonly stall_every_ms: number;
  readonly bytes_per_s?: number;
  readonly duration_s: number;
}

export function followImpairments(): void {
  effect(() => {
    impairing.value;
    const match = chosen.value;
    if (match === null || ended.value !== null) impairments.value = [];
    else void untracked(load);
  });
}

async function load(): Promise<void> {
  const match = chosen.value;
  try {
    const on = await ask<readonly Impairment[]>("GET", path("impairments"));
    if (match === chosen.value) impairments.value = on;
  } catch (error) {
    // The match is gone: the feed tells.
    if (!(error instanceof Refusal)) throw error;
  }
}

export async function impair(wish: Wish): Promise<void> {
  await ask("PUT", path("impairments"), wish);
  await load();
}

export async function lift(id: number): Promise<void> {
  await ask("DELETE", path(`impairments/${id}`));
  await load();
}
