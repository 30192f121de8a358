/**
 * Applies one table change to one table. Tables are never changed in place: each step makes a new one and shares what
 * stayed the same.
 *
 * Invariant: after it a table holds, to the bit, the rows the server meant. Which tables there are, and when, is in
 * `mirror.ts`.
 */

import { MirrorError } from "./errors.js";
import type { TableChange } from "./messages.js";
import type { Column, Motion, TableLayout } from "./schema.js";
import { array, bytes, i32, orNull, u32, u32UpTo } from "./values.js";

/** One quantum of a motion field, whose columns are fixed point with 24 fractional bits. */
export const QUANTUM = 2 ** 24;

/** Integers of a plain field, or fixed point of a motion field; one entry a row. */
export type ColumnValues = Int32Array | Float64Array;

/** Rows in ascending order of entity id. */
export interface Table {
  readonly ids: Uint32Array;
  /** One for each column of the layout. */
  readonly columns: readonly ColumnValues[];
}

/** How far a delta reaches, and at which tick rate. */
export interface Span {
  readonly ticks: number;
  readonly tickHz: number;
}

/** Entries of one column, in the order of the rows they are for. */
interface Entries {
  readonly presence: Uint8Array | null;
  readonly ints: readonly unknown[];
  readonly fractions: readonly unknown[] | null;
}

/** A table without rows. */
export function emptyTable(layout: TableLayout): Table {
  return { ids: new Uint32Array(0), columns: layout.columns.map((column) => columnOf(column, 0)) };
}

/** The table after a change, or after a span in which it was not mentioned. */
export function applyChange(layout: TableLayout, before: Table, change: TableChange | undefined, span: Span): Table {
  const remaining = change === undefined || change.leaves === null ? before : leave(before, change.leaves);
  const changes =
    change === undefined
      ? null
      : orNull(change.changes, "changes", (value, what) => array(value, what, layout.columns.length));
  const changed = changeRows(layout, remaining, changes, span);
  return change === undefined || change.enters === null ? changed : enter(layout, changed, change.enters);
}

function leave(table: Table, leaves: unknown): Table {
  const leaving = readIds(leaves);
  let next = 0;
  const stay = (id: number) => id !== leaving[next] || (next++, false);
  const rows = Int32Array.from(table.ids.keys()).filter((row) => stay(table.ids[row]));
  if (next < leaving.length) throw new MirrorError(`entity ${leaving[next]} leaves, but is not there`);
  return gather(table, rows);
}

/** A table of some rows of another. */
function gather(table: Table, rows: Int32Array): Table {
  const pick = <T extends Uint32Array | ColumnValues>(from: T, to: T): T => {
    for (let row = 0; row < rows.length; row++) to[row] = from[rows[row]];
    return to;
  };
  return {
    ids: pick(table.ids, new Uint32Array(rows.length)),
    columns: table.columns.map((values) =>
      pick(values, values instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length)),
    ),
  };
}

function changeRows(layout: TableLayout, table: Table, changes: readonly unknown[] | null, span: Span): Table {
  const columns = [...table.columns];
  const entriesOf = (index: number) => readEntries(changes?.[index] ?? null, layout.columns[index]);
  layout.columns.forEach((column, index) => {
    const entries = column.motion === null ? entriesOf(index) : null;
    if (entries !== null) columns[index] = addPlain(columns[index], entries, column.field.wrap);
  });
  layout.columns.forEach((column, index) => {
    if (column.motion === null) return;
    const moved = advance(columns[index], columns[column.motion.velocityColumn], column, column.motion, span);
    const entries = entriesOf(index);
    columns[index] = entries === null ? moved : addMotion(moved, entries);
  });
  return { ids: table.ids, columns };
}

function addPlain(before: ColumnValues, entries: Entries, wrap: number | null): ColumnValues {
  const values = before.slice();
  forEachEntry(entries, values.length, (row, entry) => {
    const sum = values[row] + i32(entries.ints[entry], "entry");
    values[row] = wrap === null ? sum : ((sum % wrap) + wrap) % wrap;
  });
  return values;
}

/** Moves every row by its velocity. */
function advance(
  before: ColumnValues,
  velocities: ColumnValues,
  column: Column,
  motion: Motion,
  span: Span,
): ColumnValues {
  const step = Math.floor((motion.quantaPerS * QUANTUM) / span.tickHz + 0.5);
  const min = column.field.min * QUANTUM;
  const max = column.field.max * QUANTUM;
  return before.map((position, row) => Math.min(Math.max(position + span.ticks * velocities[row] * step, min), max));
}

