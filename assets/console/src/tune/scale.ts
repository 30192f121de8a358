// Where on its slider a setting's value lies, and back.
//
// Many ranges reach far beyond what is usual. Where the default would be crammed into the first tenth of the slider, the slider is
// bent so that it lies at about a third: small values can then be found, and large ones still be reached.

import { digits } from "../ui/format.js";

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number | boolean;
}

interface Track {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Positions of a slider that is bent. */
const POSITIONS = 400;
/** Where the default is to lie, and from where on it lies well enough. */
const [WANTED, ENOUGH] = [1 / 3, 0.1];
const BEND_MAX = 5;
/** The bend of a slider whose default is its least value, if it has many steps. */
const [BEND_OF_LEAST, MANY_STEPS] = [3, 1000];

/** The power by which the way along the slider grows into values; 1: it is straight. */
export function bend({ min, max, step, default: usual }: Range): number {
  const way = (Number(usual) - min) / (max - min);
  if (way >= ENOUGH) return 1;
  if (way <= 0) return (max - min) / step > MANY_STEPS ? BEND_OF_LEAST : 1;
  return Math.min(BEND_MAX, Math.log(way) / Math.log(WANTED));
}

/** The slider's own least, most and step. */
export function track(range: Range): Track {
  return bend(range) === 1 ? range : { min: 0, max: POSITIONS, step: 1 };
}

export function toPosition(range: Range, value: number): number {
  return bend(range) === 1 ? value : Math.round(POSITIONS * part(range, value));
}

export function fromPosition(range: Range, position: number): number {
  const power = bend(range);
  if (power === 1) return snap(range, position);
  const value = range.min + (range.max - range.min) * (position / POSITIONS) ** power;
  return snap(range, Number(value.toPrecision(3)));
}

/** The value that one press of an arrow key leads to: at least a step on, where positions lie closer than steps. */
export function nudged(range: Range, value: number, by: 1 | -1): number {
  const { min, max, step } = track(range);
  const to = fromPosition(range, Math.min(max, Math.max(min, toPosition(range, value) + by * step)));
  return (to - value) * by > 0 ? to : snap(range, value + by * range.step);
}

/** What part of the way along the slider a value is: 0 to 1. */
export function part(range: Range, value: number): number {
  const way = (value - range.min) / (range.max - range.min);
  return Math.min(1, Math.max(0, way)) ** (1 / bend(range));
}

/** The nearest value that the steps allow. */
function snap({ min, max, step }: Range, value: number): number {
  const nearest = min + Math.round((value - min) / step) * step;
  return Number(Math.min(max, Math.max(min, nearest)).toFixed(digits(step)));
}
