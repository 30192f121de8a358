// The net graph (F3): what the connection does, as figures that turn amber and red, and as half a minute of history.

import type { Figures } from "skirmish-client";
import { onKey } from "./hud/keys.js";
import { element } from "./page.js";

const SAMPLES = 150;
const SAMPLE_MS = 200;
const [WIDTH, HEIGHT] = [340, 246];
const [LEFT, PLOT_TOP, PLOT_HEIGHT, GAP] = [12, 108, 34, 10];
const [GOOD, WARN, BAD, DIM, INK] = ["#6ff0a0", "#ffc24d", "#ff5f57", "#8592a8", "#e8edf4"];

interface Sample {
  readonly rttMs: number;
  readonly ageMs: number;
  readonly kilobytes: number;
  readonly skips: number;
}

/** One of the plots: what it shows, up to where, and when that is no longer good. */
interface Plot {
  readonly label: string;
  readonly value: (sample: Sample) => number;
  readonly full: number;
  readonly warn: number;
  readonly bad: number;
}

const PLOTS: readonly Plot[] = [
  { label: "round trip, to 200 ms", value: ({ rttMs }) => rttMs, full: 200, warn: 80, bad: 150 },
  { label: "snapshot age, to 300 ms; skips above", value: ({ ageMs }) => ageMs, full: 300, warn: 110, bad: 200 },
  { label: "received, to 40 kB/s", value: ({ kilobytes }) => kilobytes, full: 40, warn: 25, bad: 35 },
];

export class NetGraph {
  readonly #canvas = element<HTMLCanvasElement>("net");
  readonly #samples: Sample[] = [];
  #sampledAt = 0;
  #skipped = 0;

  constructor() {
    this.#canvas.width = WIDTH * devicePixelRatio;
    this.#canvas.height = HEIGHT * devicePixelRatio;
    onKey("F3", "show-net", () => (this.#canvas.hidden = !this.#canvas.hidden));
  }

  draw(figures: Figures, nowMs: number): void {
    if (nowMs - this.#sampledAt < SAMPLE_MS) return;
    this.#sampledAt = nowMs;
    const skips = Math.max(0, figures.skipped - this.#skipped);
    this.#skipped = figures.skipped;
    this.#samples.push({
      rttMs: figures.rttMs ?? 0,
      ageMs: figures.snapshotAgeMs,
      kilobytes: figures.bytesPerSecond / 1000,
      skips,
    });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    const pen = this.#canvas.hidden ? null : this.#canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    drawRows(pen, figures);
    PLOTS.forEach((plot, index) => this.#drawPlot(pen, plot, PLOT_TOP + index * (PLOT_HEIGHT + GAP)));
  }

  #drawPlot(pen: CanvasRenderingContext2D, { label, value, full, warn, bad }: Plot, top: number): void {
    const bar = (WIDTH - 2 * LEFT) / SAMPLES;
    pen.fillStyle = "rgb(255 255 255 / 4%)";
    pen.fillRect(LEFT, top, WIDTH - 2 * LEFT, PLOT_HEIGHT);
    this.#samples.forEach((sample, index) => {
      const shown = value(sample);
      const height = Math.max(1, Math.min(1, shown / full) * PLOT_HEIGHT);
      const x = WIDTH - LEFT - (this.#samples.length - index) * bar;
      pen.fillStyle = level(shown, warn, bad);
      pen.fillRect(x, top + PLOT_HEIGHT - height, bar - 0.5, height);
      if (value === PLOTS[1]?.value && sample.skips > 0) {
        pen.fillStyle = BAD;
        pen.fillRect(x - 0.5, top, bar + 0.5, 4);
      }
    });
    pen.font = "10px ui-monospace, 'DejaVu Sans Mono', monospace";
    pen.fillStyle = DIM;
    pen.fillText(label, LEFT + 4, top + 11);
  }
}

function drawRows(pen: CanvasRenderingContext2D, figures: Figures): void {
  pen.font = "12px ui-monospace, 'DejaVu Sans Mono', monospace";
  rows(figures).forEach(([label, value, colour], index) => {
    const [x, y] = [LEFT + (index % 2) * 164, 24 + Math.floor(index / 2) * 19];
    pen.fillStyle = DIM;
    pen.fillText(label, x, y);
    pen.fillStyle = colour;
    pen.textAlign = "right";
    pen.fillText(value, x + 152, y);
    pen.textAlign = "left";
  });
}

function rows(figures: Figures): [string, string, string][] {
  const { rttMs, jitterMs, snapshotAgeMs, tickHz, interpDelayMs, skipped } = figures;
  const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return [
    ["round trip", rttMs === null ? "…" : ms(rttMs), level(rttMs ?? 0, 80, 150)],
    ["jitter", ms(jitterMs), level(jitterMs, 15, 40)],
    ["ticks", `${tickHz} Hz`, INK],
    ["snapshots", `${figures.snapshotsPerSecond.toFixed(1)} /s`, INK],
    ["snap. age", ms(snapshotAgeMs), level(snapshotAgeMs, 110, 200)],
    ["received", `${(figures.bytesPerSecond / 1000).toFixed(1)} kB/s`, INK],
    ["interp.", ms(interpDelayMs), INK],
    ["skipped", String(skipped), skipped > 0 ? WARN : INK],
  ];
}

function level(value: number, warn: number, bad: number): string {
  return value < warn ? GOOD : value < bad ? WARN : BAD;
}
