// Where the bytes go: by component over the last minute, by field now.

import type { FieldBytes } from "../feed/events.js";
import { key } from "../state/course.js";
import { course, fields } from "../state/live.js";
import { bytesPerS } from "../ui/format.js";
import { Chart } from "./chart.js";
import { stacked } from "./moments.js";
import { DIM, kind } from "./palette.js";

/** What belongs to no component. */
const OTHERS = "others";

const colorOf = (component: string, index: number): string => (component === OTHERS ? DIM : kind(index));

export function BytesByComponent() {
  const groups = byComponent(fields.value);
  return (
    <Chart
      title="Bytes by component"
      hint="What each component costs, one on top of the other: the uppermost edge is the sum."
      lines={groups.map(([label], index) => ({ label, color: colorOf(label, index), fill: true }))}
      data={() => stacked(course.fields, groups.map(([, of]) => of.map(key)))}
      format={bytesPerS}
      top={1000}
      plain
      stacked
    />
  );
}

export function FieldTable() {
  const rows = byComponent(fields.value).flatMap(([component, of], index) =>
    of.map((field) => ({ ...field, component, color: colorOf(component, index) })),
  );
  const total = rows.reduce((sum, { bytes_per_s }) => sum + bytes_per_s, 0);
  const most = Math.max(1, ...rows.map(({ bytes_per_s }) => bytes_per_s));
  return (
    <table class="figures bars">
      <caption>Bytes by field, now</caption>
      <thead>
        <tr>
          <th>component</th>
          <th>field</th>
          <th class="number">bytes</th>
          <th class="number">share</th>
          <th aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ component, field, bytes_per_s, color }) => (
          <tr key={`${component}.${field}`} style={{ "--line-color": color }}>
            <td class="swatch">{component}</td>
            <td>{field ?? "come and go"}</td>
            <td class="number">{bytesPerS(bytes_per_s)}</td>
            <td class="number">{total > 0 ? `${((100 * bytes_per_s) / total).toFixed(0)} %` : "–"}</td>
            <td class="bar" aria-hidden="true">
              <i style={{ scale: `${bytes_per_s / most} 1` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** In an order that stays: rows that change places can't be read. What belongs to no component comes last. */
function byComponent(all: readonly FieldBytes[]): [string, FieldBytes[]][] {
  const sorted = all.toSorted((a, b) => (a.field ?? "").localeCompare(b.field ?? ""));
  const names = [...new Set(all.flatMap(({ component }) => component ?? []))].sort();
  const groups = [...names, null].map((name): [string, FieldBytes[]] => [
    name ?? OTHERS,
    sorted.filter(({ component }) => component === name),
  ]);
  return groups.filter(([, of]) => of.length > 0);
}
