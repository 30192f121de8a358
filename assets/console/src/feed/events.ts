// The events of the feed, by name.

import type { Impairment, MatchRow, PlayerRow } from "../api/shapes.js";
import type { Percentiles } from "../api/shapes.js";

/** The server as a whole. */
export interface ServerFigures {
  readonly t_ms: number;
  readonly cpu_permille: number;
  readonly rss_bytes: number;
  readonly bytes_in_per_s: number;
  readonly bytes_out_per_s: number;
  readonly sessions: number;
  /** Comes once a second; the other figures more often. */
  readonly matches?: readonly MatchRow[];
}

/** A tick: its number, what it took and how late it began in microseconds, and whether it overran (1) or not (0). */
export type TickSample = readonly [tick: number, workUs: number, lateUs: number, overrun: 0 | 1];

/** The match that is looked at. */
export interface MatchFigures {
  readonly t_ms: number;
  readonly match: string;
  readonly tick: number;
  readonly settings: SettingsInForce;
  /** Whether the server has more work than time, so that less is done for the match than is asked for. */
  readonly is_relieved: boolean;
  readonly ticks: readonly TickSample[];
  readonly budget_us: number;
  readonly snapshots: number;
  readonly skips: { readonly outbox: number; readonly window: number };
  readonly bytes: number;
  readonly keyframes: number;
  readonly input_ack_ms: Percentiles;
  readonly rtt_ms: Percentiles;
}

export interface SettingsInForce {
  readonly tick_hz: number;
  readonly snapshot_interval: number;
  readonly interp_delay_ms: number;
  readonly interest_radius: number;
  readonly paused: boolean;
  readonly dilation_permille: number;
}

/**
 * What a field costs. Without a component it is what belongs to none: heads of snapshots, events, messages. Without a field it is which
 * entities of the component come and go.
 */
export interface FieldBytes {
  readonly component: string | null;
  readonly field: string | null;
  readonly bytes_per_s: number;
}

export interface BytesFigures {
  readonly t_ms: number;
  readonly bytes: readonly FieldBytes[];
}

export interface PlayersFigures {
  readonly t_ms: number;
  readonly players: readonly PlayerRow[];
}

export interface ImpairmentFigures {
  readonly t_ms: number;
  readonly impairments: readonly Impairment[];
}

export interface FeedEvents {
  server: ServerFigures;
  match: MatchFigures;
  bytes: BytesFigures;
  players: PlayersFigures;
  /** Something about a match was changed by somebody. */
  act: { readonly t_ms: number; readonly match: string | null };
  change: { readonly t_ms: number; readonly match: string };
  impairment: { readonly t_ms: number; readonly match: string };
  /** The match is no more. */
  ended: { readonly t_ms: number; readonly match: string; readonly reason: string };
  /** So many events were left out, since this reader was too slow. */
  gap: { readonly t_ms: number; readonly missed: number };
}

export type FeedEventName = keyof FeedEvents;
