// The net graph (F3): the connection's figures, with ten seconds of history.

import type { Figures } from "skirmish-client";
import { element } from "./page.js";

const SAMPLES = 100;
const SAMPLE_MS = 100;
const [WIDTH, HEIGHT, PLOT_TOP] = [340, 190, 108];
const AGE_MS_FULL = 300;

export class NetGraph {
  readonly #canvas = element<HTMLCanvasElement>("net");
  readonly #ages: number[] = [];
  #sampledAt = 0;

  constructor() {
    this.#canvas.width = WIDTH * devicePixelRatio;
    this.#canvas.height = HEIGHT * devicePixelRatio;
    addEventListener("keydown", (event) => {
      if (event.code !== "F3") return;
      event.preventDefault();
      this.#canvas.hidden = !this.#canvas.hidden;
    });
  }

  draw(figures: Figures): void {
    const now = performance.now();
    if (now - this.#sampledAt < SAMPLE_MS) return;
    this.#sampledAt = now;
    this.#ages.push(figures.snapshotAgeMs);
    if (this.#ages.length > SAMPLES) this.#ages.shift();
    const pen = this.#canvas.hidden ? null : this.#canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.font = "12px ui-monospace, 'DejaVu Sans Mono', monospace";
    rows(figures).forEach(([label, value], index) => {
      const [x, y] = [12 + (index % 2) * 166, 22 + Math.floor(index / 2) * 19];
      pen.fillStyle = "#93a1b5";
      pen.fillText(label, x, y);
      pen.fillStyle = "#e8edf4";
      pen.fillText(value, x + 86, y);
    });
    this.#plot(pen);
  }

  #plot(pen: CanvasRenderingContext2D): void {
    const height = HEIGHT - PLOT_TOP - 12;
    pen.fillStyle = "#93a1b5";
    pen.fillText("snapshot age, 10 s, full scale 300 ms", 12, PLOT_TOP);
    this.#ages.forEach((age, index) => {
      const bar = Math.max(1, Math.min(1, age / AGE_MS_FULL) * (height - 6));
      pen.fillStyle = age < 100 ? "#6fd39a" : age < 200 ? "#f0c05a" : "#f2716b";
      pen.fillRect(12 + index * 3.16, HEIGHT - 10 - bar, 2.2, bar);
    });
  }
}

function rows(figures: Figures): [string, string][] {
  const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return [
    ["round trip", figures.rttMs === null ? "…" : ms(figures.rttMs)],
    ["jitter", ms(figures.jitterMs)],
    ["tick rate", `${figures.tickHz} Hz`],
    ["snapshots", `${figures.snapshotsPerSecond.toFixed(1)} /s`],
    ["snap. age", ms(figures.snapshotAgeMs)],
    ["received", `${(figures.bytesPerSecond / 1000).toFixed(2)} kB/s`],
    ["interp.", `${figures.interpDelayMs} ms`],
    ["skipped", String(figures.skipped)],
  ];
}
