// A streaming chart: title, legend with the newest figures (under the cursor: those of that moment), and the last minute.

import { effect } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { beat, course } from "../state/live.js";
import { SHOWN_S } from "../state/course.js";

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly fill?: boolean;
  /** Only points, no line between them. */
  readonly dots?: boolean;
  readonly dash?: readonly number[];
  readonly width?: number;
  /** Left out of the legend. */
  readonly quiet?: boolean;
}

interface Props {
  readonly title: string;
  /** One sentence: what to look for. */
  readonly hint: string;
  readonly lines: readonly Line[];
  /** Times and one column for each line. */
  readonly data: () => uPlot.AlignedData;
  readonly format: (value: number) => string;
  /** The least that the scale reaches to. */
  readonly top: number;
  /** The legend has the labels alone. */
  readonly plain?: boolean;
  /** The lines lie on top of each other: the legend tells what each adds. */
  readonly stacked?: boolean;
}

const DIM = "#8f9db3";
const GRID = { stroke: "rgb(160 185 225 / 8%)", width: 1 };
const FONT = '11px "Segoe UI", system-ui, "DejaVu Sans", sans-serif';

export function Chart({ title, hint, lines, data, format, top, plain = false, stacked = false }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const newest = useRef(data);
  newest.current = data;
  const [shown, setShown] = useState<readonly string[]>([]);
  const key = lines.map(({ label, width }) => `${label} ${width}`).join();

  // Before the next frame: a plot takes no data of other lines than its own.
  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    const show = (plot: uPlot): void => {
      const at = plot.cursor.idx ?? plot.data[0].length - 1;
      const own = (index: number): number | null | undefined => {
        const [value, below] = [plot.data[index + 1]?.[at], plot.data[index + 2]?.[at]];
        return stacked ? (value ?? 0) - (below ?? 0) : value;
      };
      setShown(lines.map((_, index) => told(own(index), format)));
    };
    const plot = new uPlot(options(lines, format, top, size(place), show), newest.current(), place);
    const resized = new ResizeObserver(() => plot.setSize(size(place)));
    resized.observe(place);
    let frame = 0;
    const stop = effect(() => {
      beat.value;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        plot.setData(newest.current());
        show(plot);
      });
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
      resized.disconnect();
      plot.destroy();
    };
  }, [key]);

  return (
    <figure class="chart">
      <figcaption>
        <h3 title={hint}>{title}</h3>
        <ul>
          {lines.map(({ label, color, quiet }, index) =>
            quiet ? null : (
              <li key={index} style={{ "--line-color": color }}>
                <span>{label}</span> {plain ? null : <b>{shown[index] ?? "–"}</b>}
              </li>
            ),
          )}
        </ul>
      </figcaption>
      <div ref={box} class="plot" role="img" aria-label={`${title}. ${hint}`} />
    </figure>
  );
}

function size({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}

function told(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined || Number.isNaN(value) ? "–" : format(value);
}

function options(
  lines: readonly Line[],
  format: (value: number) => string,
  top: number,
  { width, height }: { width: number; height: number },
  show: (plot: uPlot) => void,
): uPlot.Options {
  const axis: uPlot.Axis = { stroke: DIM, grid: GRID, ticks: { show: false }, font: FONT };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: { drag: { x: false, y: false }, points: { size: 5 }, y: false },
    hooks: { setCursor: [show] },
    scales: {
      x: { time: false, range: () => [course.nowS - SHOWN_S, course.nowS] },
      y: { range: (_plot, _low, high) => [0, Math.max(top, (high ?? 0) * 1.08)] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        splits: () => [60, 45, 30, 15, 0].map((ago) => course.nowS - ago),
        values: (_plot, splits) => splits.map((at) => ago(course.nowS - at)),
      },
      { ...axis, size: 64, space: 26, values: (_plot, splits) => splits.map((value) => format(value).replace(".0 ", " ")) },
    ],
    series: [{}, ...lines.map(series)],
  };
}

function ago(seconds: number): string {
  return seconds < 0.5 ? "now" : `−${Math.round(seconds)} s`;
}

function series({ label, color, fill, dots, dash, width = 1.5 }: Line): uPlot.Series {
  return {
    label,
    stroke: color,
    width: dots ? 0 : width,
    ...(fill ? { fill: `${color}33` } : {}),
    ...(dash ? { dash: [...dash] } : {}),
    points: dots ? { show: true, size: 6, fill: color, stroke: color } : { show: false },
    spanGaps: !dots,
  };
}
