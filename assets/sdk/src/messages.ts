/**
 * What a server says: the messages of protocol version 1, read from their arrays.
 *
 * Reading is strict: what is not exactly of the documented shape throws a `MessageError`. Columns of table changes need
 * the schema; they are read in `delta.ts`.
 */

import { MessageError } from "./errors.js";
import { decodeSchema, type Schema } from "./schema.js";
import { array, boolean, i32, orNull, string, u32 } from "./values.js";

/** How fast a match runs and how it is drawn, from a tick on. */
export interface Settings {
  /** The first tick to which these apply. */
  readonly effectiveTick: number;
  /** Ticks per second of match time. */
  readonly tickHz: number;
  /** Ticks from one snapshot to the next. */
  readonly snapshotInterval: number;
  /** How far in the past others are drawn, in milliseconds of match time. */
  readonly interpDelayMs: number;
  /** Match time per real time, in thousandths. */
  readonly dilationPermille: number;
  /** Whether match time stands still. */
  readonly paused: boolean;
}

/** What became of a seat: its player, or null if it is free now. */
export interface RosterChange {
  readonly seat: number;
  readonly player: Player | null;
}

/** Who holds a seat. */
export interface Player {
  readonly name: string;
  /** Whether there is a connection just now. */
  readonly connected: boolean;
  /** Whether the server plays it. */
  readonly bot: boolean;
}

/** Something that happened at a tick, still in integers. */
export interface EventRecord {
  readonly tick: number;
  readonly event: number;
  readonly values: readonly number[];
}

/** Changes of one table, as they came. */
export interface TableChange {
  readonly table: number;
  readonly leaves: unknown;
  readonly enters: unknown;
  readonly changes: unknown;
}

/** The first message of a connection. */
export interface Welcome {
  readonly type: "welcome";
  readonly version: number;
  readonly match: string;
  readonly seat: number;
  readonly token: string;
  readonly tick: number;
  readonly inputSeq: number;
  readonly game: string;
  readonly settings: Settings;
  readonly roster: readonly RosterChange[];
  readonly schemaHash: number;
  /** Null if the client holds it already. */
  readonly schema: Schema | null;
}

/** What a seat may see at a tick: a keyframe, or the difference from the baseline. */
export interface Snapshot {
  readonly type: "snapshot";
  readonly tick: number;
  readonly baseline: number | null;
  readonly inputAck: number;
  readonly checksum: number | null;
  readonly ownEvents: readonly EventRecord[];
  readonly ownTables: readonly TableChange[];
  readonly events: readonly EventRecord[];
  readonly tables: readonly TableChange[];
}

/** The answer to a ping. */
export interface Pong {
  readonly type: "pong";
  readonly token: number;
  /** The tick whose state is newest. */
  readonly tick: number;
  /** Microseconds since that tick was due. */
  readonly intoTickUs: number;
}

/** Why the connection is about to be closed. */
export interface Goodbye {
  readonly type: "goodbye";
  readonly code: number;
  readonly reason: string;
  /** When to come back; null: not with this token. */
  readonly retryAfterMs: number | null;
}

/** Any message from the server. */
export type ServerMessage =
  | Welcome
  | Snapshot
  | { readonly type: "settings"; readonly settings: Settings }
  | Pong
  | { readonly type: "roster"; readonly entries: readonly RosterChange[] }
  | { readonly type: "chat"; readonly seat: number; readonly text: string }
  | Goodbye
  | { readonly type: "notice"; readonly text: string };