function addMotion(moved: ColumnValues, entries: Entries): ColumnValues {
  forEachEntry(entries, moved.length, (row, entry) => {
    moved[row] += fixed(entries, entry);
  });
  return moved;
}

function enter(layout: TableLayout, table: Table, enters: unknown): Table {
  const [entering, ...columns] = array(enters, "enters", 1 + layout.columns.length);
  const entered = {
    ids: readIds(entering),
    columns: layout.columns.map((column, index) => readColumn(columns[index], column, (entering as unknown[]).length)),
  };
  return merge(layout, table, entered);
}

/** Two tables that share no entity, as one. */
function merge(layout: TableLayout, old: Table, entered: Table): Table {
  const rows = old.ids.length + entered.ids.length;
  const merged = { ids: new Uint32Array(rows), columns: layout.columns.map((column) => columnOf(column, rows)) };
  for (let row = 0, left = 0, right = 0; row < rows; row++) {
    if (left < old.ids.length && old.ids[left] === entered.ids[right])
      throw new MirrorError(`entity ${old.ids[left]} enters, but is there already`);
    const fromOld = right === entered.ids.length || old.ids[left] < entered.ids[right];
    const source = fromOld ? old : entered;
    const from = fromOld ? left++ : right++;
    merged.ids[row] = source.ids[from];
    merged.columns.forEach((values, column) => (values[row] = source.columns[column][from]));
  }
  return merged;
}

function columnOf(column: Column, rows: number): ColumnValues {
  return column.motion === null ? new Int32Array(rows) : new Float64Array(rows);
}

/** A column of entering rows. */
function readColumn(value: unknown, column: Column, rows: number): ColumnValues {
  const [ints, fractions] = column.motion === null ? [value, null] : array(value, "column", 2);
  const entries = {
    presence: null,
    ints: array(ints, "column", rows),
    fractions: orNull(fractions, "fractions", (given, what) => array(given, what, rows)),
  };
  const values = columnOf(column, rows);
  for (let row = 0; row < rows; row++)
    values[row] = column.motion === null ? i32(entries.ints[row], "value") : fixed(entries, row);
  return values;
}

/** An entry of a motion field in fixed point. */
function fixed(entries: Entries, index: number): number {
  const fraction = entries.fractions === null ? 0 : u32UpTo(entries.fractions[index], QUANTUM - 1, "fraction");
  return i32(entries.ints[index], "entry") * QUANTUM + fraction;
}

/** Reads ascending ids: the first, then differences. */
function readIds(value: unknown): Uint32Array {
  const given = array(value, "ids");
  const ids = new Uint32Array(given.length);
  let id = 0;
  for (let index = 0; index < given.length; index++) {
    const difference = u32(given[index], "id");
    id = u32(id + difference, "id");
    if (index > 0 && difference === 0) throw new MirrorError(`entity ${id} is named twice`);
    ids[index] = id;
  }
  return ids;
}

/** Reads the change of one column, null if it has none. */
function readEntries(change: unknown, column: Column): Entries | null {
  if (change === null) return null;
  const [presence, ints, fractions] = array(change, "change", column.motion === null ? 2 : 3);
  const entries = array(ints, "entries");
  return {
    presence: orNull(presence, "presence", bytes),
    ints: entries,
    fractions: orNull(fractions ?? null, "fractions", (given, what) => array(given, what, entries.length)),
  };
}

/** Calls `visit` with the row and the number of each entry, after checking that presence bits and entries agree. */
function forEachEntry({ presence, ints }: Entries, rows: number, visit: (row: number, entry: number) => void): void {
  if (presence !== null && presence.length !== Math.ceil(rows / 8))
    throw new MirrorError(`presence of ${presence.length} bytes for ${rows} rows`);
  const end = presence === null ? rows : presence.length * 8;
  let entry = 0;
  for (let row = 0; row < end; row++) {
    if (presence !== null && ((presence[row >> 3] >> (row & 7)) & 1) === 0) continue;
    if (row >= rows || entry >= ints.length)
      throw new MirrorError(`presence names more rows than there are: ${rows} rows, ${ints.length} entries`);
    visit(row, entry++);
  }
  if (entry !== ints.length) throw new MirrorError(`${ints.length} entries for ${entry} rows`);
}
