// Where on its slider a setting's value lies, and back.
//
// A range of more than two decades above zero is laid out by ratio, so that small values can be found.

import { digits } from "../ui/format.js";

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** Positions of a slider that is laid out by ratio. */
const POSITIONS = 400;
const RATIO_MIN = 500;

export function isByRatio({ min, max }: Range): boolean {
  return min > 0 && max / min >= RATIO_MIN;
}

/** The slider's own least, most and step. */
export function track(range: Range): Range {
  return isByRatio(range) ? { min: 0, max: POSITIONS, step: 1 } : range;
}

export function toPosition(range: Range, value: number): number {
  if (!isByRatio(range)) return value;
  return Math.round((POSITIONS * Math.log(value / range.min)) / Math.log(range.max / range.min));
}

export function fromPosition(range: Range, position: number): number {
  if (!isByRatio(range)) return snap(range, position);
  const value = range.min * (range.max / range.min) ** (position / POSITIONS);
  return snap(range, readable(value));
}

/** What part of the way along the slider a value is: 0 to 1. */
export function part(range: Range, value: number): number {
  const { min, max } = track(range);
  return max > min ? Math.min(1, Math.max(0, (toPosition(range, value) - min) / (max - min))) : 0;
}

/** The nearest value that the steps allow. */
function snap({ min, max, step }: Range, value: number): number {
  const nearest = min + Math.round((value - min) / step) * step;
  return Number(Math.min(max, Math.max(min, nearest)).toFixed(digits(step)));
}

/** Three digits that matter are enough. */
function readable(value: number): number {
  return Number(value.toPrecision(3));
}
