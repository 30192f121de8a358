// What arena sounds like. All of it is made here; nothing is loaded.

import type { Place } from "./synth.js";
import { Synth } from "./synth.js";

const MUTED = "arena muted";
const HERE: Place = { gain: 1, pan: 0 };

export class Sounds {
  readonly #synth = new Synth(localStorage.getItem(MUTED) === "1");

  get muted(): boolean {
    return this.#synth.muted;
  }

  /** Mutes, or lets be heard again; kept for the next visit. */
  toggle(): void {
    this.#synth.muted = !this.#synth.muted;
    localStorage.setItem(MUTED, this.#synth.muted ? "1" : "0");
  }

  shot(place: Place, mine: boolean): void {
    const gain = place.gain * (mine ? 0.16 : 0.1);
    this.#synth.tone({
      wave: "square",
      fromHz: mine ? 880 : 720,
      toHz: 160,
      lastsS: 0.09,
      gain: gain * 0.5,
      pan: place.pan,
    });
    this.#synth.noise({ filter: "bandpass", fromHz: 3200, toHz: 700, lastsS: 0.07, gain, pan: place.pan });
  }

  ricochet(place: Place): void {
    this.#synth.noise({
      filter: "highpass",
      fromHz: 2600,
      toHz: 5200,
      lastsS: 0.05,
      gain: place.gain * 0.06,
      pan: place.pan,
    });
  }

  /** A shot struck somebody; `mine`: it was the own one. */
  hit(place: Place, mine: boolean): void {
    if (mine) this.#synth.tone({ wave: "triangle", fromHz: 1400, toHz: 1100, lastsS: 0.07, gain: 0.3, pan: place.pan });
    this.#synth.noise({
      filter: "lowpass",
      fromHz: 1600,
      toHz: 300,
      lastsS: 0.08,
      gain: place.gain * 0.16,
      pan: place.pan,
    });
  }

  hurt(): void {
    this.#synth.tone({ wave: "sawtooth", fromHz: 190, toHz: 70, lastsS: 0.16, gain: 0.26, pan: 0 });
    this.#synth.noise({ filter: "lowpass", fromHz: 900, toHz: 120, lastsS: 0.14, gain: 0.3, pan: 0 });
  }

  death(place: Place): void {
    this.#synth.noise({
      filter: "lowpass",
      fromHz: 2400,
      toHz: 60,
      lastsS: 0.5,
      gain: place.gain * 0.4,
      pan: place.pan,
    });
    this.#synth.tone({ wave: "sine", fromHz: 160, toHz: 36, lastsS: 0.42, gain: place.gain * 0.45, pan: place.pan });
  }

  kill(): void {
    this.#chord([660, 990, 1320], 0.055, 0.2);
  }

  pickup(place: Place, kind: number): void {
    const base = [523, 659, 440][kind] ?? 523;
    this.#chord([base, base * 1.25, base * 1.5], 0.05, place.gain * 0.16, place.pan);
  }

  spawn(): void {
    this.#synth.tone({ wave: "sine", fromHz: 180, toHz: 720, lastsS: 0.26, gain: 0.2, pan: 0 });
  }

  reload(): void {
    this.#synth.tone({ wave: "square", fromHz: 240, toHz: 180, lastsS: 0.04, gain: 0.08, pan: 0 });
    this.#synth.tone({ wave: "square", fromHz: 320, toHz: 260, lastsS: 0.05, gain: 0.08, pan: 0, inS: 0.14 });
  }

  /** The last seconds of a phase. */
  tick(last: boolean): void {
    this.#synth.tone({
      wave: "sine",
      fromHz: last ? 1320 : 880,
      toHz: last ? 1320 : 880,
      lastsS: last ? 0.3 : 0.09,
      gain: 0.16,
      pan: 0,
    });
  }

  roundBegins(): void {
    this.#chord([392, 523, 784], 0.09, 0.24);
  }

  roundEnds(won: boolean): void {
    this.#chord(won ? [523, 659, 784, 1047] : [523, 494, 392], 0.13, 0.26);
  }

  #chord(notesHz: readonly number[], apartS: number, gain: number, pan = HERE.pan): void {
    notesHz.forEach((hz, number) => {
      this.#synth.tone({ wave: "triangle", fromHz: hz, toHz: hz, lastsS: 0.22, gain, pan, inS: number * apartS });
    });
  }
}
