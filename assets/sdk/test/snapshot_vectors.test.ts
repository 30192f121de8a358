import { readFileSync } from "node:fs";
import { decode } from "@msgpack/msgpack";
import { expect, test } from "vitest";
import { viewChecksum } from "../src/checksum.js";
import { type ColumnValues, QUANTUM } from "../src/delta.js";
import { decodeMessage, type EventRecord, type Settings } from "../src/messages.js";
import { Mirror, type State } from "../src/mirror.js";
import { decodeSchema, tableLayouts } from "../src/schema.js";
import { Timeline } from "../src/timeline.js";

type GoldenColumn = number[] | { quanta: number[]; fractions: number[] };

interface Golden {
  schema: string;
  settings: [number, number, number, number, number, boolean];
  frames: {
    name: string;
    hex: string;
    after: null | {
      tick: number;
      checksum: number;
      tables: { table: number; ids: number[]; columns: GoldenColumn[] }[];
      own_events: [number, number, number[]][];
      events: [number, number, number[]][];
    };
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../protocol/vectors/snapshots.json", import.meta.url), "utf8"),
) as Golden;
const layouts = tableLayouts(decodeSchema(decode(Buffer.from(golden.schema, "hex"))));

function firstSettings(): Settings {
  const [effectiveTick, tickHz, snapshotInterval, interpDelayMs, dilationPermille, paused] = golden.settings;
  return { effectiveTick, tickHz, snapshotInterval, interpDelayMs, dilationPermille, paused };
}

function goldenColumn(values: ColumnValues): GoldenColumn {
  if (values instanceof Int32Array) return [...values];
  const quanta = [...values].map((position) => Math.floor(position / QUANTUM));
  return { quanta, fractions: quanta.map((whole, row) => values[row] - whole * QUANTUM) };
}

function goldenTables(state: State) {
  return layouts.map(({ table }, index) => {
    const { ids, columns } = state.tables[index];
    return { table, ids: [...ids], columns: columns.map(goldenColumn) };
  });
}

const goldenEvents = (events: readonly EventRecord[]) => events.map(({ tick, event, values }) => [tick, event, values]);

test("every golden snapshot leads to the golden state, checksum and events", () => {
  const mirror = new Mirror(layouts);
  const timeline = new Timeline(firstSettings());
  for (const { name, hex, after } of golden.frames) {
    const message = decodeMessage(Buffer.from(hex, "hex"));
    if (message.type === "settings") {
      timeline.add(message.settings);
      continue;
    }
    if (message.type !== "snapshot" || after === null) throw new Error(`${name}: ${message.type}`);
    const state = mirror.apply(message, timeline.at(message.tick).tickHz);
    expect(state.tick, name).toBe(after.tick);
    expect(goldenTables(state), name).toEqual(after.tables);
    expect(viewChecksum(layouts, state.tables), name).toBe(after.checksum);
    expect(goldenEvents(message.ownEvents), name).toEqual(after.own_events);
    expect(goldenEvents(message.events), name).toEqual(after.events);
  }
  expect(mirror.state.tick).toBeGreaterThan(0);
});