/** Reads a message of the server. */
export function readMessage(value: unknown): ServerMessage {
  const message = array(value, "message");
  switch (message[0]) {
    case 16:
      return decodeWelcome(array(message, "welcome", 12));
    case 17:
      return decodeSnapshot(array(message, "snapshot", 9));
    case 18: {
      const [, settings] = array(message, "settings", 2);
      return { type: "settings", settings: decodeSettings(settings) };
    }
    case 19: {
      const [, token, tick, into] = array(message, "pong", 4);
      return {
        type: "pong",
        token: u32(token, "pong token"),
        tick: u32(tick, "pong tick"),
        intoTickUs: u32(into, "pong into_tick_us"),
      };
    }
    case 20: {
      const [, entries] = array(message, "roster", 2);
      return { type: "roster", entries: decodeRoster(entries) };
    }
    case 21: {
      const [, seat, text] = array(message, "chat", 3);
      return { type: "chat", seat: u32(seat, "chat seat"), text: string(text, "chat text") };
    }
    case 22: {
      const [, code, reason, retry] = array(message, "goodbye", 4);
      return {
        type: "goodbye",
        code: u32(code, "goodbye code"),
        reason: string(reason, "goodbye reason"),
        retryAfterMs: orNull(retry, "goodbye retry_after_ms", u32),
      };
    }
    case 23: {
      const [, text] = array(message, "notice", 2);
      return { type: "notice", text: string(text, "notice text") };
    }
    default:
      throw new MessageError(`message type ${String(message[0])} is not known`);
  }
}

function decodeWelcome(message: readonly unknown[]): Welcome {
  const [, version, match, seat, token, tick, inputSeq, game, settings, roster, schemaHash, schema] = message;
  return {
    type: "welcome",
    version: u32(version, "welcome version"),
    match: string(match, "welcome match"),
    seat: u32(seat, "welcome seat"),
    token: string(token, "welcome token"),
    tick: u32(tick, "welcome tick"),
    inputSeq: u32(inputSeq, "welcome input_seq"),
    game: string(game, "welcome game"),
    settings: decodeSettings(settings),
    roster: decodeRoster(roster),
    schemaHash: u32(schemaHash, "welcome schema_hash"),
    schema: orNull(schema, "welcome schema", decodeSchema),
  };
}

function decodeSnapshot(message: readonly unknown[]): Snapshot {
  const [, tick, baseline, inputAck, checksum, ownEvents, ownTables, events, tables] = message;
  return {
    type: "snapshot",
    tick: u32(tick, "snapshot tick"),
    baseline: orNull(baseline, "snapshot baseline", u32),
    inputAck: u32(inputAck, "snapshot input_ack"),
    checksum: orNull(checksum, "snapshot checksum", u32),
    ownEvents: array(ownEvents, "snapshot own_events").map(decodeEvent),
    ownTables: array(ownTables, "snapshot own_tables").map(decodeTableChange),
    events: array(events, "snapshot events").map(decodeEvent),
    tables: array(tables, "snapshot tables").map(decodeTableChange),
  };
}

function decodeEvent(value: unknown): EventRecord {
  const [tick, event, values] = array(value, "event", 3);
  return {
    tick: u32(tick, "event tick"),
    event: u32(event, "event id"),
    values: array(values, "event values").map((value) => i32(value, "event value")),
  };
}

function decodeTableChange(value: unknown): TableChange {
  const [table, leaves, enters, changes] = array(value, "table change", 4);
  return { table: u32(table, "table"), leaves, enters, changes };
}

function decodeSettings(value: unknown): Settings {
  const [effectiveTick, tickHz, snapshotInterval, interpDelayMs, dilationPermille, paused] = array(
    value,
    "settings",
    6,
  );
  const settings = {
    effectiveTick: u32(effectiveTick, "settings effective_tick"),
    tickHz: u32(tickHz, "settings tick_hz"),
    snapshotInterval: u32(snapshotInterval, "settings snapshot_interval"),
    interpDelayMs: u32(interpDelayMs, "settings interp_delay_ms"),
    dilationPermille: u32(dilationPermille, "settings dilation_permille"),
    paused: boolean(paused, "settings paused"),
  };
  if (settings.tickHz === 0) throw new MessageError("settings tick_hz: at least 1 expected, 0 given");
  return settings;
}

function decodeRoster(value: unknown): RosterChange[] {
  return array(value, "roster").map((entry) => {
    const [seat, name, flags] = array(entry, "roster entry", 3);
    const player = orNull(name, "roster name", string);
    const bits = u32(flags, "roster flags");
    return {
      seat: u32(seat, "roster seat"),
      player: player === null ? null : { name: player, connected: (bits & 1) !== 0, bot: (bits & 2) !== 0 },
    };
  });
}
