/** The lists that table changes are made of, each in any of its forms: integers, fractions, ids, and which rows are meant. */

import { MirrorError } from "./errors.js";
import { Unpacker } from "./packed.js";
import { array, i32, u32 } from "./values.js";

/** One quantum of a motion field, whose columns are fixed point with 24 fractional bits. */
export const QUANTUM = 2 ** 24;

const PACKED_IDS_MAX = 65_536;

/** Some rows by their numbers, ascending; null is every row. */
export type Rows = Int32Array | null;

/** Reads so many integers. */
export function readInts(value: unknown, what: string, length: number): Int32Array {
  if (value instanceof Uint8Array) return new Unpacker(value).integers(length);
  const given = array(value, what, length);
  const ints = new Int32Array(length);
  for (let index = 0; index < length; index++) ints[index] = i32(given[index], what);
  return ints;
}

/** Reads so many fractions, null if all are zero. */
export function readFractions(value: unknown, length: number): Int32Array | null {
  if (value === null) return null;
  const fractions = readInts(value, "fractions", length);
  for (const fraction of fractions)
    if (fraction < 0 || fraction >= QUANTUM) throw new MirrorError(`a fraction of ${fraction}, below 2^24 expected`);
  return fractions;
}

/** Reads ids, which ascend. */
export function readIds(value: unknown): Uint32Array {
  return value instanceof Uint8Array ? packedIds(new Unpacker(value)) : listedIds(array(value, "ids"));
}

function listedIds(given: readonly unknown[]): Uint32Array {
  if (given.length === 0) throw new MirrorError("a list of no ids");
  const ids = new Uint32Array(given.length);
  ids[0] = u32(given[0], "id");
  for (let index = 1; index < ids.length; index++) ids[index] = idAfter(ids[index - 1], u32(given[index], "id"));
  return ids;
}

function packedIds(packed: Unpacker): Uint32Array {
  const length = packed.varint();
  if (length < 2 || length > PACKED_IDS_MAX)
    throw new MirrorError(`${length} packed ids, 2 to ${PACKED_IDS_MAX} allowed`);
  const ids = new Uint32Array(length);
  ids[0] = packed.varint();
  const differences = packed.integers(length - 1);
  for (let index = 1; index < length; index++) ids[index] = idAfter(ids[index - 1], differences[index - 1] >>> 0);
  return ids;
}

function idAfter(previous: number, difference: number): number {
  const id = previous + difference;
  if (difference === 0 || id >= 2 ** 32) throw new MirrorError(`the id ${difference} after ${previous} is not above it`);
  return id;
}

/**
 * Reads which of so many rows have an entry: at least one. `before` is what the column before said, undefined if there is
 * none.
 */
export function readPresence(value: unknown, rows: number, before: Rows | undefined): Rows {
  const present = value === true ? before : value === null ? null : rowNumbers(value, rows);
  const last = present === null ? rows - 1 : present?.at(-1);
  if (present === undefined || last === undefined || last < 0 || last >= rows)
    throw new MirrorError(`presence must name at least one of ${rows} rows, and no other`);
  return present;
}

function rowNumbers(value: unknown, rows: number): Int32Array {
  if (!(value instanceof Uint8Array) || value[0] !== 0) return Int32Array.from(readIds(value));
  return new Unpacker(value.subarray(1)).bitmap(rows);
}
