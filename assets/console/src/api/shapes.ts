// What the admin API answers and the feed tells: the parts that the console uses. The whole is in `docs/openapi.json`.

export type Role = "operator" | "viewer";

export interface Session {
  readonly role: Role;
  readonly who: string;
  readonly server_version: string;
  readonly started_ms: number;
  /** The games that the server has. */
  readonly games: readonly string[];
}

export type MatchState = "running" | "paused";

/** A line of the list of matches. */
export interface MatchRow {
  readonly match: string;
  readonly game: string;
  readonly state: MatchState;
  readonly players: number;
  readonly bots: number;
  readonly tick_hz: number;
  readonly age_s: number;
  readonly bytes_per_s: number;
  readonly budget_permille: number;
}

export type Value = number | boolean;

/** One number, or switch, that a designer may turn. */
export interface Setting {
  readonly key: string;
  readonly group: string;
  readonly type: "integer" | "number" | "boolean";
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly help: string;
  readonly value: Value;
  readonly default: Value;
  readonly live: boolean;
  readonly why_not_live?: string;
}

/** What a change did to each key. */
export type Changed = Readonly<Record<string, { readonly from: Value; readonly to: Value }>>;

export interface Change {
  readonly id: number;
  readonly who: string;
  readonly at_ms: number;
  readonly tick: number;
  readonly what: Changed;
  readonly undone_by?: number | null;
  readonly undoes?: number | null;
}

export interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** Figures of a stretch of time. */
export interface Side {
  readonly seconds: number;
  readonly input_ack_ms: Percentiles;
  readonly snapshot_age_ms: Percentiles;
  readonly bytes_per_client_s: number | null;
  readonly snapshots_per_client_s: number | null;
  readonly ticks_per_s: number | null;
  readonly cpu_us_per_tick: number | null;
  readonly headroom_permille: number | null;
  readonly overruns: number;
}

export interface Comparison {
  readonly before: Side;
  readonly since: Side;
}

export interface Act {
  readonly who: string;
  readonly at_ms: number;
  readonly match: string | null;
  readonly tick: number | null;
  readonly act: string;
  readonly what: unknown;
}

export interface Preset {
  readonly name: string;
  /** Null if the file can't be read. */
  readonly game: string | null;
  readonly values: Readonly<Record<string, Value>>;
  /** Why the file can't be used. */
  readonly error?: string;
}

/** A bad network on demand. */
export interface Impairment {
  readonly impairment: number;
  /** Whose; null: everybody's. */
  readonly seat: number | null;
  readonly delay_ms: number;
  readonly jitter_ms: number;
  readonly stall_ms: number;
  readonly stall_every_ms: number;
  readonly bytes_per_s: number | null;
  readonly ends_ms: number;
}

export type Cause = "fine" | "server" | "network" | "client";

export interface Close {
  readonly code: number;
  readonly reason: string;
  readonly at_ms: number;
}

/** A player as the server sees one. */
export interface PlayerRow {
  readonly seat: number;
  readonly name: string;
  readonly bot: boolean;
  readonly connected: boolean;
  readonly rtt_ms: number | null;
  readonly jitter_ms: number | null;
  readonly input_ack_ms: number | null;
  readonly inputs: number;
  readonly inputs_late: number;
  readonly inputs_dropped: number;
  readonly snapshot_age_ms: number | null;
  readonly snapshots: number;
  readonly skips: number;
  readonly bytes_per_s: number;
  readonly reconnects: number;
  readonly closes: readonly Close[];
  readonly impairment: Impairment | null;
  readonly verdict: { readonly cause: Cause; readonly why: string };
}
