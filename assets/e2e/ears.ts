// Hears what a page plays: measured on its way to the loudspeaker, or computed without one, faster than it would sound.

import type { BrowserContext, Page } from "@playwright/test";
import type { Sounds } from "skirmish-arena/src/sound/sounds.js";

declare global {
  /** The page's sounds. */
  var arenaSounds: Sounds;
  var ears: { contexts: number; peak: number; readonly called: string[] };
}

/** Which of the sounds were asked for, and how loud it became. */
export class Ears {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Lets the pages of a context be listened to. */
  static async ready(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      globalThis.ears = { contexts: 0, peak: 0, called: [] };
      globalThis.AudioContext = class extends AudioContext {
        constructor() {
          super();
          ears.contexts++;
        }
      };
      const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
      AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
        if (to instanceof AudioDestinationNode) {
          const meter = connect.call(this, new AnalyserNode(this.context, { fftSize: 4096 })) as AnalyserNode;
          const samples = new Float32Array(meter.fftSize);
          setInterval(() => {
            meter.getFloatTimeDomainData(samples);
            for (const sample of samples) ears.peak = Math.max(ears.peak, Math.abs(sample));
          }, 25);
        }
        return connect.call(this, to);
      } as typeof connect as typeof AudioNode.prototype.connect;
    });
  }

  /** Listens at a page that plays already. */
  static async at(page: Page): Promise<Ears> {
    await page.evaluate(() => {
      for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(arenaSounds))) {
        const sound = Reflect.get(arenaSounds, name) as unknown;
        if (typeof sound !== "function") continue;
        const call = (...how: unknown[]): unknown => {
          ears.called.push(name);
          return sound.apply(arenaSounds, how);
        };
        Object.defineProperty(arenaSounds, name, { value: call });
      }
    });
    return new Ears(page);
  }

  /** Waits until these sounds have been asked for. */
  async hear(...names: readonly (keyof Sounds)[]): Promise<void> {
    await this.#page.waitForFunction((names) => names.every((name) => ears.called.includes(name)), names);
  }

  /** Waits until this one has been asked for so many times from now on. */
  async hearAgain(name: keyof Sounds, times: number): Promise<void> {
    await this.#page.evaluate(() => void ears.called.splice(0));
    await this.#page.waitForFunction(
      ({ name, times }) => ears.called.filter((called) => called === name).length >= times,
      { name, times },
    );
  }

  /** Forgets how loud it was. */
  forget(): Promise<void> {
    return this.#page.evaluate(() => void (ears.peak = 0));
  }

  /** The loudest sample since it was forgotten; beyond 1 it clips. */
  peak(): Promise<number> {
    return this.#page.evaluate(() => ears.peak);
  }
}

/** What a sound is like. */
export interface Heard {
  readonly name: string;
  readonly peak: number;
  /** The last moment at which it is louder than a thousandth. */
  readonly endsMs: number;
  /** How loud it is, in decibels, in half octaves from moment to moment. */
  readonly picture: readonly number[];
}

const RATE_HZ = 48_000;
/** From the beginning of one sound to the next. */
const APART_S = 1;

/** Renders one of each of the page's sounds. The page must not have made any before. */
export async function render(page: Page): Promise<Heard[]> {
  await page.evaluate(
    ({ rate, apartS }) => {
      globalThis.AudioContext = class extends OfflineAudioContext {
        constructor() {
          super(1, rate * apartS * 24, rate);
          Object.assign(globalThis, { offline: this });
        }
        override get state(): AudioContextState {
          return "running";
        }
      } as unknown as typeof AudioContext;
    },
    { rate: RATE_HZ, apartS: APART_S },
  );
  await page.keyboard.press("Shift");
  return page.evaluate(listen, { rate: RATE_HZ, apartS: APART_S });
}

/** Runs in the page. */
async function listen({ rate, apartS }: { rate: number; apartS: number }): Promise<Heard[]> {
  const { offline } = globalThis as unknown as { offline: OfflineAudioContext };
  const here = { gain: 1, pan: 0 };
  const sounds = arenaSounds;
  const makes: Record<string, () => void> = {
    "own shot": () => sounds.shot(here, true),
    "another's shot": () => sounds.shot(here, false),
    ricochet: () => sounds.ricochet(here),
    "own hit": () => sounds.hit(here, true),
    "another's hit": () => sounds.hit(here, false),
    hurt: () => sounds.hurt(),
    death: () => sounds.death(here),
    kill: () => sounds.kill(),
    health: () => sounds.pickup(here, 0),
    haste: () => sounds.pickup(here, 1),
    "rapid fire": () => sounds.pickup(here, 2),
    spawn: () => sounds.spawn(),
    reload: () => sounds.reload(),
    tick: () => sounds.tick(false),
    "last tick": () => sounds.tick(true),
    "round begins": () => sounds.roundBegins(),
    "round won": () => sounds.roundEnds(true),
    "round lost": () => sounds.roundEnds(false),
  };
  const crowd = (): void => {
    for (let person = 0; person < 8; person++)
      for (const name of ["death", "own hit", "hurt", "own shot"]) makes[name]?.();
  };
  const all = Object.entries({ ...makes, crowd, "own shot again": () => sounds.shot(here, true) });
  all.forEach(([, make], index) =>
    offline.suspend((index + 0.5) * apartS).then(() => {
      make();
      return offline.resume();
    }),
  );
  const samples = (await offline.startRendering()).getChannelData(0);

  const span = 2048;
  const energy = (part: Float32Array, hertz: number): number => {
    const turn = (2 * Math.PI * hertz) / rate;
    let [re, im] = [0, 0];
    part.forEach((sample, at) => {
      re += sample * Math.cos(turn * at);
      im += sample * Math.sin(turn * at);
    });
    return (re * re + im * im) / (span * span);
  };
  const band = (part: Float32Array, hertz: number): number => {
    let sum = 1e-8;
    for (let step = 0; step < 8; step++) sum += energy(part, hertz * 2 ** (step / 16));
    return 10 * Math.log10(sum);
  };

  return all.map(([name], index) => {
    const part = samples.subarray((index + 0.5) * apartS * rate, (index + 1.5) * apartS * rate);
    const peak = part.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    const endsMs = (part.findLastIndex((sample) => Math.abs(sample) > 0.001) / rate) * 1000;
    const picture: number[] = [];
    for (let from = 0; from < rate * 0.5; from += span)
      for (let hertz = 60; hertz < 12_000; hertz *= Math.SQRT2) picture.push(band(part.subarray(from, from + span), hertz));
    return { name, peak, endsMs, picture };
  });
}
