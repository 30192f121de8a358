// Paints a match from above: walls, bodies with their true size, whom one player knows of and whom not.

import { BAD, DIM, kind as kindColour, MAIN } from "../charts/palette.js";
import type { Body, Box, Extent } from "./scene.js";

export interface Picture {
  /** What is to be in sight, and whether it has an edge. */
  readonly extent: Extent;
  readonly hasEdge: boolean;
  readonly interestRadius: number;
  readonly boxes: readonly Box[];
  /** All that there is. */
  readonly all: readonly Body[];
  /** What the chosen player knows; null: nobody is chosen. */
  readonly known: readonly Body[] | null;
  readonly seat: number | null;
  readonly nameOf: (seat: number) => string | undefined;
  readonly shows: { readonly names: boolean; readonly interest: boolean; readonly sizes: boolean };
}

/** How much is left free around the match, in pixels. */
const MARGIN = 16;
/** Bodies without a size of their own, in pixels. */
const DOT = 4;

export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #scale = 1;
  #left = 0;
  #top = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("this browser offers no canvas to draw on");
    this.#pen = pen;
  }

  paint(picture: Picture): void {
    const { extent, hasEdge, interestRadius, boxes, all, known, seat, shows } = picture;
    this.#fit(extent);
    if (hasEdge) this.#edge(extent);
    this.#pen.fillStyle = "#2b374c";
    for (const { x, y, w, h } of boxes) this.#pen.fillRect(this.#x(x), this.#y(y), w * this.#scale, h * this.#scale);
    const own = known?.find((body) => body.seat === seat && body.seat !== null) ?? all.find((body) => body.seat === seat && seat !== null);
    if (own && shows.interest && interestRadius > 0) this.#interest(own, interestRadius);
    // What the player does not know, or knows to be elsewhere, lies beneath as a shadow.
    if (known) for (const body of all) this.#shadow(body);
    for (const body of known ?? all) this.#body(body, body.seat === seat && seat !== null, shows.sizes);
    if (shows.names) for (const body of known ?? all) this.#name(body, picture);
  }

  #fit({ x0, y0, x1, y1 }: Extent): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const [pixelWidth, pixelHeight] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (this.#canvas.width !== pixelWidth || this.#canvas.height !== pixelHeight)
      Object.assign(this.#canvas, { width: pixelWidth, height: pixelHeight });
    this.#pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#pen.clearRect(0, 0, width, height);
    this.#scale = Math.min((width - 2 * MARGIN) / (x1 - x0), (height - 2 * MARGIN) / (y1 - y0));
    this.#left = (width - (x1 - x0) * this.#scale) / 2 - x0 * this.#scale;
    this.#top = (height - (y1 - y0) * this.#scale) / 2 - y0 * this.#scale;
  }

  #x(x: number): number {
    return this.#left + x * this.#scale;
  }

  #y(y: number): number {
    return this.#top + y * this.#scale;
  }

  #edge({ x0, y0, x1, y1 }: Extent): void {
    this.#pen.strokeStyle = "rgb(160 185 225 / 30%)";
    this.#pen.lineWidth = 1;
    this.#pen.strokeRect(this.#x(x0), this.#y(y0), (x1 - x0) * this.#scale, (y1 - y0) * this.#scale);
  }

  #interest({ x, y }: Body, radius: number): void {
    const pen = this.#pen;
    pen.beginPath();
    pen.arc(this.#x(x), this.#y(y), radius * this.#scale, 0, 2 * Math.PI);
    pen.fillStyle = "rgb(111 240 192 / 5%)";
    pen.fill();
    pen.strokeStyle = MAIN;
    pen.lineWidth = 1;
    pen.setLineDash([6, 5]);
    pen.stroke();
    pen.setLineDash([]);
  }

  #shadow({ x, y, radius }: Body): void {
    this.#circle(x, y, Math.max(DOT - 1, (radius ?? 0) * this.#scale));
    this.#pen.strokeStyle = `${DIM}77`;
    this.#pen.lineWidth = 1;
    this.#pen.stroke();
  }

  #body({ x, y, radius, kind }: Body, isOwn: boolean, sizes: boolean): void {
    const colour = isOwn ? MAIN : kindColour(kind);
    const size = (radius ?? 0) * this.#scale;
    this.#circle(x, y, Math.max(2, Math.min(DOT, size || DOT)));
    this.#pen.fillStyle = colour;
    this.#pen.fill();
    if (!sizes || radius === null) return;
    this.#circle(x, y, Math.max(1, size));
    this.#pen.strokeStyle = isOwn ? MAIN : `${BAD}cc`;
    this.#pen.lineWidth = isOwn ? 2 : 1;
    this.#pen.stroke();
  }

  #name({ x, y, radius, seat }: Body, { nameOf, seat: chosen }: Picture): void {
    const name = seat === null ? undefined : nameOf(seat);
    if (name === undefined) return;
    this.#pen.font = '11px "Segoe UI", system-ui, "DejaVu Sans", sans-serif';
    this.#pen.textAlign = "center";
    this.#pen.fillStyle = seat === chosen ? MAIN : "rgb(232 237 244 / 72%)";
    this.#pen.fillText(name, this.#x(x), this.#y(y) - Math.max(DOT, (radius ?? 0) * this.#scale) - 5);
  }

  #circle(x: number, y: number, radius: number): void {
    this.#pen.beginPath();
    this.#pen.arc(this.#x(x), this.#y(y), radius, 0, 2 * Math.PI);
  }
}
