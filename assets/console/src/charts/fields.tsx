// Where the bytes go: by component over the last minute, by field now.

import { fields, course } from "../state/live.js";
import { bytesPerS } from "../ui/format.js";
import { Chart } from "./chart.js";
import { stacked } from "./moments.js";
import { kind } from "./palette.js";

export function BytesByComponent() {
  const components = [...new Set(fields.value.map(({ component }) => component))].sort();
  const groups = components.map((component) =>
    fields.value.filter((field) => field.component === component).map(({ field }) => `${component}.${field}`),
  );
  return (
    <Chart
      title="Bytes by component"
      hint="What each component costs, one on top of the other: the uppermost edge is the sum."
      lines={components.map((label, index) => ({ label, color: kind(index), fill: true }))}
      data={() => stacked(course.fields, groups)}
      format={bytesPerS}
      top={1000}
      plain
      stacked
    />
  );
}

export function FieldTable() {
  // In an order that stays: rows that change places can't be read.
  const all = fields.value.toSorted((a, b) => a.component.localeCompare(b.component) || a.field.localeCompare(b.field));
  const total = all.reduce((sum, { bytes_per_s }) => sum + bytes_per_s, 0);
  const most = Math.max(1, ...all.map(({ bytes_per_s }) => bytes_per_s));
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
        {all.map(({ component, field, bytes_per_s }) => (
          <tr key={`${component}.${field}`}>
            <td>{component}</td>
            <td>{field}</td>
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
