import { readFileSync } from "node:fs";
import { decode } from "@msgpack/msgpack";
import { expect, test } from "vitest";
import { viewChecksum } from "../src/checksum.js";
import { type ColumnValues, QUANTUM } from "../src/delta.js";
import { ProtocolError } from "../src/errors.js";
import { json } from "../src/json.js";
import { type EventRecord, readMessage, type Settings } from "../src/messages.js";
import { Mirror, type State } from "../src/mirror.js";
import { decodeSchema, type TableLayout, tableLayouts } from "../src/schema.js";
import { Timeline } from "../src/timeline.js";

type GoldenColumn = number[] | { quanta: number[]; fractions: number[] };

interface Golden {
  schema: string;
  settings: [number, number, number, number, number, boolean];
  frames: {
    name: string;
    hex: string;
    json?: unknown[];
    after: null | {
      tick: number;
      checksum: number;
      tables: { table: number; ids: number[]; columns: GoldenColumn[] }[];
      own_events: [number, number, number[]][];
      events: [number, number, number[]][];
    };
  }[];
  refused: { name: string; hex: string }[];
}

function readGolden(file: string): { golden: Golden; layouts: TableLayout[] } {
  const text = readFileSync(new URL(`../../../protocol/vectors/${file}`, import.meta.url), "utf8");
  const golden = JSON.parse(text) as Golden;
  return { golden, layouts: tableLayouts(decodeSchema(decode(Buffer.from(golden.schema, "hex")))) };
}

function firstSettings(golden: Golden): Settings {
  const [effectiveTick, tickHz, snapshotInterval, interpDelayMs, dilationPermille, paused] = golden.settings;
  return { effectiveTick, tickHz, snapshotInterval, interpDelayMs, dilationPermille, paused };
}

function goldenColumn(values: ColumnValues): GoldenColumn {
  if (values instanceof Int32Array) return [...values];
  const quanta = [...values].map((position) => Math.floor(position / QUANTUM));
  return { quanta, fractions: quanta.map((whole, row) => values[row] - whole * QUANTUM) };
}

function goldenTables(layouts: readonly TableLayout[], state: State) {
  return layouts.map(({ table }, index) => {
    const { ids, columns } = state.tables[index];
    return { table, ids: [...ids], columns: columns.map(goldenColumn) };
  });
}

const goldenEvents = (events: readonly EventRecord[]) => events.map(({ tick, event, values }) => [tick, event, values]);

const packed = (hex: string) => readMessage(decode(Buffer.from(hex, "hex")));

/** Takes a golden snapshot. */
function take(mirror: Mirror, message: ReturnType<typeof readMessage>, tickHz: (tick: number) => number) {
  if (message.type !== "snapshot") throw new Error(message.type);
  return { snapshot: message, state: mirror.apply(message, tickHz(message.tick)) };
}

type Read = (frame: Golden["frames"][number]) => ReturnType<typeof readMessage>;

const asMessagePack: Read = ({ hex }) => packed(hex);
const asText: Read = ({ json: golden }) => readMessage(json.decode(JSON.stringify(golden)));

test.each([
  ["snapshots.json", "MessagePack", asMessagePack],
  ["packed.json", "MessagePack", asMessagePack],
  ["snapshots.json", "text", asText],
])("every golden snapshot leads to the golden state, checksum and events: %s as %s", (file, _, read) => {
  const { golden, layouts } = readGolden(file);
  const mirror = new Mirror(layouts);
  const timeline = new Timeline(firstSettings(golden));
  for (const frame of golden.frames) {
    const { name, after } = frame;
    const message = read(frame);
    if (after === null) {
      if (message.type !== "settings") throw new Error(`${name}: ${message.type}`);
      timeline.add(message.settings);
      continue;
    }
    const { snapshot, state } = take(mirror, message, (tick) => timeline.at(tick).tickHz);
    expect(state.tick, name).toBe(after.tick);
    expect(goldenTables(layouts, state), name).toEqual(after.tables);
    expect(viewChecksum(layouts, state.tables), name).toBe(after.checksum);
    expect(goldenEvents(snapshot.ownEvents), name).toEqual(after.own_events);
    expect(goldenEvents(snapshot.events), name).toEqual(after.events);
  }
  expect(mirror.state.tick).toBeGreaterThan(0);
});

test("every snapshot that is golden to be refused is refused, and changes nothing", () => {
  const { golden, layouts } = readGolden("packed.json");
  const mirror = new Mirror(layouts);
  const tickHz = () => golden.settings[1];
  for (const { hex } of golden.frames) take(mirror, packed(hex), tickHz);
  const { state } = mirror;
  for (const { name, hex } of golden.refused) {
    expect(() => take(mirror, packed(hex), tickHz), name).toThrow(ProtocolError);
    expect(mirror.state, name).toBe(state);
  }
  expect(golden.refused.length).toBeGreaterThan(0);
});

test("a golden second of a crowd leads to the golden checksum", () => {
  const text = readFileSync(new URL("../../../protocol/vectors/workload.json", import.meta.url), "utf8");
  const second = JSON.parse(text) as { schema: string; tick_hz: number; frames: string[]; checksum: number };
  const layouts = tableLayouts(decodeSchema(decode(Buffer.from(second.schema, "hex"))));
  const mirror = new Mirror(layouts);
  for (const hex of second.frames) take(mirror, packed(hex), () => second.tick_hz);
  expect(viewChecksum(layouts, mirror.state.tables)).toBe(second.checksum);
});
