/**
 * Applies one table change to one table. Tables are never changed in place: each step makes a new one and shares what
 * stayed the same.
 *
 * Invariant: after it a table holds, to the bit, the rows the server meant. Which tables there are, and when, is in
 * `mirror.ts`.
 */

import { MirrorError } from "./errors.js";
import { QUANTUM, readFractions, readIds, readInts, readPresence, type Rows } from "./lists.js";
import type { TableChange } from "./messages.js";
import type { Column, Motion, TableLayout } from "./schema.js";
import { array, orNull } from "./values.js";

export { QUANTUM } from "./lists.js";

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

/** What is added to one column, in the order of the rows. */
interface Entries {
  readonly rows: Rows;
  readonly ints: Int32Array;
  /** Null if all are zero. */
  readonly fractions: Int32Array | null;
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
  const entries = readChanges(layout, table.ids.length, changes);
  const columns = [...table.columns];
  layout.columns.forEach(({ motion, field }, index) => {
    const added = entries[index];
    if (motion === null && added !== null) columns[index] = addPlain(columns[index], added, field.wrap);
  });
  layout.columns.forEach((column, index) => {
    if (column.motion === null) return;
    columns[index] = advance(columns[index], columns[column.motion.velocityColumn], column, column.motion, span);
    const added = entries[index];
    if (added !== null) addMotion(columns[index], added);
  });
  return { ids: table.ids, columns };
}

/** Reads what is added to each column; null for those that have no change. */
function readChanges(layout: TableLayout, rows: number, changes: readonly unknown[] | null): (Entries | null)[] {
  let before: Rows | undefined;
  return layout.columns.map(({ motion }, index) => {
    const change = changes?.[index] ?? null;
    if (change === null) return null;
    const [presence, ints, fractions] = array(change, "change", motion === null ? 2 : 3);
    before = readPresence(presence, rows, before);
    const count = before?.length ?? rows;
    return {
      rows: before,
      ints: readInts(ints, "entries", count),
      fractions: motion === null ? null : readFractions(fractions, count),
    };
  });
}

function addPlain(before: ColumnValues, { rows, ints }: Entries, wrap: number | null): ColumnValues {
  const values = before.slice();
  for (let entry = 0; entry < ints.length; entry++) {
    const row = rows === null ? entry : rows[entry];
    const sum = values[row] + ints[entry];
    values[row] = wrap === null ? sum : ((sum % wrap) + wrap) % wrap;
  }
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

/** Adds to positions in place. */
function addMotion(positions: ColumnValues, { rows, ints, fractions }: Entries): void {
  for (let entry = 0; entry < ints.length; entry++)
    positions[rows === null ? entry : rows[entry]] += ints[entry] * QUANTUM + (fractions?.[entry] ?? 0);
}

function enter(layout: TableLayout, table: Table, enters: unknown): Table {
  const [entering, ...columns] = array(enters, "enters", 1 + layout.columns.length);
  const ids = readIds(entering);
  const entered = { ids, columns: layout.columns.map((column, index) => readColumn(columns[index], column, ids.length)) };
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
  if (column.motion === null) return readInts(value, "values", rows);
  const [ints, fractions] = array(value, "column", 2);
  const positions = new Float64Array(rows);
  addMotion(positions, { rows: null, ints: readInts(ints, "values", rows), fractions: readFractions(fractions, rows) });
  return positions;
}
