/** Runs in a page: how long a snapshot of a crowd of 200 takes, in microseconds. */

import { type Recorded, Second } from "./second.js";

/** Clocks of pages are coarse: each sample is a mean over at least this long, in milliseconds. */
const SAMPLE_MS = 5;

/** Samples of the mean time of one snapshot, and of one keyframe. */
export interface Samples {
  readonly snapshotUs: readonly number[];
  readonly keyframeUs: readonly number[];
}

declare global {
  /** Measures; `count` samples of each. */
  var measure: (recorded: Recorded, count: number) => Samples;
}

globalThis.measure = (recorded, count) => {
  const second = new Second(recorded);
  const keyframe = sample(() => void second.begin());
  const whole = sample(() => second.play(second.begin()));
  keyframe();
  whole();
  const keyframeUs = Array.from({ length: count }, keyframe);
  const typicalUs = [...keyframeUs].sort((a, b) => a - b)[count >> 1];
  return { keyframeUs, snapshotUs: Array.from({ length: count }, () => (whole() - typicalUs) / second.snapshots) };
};

/** Takes the mean time of `run`, in microseconds. */
function sample(run: () => void): () => number {
  return () => {
    const start = performance.now();
    let runs = 0;
    let tookMs = 0;
    while (tookMs < SAMPLE_MS) {
      run();
      runs++;
      tookMs = performance.now() - start;
    }
    return (tookMs * 1000) / runs;
  };
}
