/**
 * What to draw: the entities a little in the past, between the two states around that moment.
 *
 * An entity appears with the state it enters in and stays until the one it is gone from. Beyond the newest state motion
 * goes on for a short while, then stands. A gap that no steady stream of snapshots leaves is not drawn out: the past is
 * over, the newer state shows. What time it is, is in `clock.ts`.
 */

import type { State } from "./mirror.js";
import { Slew } from "./slew.js";
import {
  type ComponentPlaces,
  type Measure,
  type Place,
  quantaAt,
  type RawView,
  rowOf,
  viewOf,
  viewsOf,
} from "./views.js";

/** How far motion goes on beyond the newest state, in milliseconds. */
const EXTRAPOLATION_MS_MAX = 100;
/** States farther apart than this, and than some snapshot intervals, are not blended, in milliseconds. */
const GAP_MS = 250;
const GAP_INTERVALS = 3;

interface Placed {
  readonly state: State;
  /** The match time of the state. */
  readonly ms: number;
}

/** Keeps the states that drawing still needs. Times are match time, but for `nowMs`. */
export class Interpolation {
  #states: readonly Placed[] = [];
  #delayMs: number;
  readonly #slew = new Slew(Infinity);

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Draws this far in the past from now on; the moment drawn moves there without a jump. */
  setDelay(delayMs: number, nowMs: number): void {
    this.#slew.absorb(delayMs - this.#delayMs, nowMs);
    this.#delayMs = delayMs;
  }

  /** The moment to draw when it is `matchMs` on the server. */
  drawMs(matchMs: number, nowMs: number): number {
    return matchMs - this.#delayMs + this.#slew.at(nowMs);
  }

  /** Takes a new state; what lies before the moment drawn is forgotten. */
  push(state: State, ms: number, drawMs: number): void {
    const states = [...this.#states.filter((placed) => placed.state.tick < state.tick), { state, ms }];
    const from = states.findLastIndex((placed) => placed.ms <= drawMs);
    this.#states = states.slice(Math.max(0, from));
  }

  /** The entities of a component at a moment; snapshots come every `intervalMs`. */
  drawn(component: ComponentPlaces, drawMs: number, intervalMs: number): RawView[] {
    if (this.#states.length === 0) return [];
    const index = Math.max(
      0,
      this.#states.findLastIndex((placed) => placed.ms <= drawMs),
    );
    const from = this.#states[index];
    const to = this.#states[index + 1];
    const sinceMs = Math.max(0, drawMs - from.ms);
    if (to === undefined) return extrapolated(component, from.state, sinceMs);
    const gapMs = to.ms - from.ms;
    if (gapMs > Math.max(GAP_MS, GAP_INTERVALS * intervalMs)) return viewsOf(component, to.state);
    return blended(component, from.state, to.state, sinceMs, gapMs);
  }
}

function extrapolated(component: ComponentPlaces, state: State, sinceMs: number): RawView[] {
  const measure = moving(state, sinceMs);
  return Array.from(state.tables[component.table].ids, (_, row) => viewOf(component, state, row, measure));
}

/** Measures fields of a state some time later: motion goes on, all else stays. */
function moving(state: State, sinceMs: number): Measure {
  const seconds = Math.min(sinceMs, EXTRAPOLATION_MS_MAX) / 1000;
  return (place, row) => {
    const quanta = quantaAt(state, place, row);
    if (place.motion === null) return quanta;
    const velocity = state.tables[place.table].columns[place.motion.velocityColumn][row];
    const moved = quanta + velocity * place.motion.quantaPerS * seconds;
    return Math.min(Math.max(moved, place.field.min), place.field.max);
  };
}

/** Entities that are in the older state; those that are not in the newer one move on until they vanish. */
function blended(component: ComponentPlaces, from: State, to: State, sinceMs: number, gapMs: number): RawView[] {
  const part = gapMs > 0 ? sinceMs / gapMs : 1;
  const onward = moving(from, sinceMs);
  return Array.from(from.tables[component.table].ids, (id, publicRow) => {
    const toPublicRow = rowOf(to.tables[component.table], id);
    return viewOf(component, from, publicRow, (place, row) => {
      const toRow = place.table === component.table ? toPublicRow : rowOf(to.tables[place.table], id);
      return toRow < 0
        ? onward(place, row)
        : between(place, quantaAt(from, place, row), quantaAt(to, place, toRow), part);
    });
  });
}

/** A value between two. Booleans and whole numbers that count or name something keep the older one. */
function between({ field, motion }: Place, from: number, to: number, part: number): number {
  if (field.boolean || (field.quantum === 1 && motion === null && field.wrap === null)) return from;
  if (field.wrap === null) return from + (to - from) * part;
  const forward = (((to - from) % field.wrap) + field.wrap) % field.wrap;
  const way = forward > field.wrap / 2 ? forward - field.wrap : forward;
  return (from + way * part + field.wrap) % field.wrap;
}
