// The few pictures that everything is drawn with, painted here. All are white: what uses them tints them.

import { Texture } from "pixi.js";

export interface Textures {
  readonly glow: Texture;
  readonly ring: Texture;
  readonly spark: Texture;
  readonly streak: Texture;
  readonly fighter: Texture;
  readonly pickups: readonly Texture[];
  readonly tile: Texture;
}

/** Half the size in units of a picture of a fighter whose radius is 1. */
export const FIGHTER_EXTENT = 1.75;
/** Half the size in units of a picture of a pickup whose radius is 1. */
export const PICKUP_EXTENT = 1.3;
/** The size of a tile of the floor, in units. */
export const TILE = 80;

export function paintTextures(): Textures {
  return {
    glow: paint(64, 64, glow),
    ring: paint(128, 128, ring),
    spark: paint(16, 4, (pen) => rounded(pen, 0, 0, 16, 4, 2)),
    streak: paint(64, 8, streak),
    fighter: paint(128, 128, fighter),
    pickups: [cross, chevrons, bolt].map((sign) => paint(96, 96, (pen) => pickup(pen, sign))),
    tile: paint(TILE * 2, TILE * 2, tile),
  };
}

type Pen = CanvasRenderingContext2D;

function paint(width: number, height: number, draw: (pen: Pen) => void): Texture {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser paints no 2D canvas");
  pen.fillStyle = pen.strokeStyle = "#fff";
  pen.lineCap = pen.lineJoin = "round";
  draw(pen);
  return Texture.from(canvas);
}

function glow(pen: Pen): void {
  const fade = pen.createRadialGradient(32, 32, 0, 32, 32, 32);
  for (const [at, alpha] of [
    [0, 1],
    [0.25, 0.5],
    [0.55, 0.14],
    [1, 0],
  ] as const)
    fade.addColorStop(at, `rgb(255 255 255 / ${alpha * 100}%)`);
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 64, 64);
}

function ring(pen: Pen): void {
  pen.lineWidth = 5;
  pen.beginPath();
  pen.arc(64, 64, 58, 0, Math.PI * 2);
  pen.stroke();
}

/** Bright at its right end. */
function streak(pen: Pen): void {
  const fade = pen.createLinearGradient(0, 0, 64, 0);
  fade.addColorStop(0, "rgb(255 255 255 / 0%)");
  fade.addColorStop(0.7, "rgb(255 255 255 / 55%)");
  fade.addColorStop(1, "#fff");
  pen.fillStyle = fade;
  rounded(pen, 0, 1.5, 64, 5, 2.5);
}

/** Looks to the right. Dark inside, so that its tint shows on the rim, the core and the barrel. */
function fighter(pen: Pen): void {
  const r = 64 / FIGHTER_EXTENT;
  pen.translate(64, 64);
  rounded(pen, r * 0.55, -r * 0.24, r * 1.05, r * 0.48, r * 0.16);
  pen.beginPath();
  pen.arc(0, 0, r, 0, Math.PI * 2);
  pen.fillStyle = "#10151f";
  pen.fill();
  pen.lineWidth = r * 0.17;
  pen.beginPath();
  pen.arc(0, 0, r * 0.915, 0, Math.PI * 2);
  pen.stroke();
  pen.fillStyle = "#fff";
  pen.beginPath();
  pen.moveTo(r * 0.58, 0);
  pen.lineTo(-r * 0.34, -r * 0.46);
  pen.lineTo(-r * 0.1, 0);
  pen.lineTo(-r * 0.34, r * 0.46);
  pen.closePath();
  pen.fill();
}

function pickup(pen: Pen, sign: (pen: Pen) => void): void {
  const r = 48 / PICKUP_EXTENT;
  pen.translate(48, 48);
  pen.fillStyle = "rgb(16 21 31 / 90%)";
  hexagon(pen, r);
  pen.fill();
  pen.lineWidth = 4;
  pen.stroke();
  pen.fillStyle = "#fff";
  pen.scale(r, r);
  sign(pen);
}

function hexagon(pen: Pen, r: number): void {
  pen.beginPath();
  for (let corner = 0; corner < 6; corner++)
    pen.lineTo(Math.cos((corner * Math.PI) / 3) * r, Math.sin((corner * Math.PI) / 3) * r);
  pen.closePath();
}

function cross(pen: Pen): void {
  rounded(pen, -0.45, -0.15, 0.9, 0.3, 0.06);
  rounded(pen, -0.15, -0.45, 0.3, 0.9, 0.06);
}

function chevrons(pen: Pen): void {
  pen.lineWidth = 0.2;
  for (const x of [-0.32, 0.06]) {
    pen.beginPath();
    pen.moveTo(x, -0.36);
    pen.lineTo(x + 0.32, 0);
    pen.lineTo(x, 0.36);
    pen.stroke();
  }
}

function bolt(pen: Pen): void {
  pen.beginPath();
  for (const [x, y] of [
    [0.14, -0.55],
    [-0.36, 0.1],
    [-0.04, 0.1],
    [-0.14, 0.55],
    [0.36, -0.1],
    [0.04, -0.1],
  ] as const)
    pen.lineTo(x, y);
  pen.closePath();
  pen.fill();
}

function tile(pen: Pen): void {
  pen.globalAlpha = 0.05;
  pen.fillRect(0, 0, TILE * 2, 1.5);
  pen.fillRect(0, 0, 1.5, TILE * 2);
  pen.globalAlpha = 0.16;
  pen.fillRect(0, 0, 6, 1.5);
  pen.fillRect(0, 0, 1.5, 6);
}

function rounded(pen: Pen, x: number, y: number, w: number, h: number, r: number): void {
  pen.beginPath();
  pen.roundRect(x, y, w, h, r);
  pen.fill();
}
