/**
 * The schema: what the integers of a match mean, and in which tables and columns they are held.
 *
 * Nothing here knows any game. How the values travel is in `delta.ts`.
 */

import { MessageError } from "./errors.js";
import { array, boolean, i32, orNull, positive, string, u32, u32UpTo } from "./values.js";

const COMPONENT_ID_MAX = 127;
const FIELD_ID_MAX = 31;
const WRAP_MAX = 2 ** 30;

/** One field of a component, of an event, or of the input. */
export interface Field {
  readonly id: number;
  readonly name: string;
  readonly boolean: boolean;
  /** What 1 stands for. */
  readonly quantum: number;
  /** The smallest integer. */
  readonly min: number;
  /** The largest integer. */
  readonly max: number;
  /** The modulus of a cyclic field. */
  readonly wrap: number | null;
  /** Whether only the owner sees it. */
  readonly private: boolean;
  /** Id of the field that holds its velocity; it is a motion field then. */
  readonly velocity: number | null;
}

/** A component or an event: named fields. */
export interface RecordSchema {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly Field[];
}

/** What a match replicates, takes as input, and reports. */
export interface Schema {
  readonly components: readonly RecordSchema[];
  readonly input: readonly Field[];
  readonly events: readonly RecordSchema[];
}

/** How a motion field moves. */
export interface Motion {
  /** The velocity's column in the same table. */
  readonly velocityColumn: number;
  /** Quanta of way per second for each quantum of velocity. */
  readonly quantaPerS: number;
}

/** One column of a table. */
export interface Column {
  readonly field: Field;
  readonly motion: Motion | null;
}

/** One table: the public or the private fields of a component. */
export interface TableLayout {
  readonly table: number;
  readonly component: RecordSchema;
  readonly private: boolean;
  readonly columns: readonly Column[];
}

/** Reads the schema of a welcome. */
export function decodeSchema(value: unknown): Schema {
  const [components, input, events] = array(value, "schema", 3);
  return {
    components: decodeRecords(components, "component", true),
    input: decodeFields(input, "input", false),
    events: decodeRecords(events, "event", false),
  };
}

/** The tables of a schema, in ascending order of their numbers. */
export function tableLayouts(schema: Schema): TableLayout[] {
  return schema.components.flatMap((component) => {
    const open = layout(component, false);
    const own = layout(component, true);
    return own.columns.length > 0 ? [open, own] : [open];
  });
}

function layout(component: RecordSchema, own: boolean): TableLayout {
  const fields = component.fields.filter((field) => field.private === own);
  const columns = fields.map((field) => {
    const velocityColumn = fields.findIndex((other) => other.id === field.velocity);
    const motion =
      velocityColumn < 0 ? null : { velocityColumn, quantaPerS: fields[velocityColumn].quantum / field.quantum };
    return { field, motion };
  });
  return { table: component.id * 2 + (own ? 1 : 0), component, private: own, columns };
}

function decodeRecords(value: unknown, what: string, replicated: boolean): RecordSchema[] {
  const records = array(value, `${what}s`).map((entry) => {
    const [id, name, fields] = array(entry, what, 3);
    const readName = string(name, `${what} name`);
    return {
      id: u32UpTo(id, COMPONENT_ID_MAX, `${what} ${readName} id`),
      name: readName,
      fields: decodeFields(fields, readName, replicated),
    };
  });
  return ascending(records, `${what}s`);
}

function decodeFields(value: unknown, owner: string, replicated: boolean): Field[] {
  const fields = array(value, `${owner} fields`).map((entry) => decodeField(entry, owner));
  for (const field of fields) {
    const sound = replicated
      ? field.velocity === null || hasVelocity(field, fields)
      : field.wrap === null && field.velocity === null && !field.private;
    if (!sound)
      throw new MessageError(`${owner}.${field.name}: wrap, private or velocity where the protocol does not allow it`);
  }
  return ascending(fields, `${owner} fields`);
}

/** Whether a motion field's velocity is a plain field of its privacy. */
function hasVelocity(field: Field, fields: readonly Field[]): boolean {
  const velocity = fields.find((other) => other.id === field.velocity);
  return (
    velocity !== undefined &&
    velocity.velocity === null &&
    velocity.wrap === null &&
    velocity.private === field.private &&
    field.wrap === null
  );
}

function decodeField(value: unknown, owner: string): Field {
  const [id, fieldName, kind, quantum, min, max, wrap, own, velocity] = array(value, `${owner} field`, 9);
  const name = string(fieldName, `${owner} field name`);
  const what = `${owner}.${name}`;
  return {
    id: u32UpTo(id, FIELD_ID_MAX, `${what} id`),
    name,
    boolean: u32UpTo(kind, 1, `${what} kind`) === 1,
    quantum: positive(quantum, `${what} quantum`),
    min: i32(min, `${what} min`),
    max: i32(max, `${what} max`),
    wrap: orNull(wrap, `${what} wrap`, (modulus, place) => u32UpTo(modulus, WRAP_MAX, place)),
    private: boolean(own, `${what} private`),
    velocity: orNull(velocity, `${what} velocity`, u32),
  };
}

function ascending<T extends { readonly id: number }>(entries: T[], what: string): T[] {
  if (entries.some((entry, index) => index > 0 && entry.id <= entries[index - 1].id))
    throw new MessageError(`${what}: ids must ascend`);
  return entries;
}

/** The value to show for an integer of a field, whole or between two. */
export function shown(field: Field, quanta: number): number | boolean {
  return field.boolean ? quanta !== 0 : quanta * field.quantum;
}
