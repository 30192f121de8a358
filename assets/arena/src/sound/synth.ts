// A small synthesiser: tones that glide and noise through a filter, each at a place from left to right.

/** Sounds that may be heard at once; more are not begun. */
const VOICES_MAX = 24;

/** Loudness 0 to 1, and from -1 (left) to 1 (right). */
export interface Place {
  readonly gain: number;
  readonly pan: number;
}

export interface Tone extends Place {
  readonly wave: OscillatorType;
  readonly fromHz: number;
  readonly toHz: number;
  readonly lastsS: number;
  /** When it begins, from now, in seconds. */
  readonly inS?: number;
}

export interface Noise extends Place {
  readonly filter: BiquadFilterType;
  readonly fromHz: number;
  readonly toHz: number;
  readonly lastsS: number;
}

export class Synth {
  #context: AudioContext | undefined;
  #out: GainNode | undefined;
  #noise: AudioBuffer | undefined;
  #voices = 0;
  #muted: boolean;

  constructor(muted: boolean) {
    this.#muted = muted;
    // Browsers let a page sound only after the player has done something.
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.#wake());
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#context) this.#out?.gain.setTargetAtTime(muted ? 0 : 1, this.#context.currentTime, 0.02);
  }

  tone({ wave, fromHz, toHz, lastsS, gain, pan, inS = 0 }: Tone): void {
    const voice = this.#voice(gain, pan, lastsS, inS);
    if (!voice) return;
    const source = new OscillatorNode(voice.context, { type: wave, frequency: fromHz });
    source.frequency.exponentialRampToValueAtTime(toHz, voice.at + lastsS);
    source.connect(voice.into);
    this.#play(source, voice.at, lastsS);
  }

  noise({ filter, fromHz, toHz, lastsS, gain, pan }: Noise): void {
    const voice = this.#voice(gain, pan, lastsS, 0);
    if (!voice || !this.#noise) return;
    const source = new AudioBufferSourceNode(voice.context, {
      buffer: this.#noise,
      loop: true,
      loopStart: Math.random(),
    });
    const through = new BiquadFilterNode(voice.context, { type: filter, frequency: fromHz, Q: 1.2 });
    through.frequency.exponentialRampToValueAtTime(toHz, voice.at + lastsS);
    source.connect(through).connect(voice.into);
    this.#play(source, voice.at, lastsS);
  }

  #wake(): void {
    if (!this.#context) {
      const context = new AudioContext();
      const limiter = new DynamicsCompressorNode(context, { threshold: -14, ratio: 6 });
      this.#out = new GainNode(context, { gain: this.#muted ? 0 : 1 });
      this.#out.connect(limiter).connect(context.destination);
      this.#noise = new AudioBuffer({ length: context.sampleRate, sampleRate: context.sampleRate });
      this.#noise.getChannelData(0).forEach((_, at, samples) => (samples[at] = Math.random() * 2 - 1));
      this.#context = context;
    }
    if (this.#context.state === "suspended") void this.#context.resume();
  }

  #voice(
    gain: number,
    pan: number,
    lastsS: number,
    inS: number,
  ): { context: AudioContext; into: AudioNode; at: number } | undefined {
    const context = this.#context;
    if (
      !context ||
      !this.#out ||
      this.#muted ||
      context.state !== "running" ||
      this.#voices >= VOICES_MAX ||
      gain < 0.01
    )
      return undefined;
    const at = context.currentTime + inS;
    const envelope = new GainNode(context, { gain: 0 });
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(gain, at + 0.004);
    envelope.gain.exponentialRampToValueAtTime(0.0001, at + lastsS);
    envelope.connect(new StereoPannerNode(context, { pan })).connect(this.#out);
    return { context, into: envelope, at };
  }

  #play(source: AudioScheduledSourceNode, at: number, lastsS: number): void {
    this.#voices++;
    source.onended = () => this.#voices--;
    source.start(at);
    source.stop(at + lastsS);
  }
}
