// A small synthesiser: waves that glide and noise through a filter that does, each at a place from left to right.

/** Layers that may sound at once; more are not begun. */
const VOICES_MAX = 32;
/** Below this loudness a layer leaves room for louder ones. */
const QUIET = 0.1;
/** Below this one it is not heard among others. */
const SILENT = 0.01;
/** How long a layer takes to its full loudness, in seconds: at once would click. */
const ATTACK_S = 0.004;

/** What bends the peaks that the limiter lets through, so that they do not clip. */
const BEND = Float32Array.from({ length: 65 }, (_, at) => Math.tanh(at / 32 - 1));

/** Loudness 0 to 1, and from -1 (left) to 1 (right). */
export interface Place {
  readonly gain: number;
  readonly pan: number;
}

/** One part of a sound: a wave, or noise through a filter, that sweeps from one frequency to another and fades. */
export type Layer = ({ readonly wave: OscillatorType } | { readonly filter: BiquadFilterType }) & {
  readonly fromHz: number;
  readonly toHz: number;
  readonly lastsS: number;
  readonly gain: number;
  /** When it begins, from now, in seconds. */
  readonly inS: number;
};

/** What is there once the page may sound. */
interface Output {
  readonly context: AudioContext;
  readonly volume: GainNode;
  readonly noise: AudioBuffer;
}

export class Synth {
  #output: Output | undefined;
  #voices = 0;
  #muted: boolean;

  constructor(muted: boolean) {
    this.#muted = muted;
    // Browsers let a page sound only after the player has done something; a finger counts when it is lifted.
    for (const gesture of ["pointerdown", "pointerup", "keydown"]) addEventListener(gesture, () => this.#wake());
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    const { context, volume } = this.#output ?? {};
    if (context) volume?.gain.setTargetAtTime(muted ? 0 : 1, context.currentTime, 0.02);
  }

  play(layers: readonly Layer[], place: Place): void {
    const output = this.#output;
    if (!output || this.#muted || output.context.state !== "running") return;
    for (const layer of layers) {
      const gain = layer.gain * place.gain;
      if (gain > SILENT && this.#voices < (gain < QUIET ? VOICES_MAX / 2 : VOICES_MAX))
        this.#begin(output, layer, { gain, pan: place.pan });
    }
  }

  #begin({ context, volume, noise }: Output, layer: Layer, { gain, pan }: Place): void {
    const at = context.currentTime + layer.inS;
    const until = at + layer.lastsS;
    const { source, out, frequency } = voice(context, layer, noise);
    frequency.setValueAtTime(layer.fromHz, at);
    frequency.exponentialRampToValueAtTime(layer.toHz, until);
    const envelope = new GainNode(context, { gain: 0 });
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(gain, at + ATTACK_S);
    envelope.gain.exponentialRampToValueAtTime(0.0001, until);
    out.connect(envelope).connect(new StereoPannerNode(context, { pan })).connect(volume);
    this.#voices++;
    source.onended = () => this.#voices--;
    source.start(at);
    source.stop(until);
  }

  #wake(): void {
    if (navigator.userActivation?.hasBeenActive === false) return;
    this.#output ??= output(this.#muted);
    if (this.#output.context.state === "suspended") void this.#output.context.resume();
  }
}

function output(muted: boolean): Output {
  const context = new AudioContext();
  const limiter = new DynamicsCompressorNode(context, { threshold: -14, ratio: 6 });
  const bend = new WaveShaperNode(context, { curve: BEND });
  const volume = new GainNode(context, { gain: muted ? 0 : 1 });
  volume.connect(limiter).connect(bend).connect(context.destination);
  const noise = new AudioBuffer({ length: context.sampleRate, sampleRate: context.sampleRate });
  noise.getChannelData(0).forEach((_, at, samples) => (samples[at] = Math.random() * 2 - 1));
  return { context, volume, noise };
}

/** What sounds, where to hear it, and what its sweep moves. */
function voice(
  context: AudioContext,
  layer: Layer,
  noise: AudioBuffer,
): { source: AudioScheduledSourceNode; out: AudioNode; frequency: AudioParam } {
  if ("wave" in layer) {
    const source = new OscillatorNode(context, { type: layer.wave });
    return { source, out: source, frequency: source.frequency };
  }
  // At a speed of its own: the same noise from many at once would add up.
  const source = new AudioBufferSourceNode(context, { buffer: noise, playbackRate: 0.9 + Math.random() * 0.2 });
  const filter = new BiquadFilterNode(context, { type: layer.filter, Q: 1.2 });
  return { source, out: source.connect(filter), frequency: filter.frequency };
}
