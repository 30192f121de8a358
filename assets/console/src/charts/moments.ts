// Moments turned into the columns of a chart.

import type { Moment } from "../state/course.js";

type Columns = [number[], ...(number | null)[][]];

/** One column for each key; null where a moment has none. */
export function byKey<T>(moments: readonly Moment<T>[], keys: readonly string[], of: (value: T) => number | null): Columns {
  const column = (key: string): (number | null)[] =>
    moments.map(({ by }) => {
      const value = by.get(key);
      return value === undefined ? null : of(value);
    });
  return [moments.map(({ t }) => t), ...keys.map(column)];
}

/** The same, each column on top of those after it: the first is the sum of all. */
export function stacked(moments: readonly Moment<number>[], groups: readonly (readonly string[])[]): Columns {
  const sums = moments.map(({ by }) => {
    const sizes = groups.map((keys) => keys.reduce((sum, key) => sum + (by.get(key) ?? 0), 0));
    return sizes.map((_, index) => sizes.slice(index).reduce((sum, size) => sum + size, 0));
  });
  return [moments.map(({ t }) => t), ...groups.map((_, index) => sums.map((row) => row[index] ?? 0))];
}
