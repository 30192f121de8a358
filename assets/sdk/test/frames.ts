/** Messages of a server, as arrays before encoding; and the schema of a little game. */

/** x moves by vx, 8 quanta a second for each of its quanta; aim wraps at 1000; ammo is the owner's. */
export const SCHEMA = [
  [
    [
      1,
      "Body",
      [
        [0, "x", 0, 0.0625, -32768, 32767, null, false, 1],
        [1, "vx", 0, 0.5, -1000, 1000, null, false, null],
        [2, "aim", 0, 0.5, 0, 999, 1000, false, null],
        [3, "hp", 0, 1, 0, 100, null, false, null],
        [4, "alive", 1, 1, 0, 1, null, false, null],
        [5, "ammo", 0, 1, 0, 30, null, true, null],
      ],
    ],
  ],
  [
    [0, "move_x", 0, 0.01, -100, 100, null, false, null],
    [1, "fire", 1, 1, 0, 1, null, false, null],
  ],
  [
    [
      1,
      "hit",
      [
        [0, "by", 0, 1, 0, 199, null, false, null],
        [1, "damage", 0, 0.5, 0, 200, null, false, null],
        [2, "fatal", 1, 1, 0, 1, null, false, null],
      ],
    ],
  ],
];

export const BODY_TABLE = 2;
export const OWN_BODY_TABLE = 3;
export const SCHEMA_HASH = 7;

export interface SettingsParts {
  effective?: number;
  hz?: number;
  interval?: number;
  delayMs?: number;
  dilation?: number;
  paused?: boolean;
}

/** 20 ticks a second, a snapshot each, drawn 100 ms in the past. */
export function settings({
  effective = 1,
  hz = 20,
  interval = 1,
  delayMs = 100,
  dilation = 1000,
  paused = false,
}: SettingsParts = {}) {
  return [effective, hz, interval, delayMs, dilation, paused];
}

export interface WelcomeParts {
  match?: string;
  seat?: number;
  token?: string;
  tick?: number;
  inputSeq?: number;
  settings?: SettingsParts;
  roster?: unknown[];
  schemaHash?: number;
  schema?: unknown;
}

export function welcome({
  match = "duel",
  seat = 0,
  token = "token-1",
  tick = 100,
  inputSeq = 0,
  roster = [[0, "Ada", 1]],
  schemaHash = SCHEMA_HASH,
  ...parts
}: WelcomeParts) {
  const schema = parts.schema === undefined ? SCHEMA : parts.schema;
  return [16, 1, match, seat, token, tick, inputSeq, "tag", settings(parts.settings), roster, schemaHash, schema];
}

export interface SnapshotParts {
  tick: number;
  baseline?: number | null;
  inputAck?: number;
  checksum?: number | null;
  ownEvents?: unknown[];
  ownTables?: unknown[];
  events?: unknown[];
  tables?: unknown[];
}

export function snapshot({
  tick,
  baseline = null,
  inputAck = 0,
  checksum = null,
  ownEvents = [],
  ownTables = [],
  events = [],
  tables = [],
}: SnapshotParts) {
  return [17, tick, baseline, inputAck, checksum, ownEvents, ownTables, events, tables];
}

/** A row of the Body table in integers. */
export interface BodyRow {
  id: number;
  x?: number;
  vx?: number;
  aim?: number;
  hp?: number;
  alive?: number;
}

/** A table change in which these bodies, in ascending order, enter. */
export function enter(...rows: BodyRow[]) {
  const column = (name: Exclude<keyof BodyRow, "id">, otherwise: number) => rows.map((row) => row[name] ?? otherwise);
  return [
    BODY_TABLE,
    null,
    [
      ids(rows.map((row) => row.id)),
      [column("x", 0), null],
      column("vx", 0),
      column("aim", 0),
      column("hp", 100),
      column("alive", 1),
    ],
    null,
  ];
}

/** A keyframe of these bodies. */
export function keyframe(tick: number, ...rows: BodyRow[]) {
  return snapshot({ tick, tables: rows.length > 0 ? [enter(...rows)] : [] });
}

/** Ids as they travel: the first, then differences. */
export function ids(given: number[]) {
  return given.map((id, index) => (index === 0 ? id : id - given[index - 1]));
}
