// What arena sounds like. All of it is made here; nothing is loaded.

import { lasting } from "../memory.js";
import { type Layer, type Place, Synth } from "./synth.js";

const MUTED = "arena muted";
const HERE: Place = { gain: 1, pan: 0 };

function wave(wave: OscillatorType, fromHz: number, toHz: number, lastsS: number, gain: number, inS = 0): Layer {
  return { wave, fromHz, toHz, lastsS, gain, inS };
}

function noise(filter: BiquadFilterType, fromHz: number, toHz: number, lastsS: number, gain: number): Layer {
  return { filter, fromHz, toHz, lastsS, gain, inS: 0 };
}

/** Notes one after the other. */
function notes(hertz: readonly number[], apartS: number, gain: number): Layer[] {
  return hertz.map((hz, number) => wave("triangle", hz, hz, 0.22, gain, number * apartS));
}

const MY_SHOT = [wave("square", 880, 160, 0.09, 0.12), noise("bandpass", 3200, 700, 0.07, 0.24)];
const SHOT = [wave("square", 720, 160, 0.09, 0.05), noise("bandpass", 3200, 700, 0.07, 0.1)];
const RICOCHET = [noise("highpass", 2600, 5200, 0.05, 0.06)];
const HIT = [noise("lowpass", 1600, 300, 0.08, 0.16)];
const HIT_MARK = [wave("triangle", 1400, 1100, 0.07, 0.3)];
const HURT = [wave("sawtooth", 190, 70, 0.16, 0.26), noise("lowpass", 900, 120, 0.14, 0.3)];
const DEATH = [noise("lowpass", 2400, 60, 0.5, 0.4), wave("sine", 160, 36, 0.42, 0.45)];
const KILL = notes([660, 990, 1320], 0.055, 0.2);
/** By kind of pickup: health, haste, rapid fire. */
const PICKUPS = [523, 659, 440].map((hz) => notes([hz, hz * 1.25, hz * 1.5], 0.05, 0.16));
const SPAWN = [wave("triangle", 220, 880, 0.3, 0.24)];
const RELOAD = [wave("square", 240, 180, 0.04, 0.08), wave("square", 320, 260, 0.05, 0.08, 0.14)];
const TICK = [wave("sine", 880, 880, 0.09, 0.16)];
const LAST_TICK = [wave("sine", 1320, 1320, 0.3, 0.16)];
const ROUND_BEGINS = notes([392, 523, 784], 0.09, 0.24);
const ROUND_WON = notes([523, 659, 784, 1047], 0.13, 0.26);
const ROUND_LOST = notes([523, 494, 392], 0.13, 0.26);

export class Sounds {
  readonly #synth = new Synth(lasting.getItem(MUTED) === "1");

  get muted(): boolean {
    return this.#synth.muted;
  }

  /** Mutes, or lets be heard again; kept for the next visit. */
  toggle(): void {
    this.#synth.muted = !this.#synth.muted;
    lasting.setItem(MUTED, this.#synth.muted ? "1" : "0");
  }

  shot(place: Place, mine: boolean): void {
    this.#synth.play(mine ? MY_SHOT : SHOT, place);
  }

  ricochet(place: Place): void {
    this.#synth.play(RICOCHET, place);
  }

  /** A shot struck somebody; `mine`: it was the own one. */
  hit(place: Place, mine: boolean): void {
    if (mine) this.#synth.play(HIT_MARK, { ...HERE, pan: place.pan });
    this.#synth.play(HIT, place);
  }

  hurt(): void {
    this.#synth.play(HURT, HERE);
  }

  death(place: Place): void {
    this.#synth.play(DEATH, place);
  }

  kill(): void {
    this.#synth.play(KILL, HERE);
  }

  pickup(place: Place, kind: number): void {
    this.#synth.play(PICKUPS[kind] ?? [], place);
  }

  spawn(): void {
    this.#synth.play(SPAWN, HERE);
  }

  reload(): void {
    this.#synth.play(RELOAD, HERE);
  }

  /** The last seconds of a phase. */
  tick(last: boolean): void {
    this.#synth.play(last ? LAST_TICK : TICK, HERE);
  }

  roundBegins(): void {
    this.#synth.play(ROUND_BEGINS, HERE);
  }

  roundEnds(won: boolean): void {
    this.#synth.play(won ? ROUND_WON : ROUND_LOST, HERE);
  }
}
