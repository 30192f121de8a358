/** The view checksum: whether this client holds what the server believes it holds. Section 6 of the protocol. */

import { QUANTUM, type Table } from "./delta.js";
import type { TableLayout } from "./schema.js";

/** The checksum of all tables, each with its layout. */
export function viewChecksum(layouts: readonly TableLayout[], tables: readonly Table[]): number {
  return layouts.reduce((sum, layout, index) => (sum + tableSum(layout, tables[index])) >>> 0, 0);
}

function tableSum(layout: TableLayout, table: Table): number {
  const salt = (column: number) => Math.imul(layout.table * 256 + column, 0x9e3779b1);
  let sum = 0;
  for (let row = 0; row < table.ids.length; row++) {
    const rowMix = mix(table.ids[row] + 0x9e3779b9);
    sum += mix(rowMix ^ salt(255));
    for (let column = 0; column < layout.columns.length; column++) {
      const value = table.columns[column][row];
      const moves = layout.columns[column].motion !== null;
      const quanta = moves ? Math.floor(value / QUANTUM) : value;
      sum += mix(mix(rowMix ^ salt(column)) ^ quanta);
      if (moves) sum += mix(mix(rowMix ^ salt(column + 128)) ^ (value - quanta * QUANTUM));
    }
    sum >>>= 0;
  }
  return sum;
}

/** MurmurHash3's 32-bit finaliser. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
