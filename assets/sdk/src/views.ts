/** Entities as objects: the integers of a state in the units of the schema, public and own fields together. */

import { QUANTUM, type Table } from "./delta.js";
import type { State } from "./mirror.js";
import { type Field, shown, type TableLayout } from "./schema.js";

/** One entity's fields of one component, by name, in units; and `id`, the entity's. */
export type RawView = { readonly id: number } & { readonly [field: string]: number | boolean };

/** Where a component's field is held. */
export interface Place {
  readonly field: Field;
  /** Index of the table among the layouts. */
  readonly table: number;
  readonly column: number;
  /** The velocity's column in the same table and the way in quanta per second for one quantum of it. */
  readonly motion: { readonly velocityColumn: number; readonly quantaPerS: number } | null;
}

/** Where all of a component's fields are held. */
export interface ComponentPlaces {
  /** Index of the public table, which has a row for each entity. */
  readonly table: number;
  readonly places: readonly Place[];
}

/** Makes the value of a field, in quanta; fields may be between two. */
export type Measure = (place: Place, row: number) => number;

/** Where the fields of each component are held, by the component's name. */
export function placesByComponent(layouts: readonly TableLayout[]): Map<string, ComponentPlaces> {
  const components = new Map<string, ComponentPlaces>();
  layouts.forEach((layout, table) => {
    const before = components.get(layout.component.name);
    const places = layout.columns.map(({ field, motion }, column) => ({ field, table, column, motion }));
    components.set(layout.component.name, {
      table: before?.table ?? table,
      places: [...(before?.places ?? []), ...places],
    });
  });
  return components;
}

/** The row of an entity in a table, −1 if it has none. */
export function rowOf(table: Table, id: number): number {
  let low = 0;
  let high = table.ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table.ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return table.ids[low] === id ? low : -1;
}

/** A field's value in quanta as a state has it. */
export function quantaAt(state: State, place: Place, row: number): number {
  const value = state.tables[place.table].columns[place.column][row];
  return place.motion === null ? value : value / QUANTUM;
}

/** The view of the entity in a row of the public table. */
export function viewOf(component: ComponentPlaces, state: State, publicRow: number, measure: Measure): RawView {
  const id = state.tables[component.table].ids[publicRow];
  const view: { id: number; [field: string]: number | boolean } = { id };
  for (const place of component.places) {
    const row = place.table === component.table ? publicRow : rowOf(state.tables[place.table], id);
    if (row >= 0) view[place.field.name] = shown(place.field, measure(place, row));
  }
  return view;
}

/** The views of all entities of a component, as a state has them. */
export function viewsOf(component: ComponentPlaces, state: State): RawView[] {
  const measure: Measure = (place, row) => quantaAt(state, place, row);
  return Array.from(state.tables[component.table].ids, (_, row) => viewOf(component, state, row, measure));
}
