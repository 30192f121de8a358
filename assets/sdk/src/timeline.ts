/**
 * Which settings are in force at which tick, and at what match time each tick lies. Match time is in milliseconds and
 * stands still while the match does.
 */

import type { Settings } from "./messages.js";

/** How many past changes of settings are remembered: more than snapshots that are kept can span. */
const EPOCHS_KEPT = 16;

/** Settings, and the end of the last tick before them. */
interface Epoch {
  readonly settings: Settings;
  readonly fromTick: number;
  readonly fromMs: number;
}

/** The history and near future of a match's settings. */
export class Timeline {
  #epochs: readonly Epoch[];

  constructor(settings: Settings) {
    this.#epochs = [{ settings, fromTick: settings.effectiveTick - 1, fromMs: 0 }];
  }

  /** Takes new settings, which replace what was announced for their tick or later. */
  add(settings: Settings): void {
    const kept = this.#epochs.filter((epoch) => epoch.settings.effectiveTick < settings.effectiveTick);
    const fromTick = settings.effectiveTick - 1;
    const fromMs = msIn(kept.at(-1) ?? this.#epochs[0], fromTick);
    this.#epochs = [...kept.slice(-EPOCHS_KEPT), { settings, fromTick, fromMs }];
  }

  /** The settings in force at a tick. */
  at(tick: number): Settings {
    return this.#epochAt(tick).settings;
  }

  /**
   * What holds for a client whose newest state is of this tick: the settings in force there, but the newest pace. Pace
   * is not state, and a match that is paused sends no snapshot with which it could take effect.
   */
  inForce(tick: number): Settings {
    const { dilationPermille, paused } = this.#epochs[this.#epochs.length - 1].settings;
    return { ...this.at(tick), dilationPermille, paused };
  }

  /** Match time at which a tick's state is due. */
  ms(tick: number): number {
    return msIn(this.#epochAt(tick), tick);
  }

  #epochAt(tick: number): Epoch {
    return this.#epochs.findLast((epoch) => epoch.settings.effectiveTick <= tick) ?? this.#epochs[0];
  }
}

function msIn(epoch: Epoch, tick: number): number {
  return epoch.fromMs + ((tick - epoch.fromTick) * 1000) / epoch.settings.tickHz;
}

/** Match time that passes per real time. */
export function pace(settings: Settings): number {
  return settings.paused ? 0 : settings.dilationPermille / 1000;
}
