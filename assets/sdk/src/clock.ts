/**
 * What time it is in the match, from pings and pongs.
 *
 * The best of the last pongs (the one with the shortest round trip) tells the match time; it goes on at the match's
 * pace. When a better one moves the estimate, the difference is spread over time, so that what is drawn neither jumps
 * nor goes back; a great difference (the machine slept, the server stalled) is taken at once.
 */

import type { Pong } from "./messages.js";
import { Slew } from "./slew.js";

/** How many pongs compete. */
const SAMPLES_KEPT = 8;
/** Pings of which no pong came are forgotten beyond this many. */
const PINGS_KEPT = 16;
/** A difference beyond this is not spread but taken at once, in milliseconds. */
const SNAP_MS = 500;
/** How late a server may tick without that being a disagreement about the time, in milliseconds. */
const LATENESS_MS = 50;
/**
 * The longest time since the newest tick that a pong may tell of, in milliseconds, unless a tick takes longer; a match
 * that was paused has long passed it.
 */
const INTO_TICK_MS_MAX = 250;
/** Weights of a new sample in the smoothed round trip and jitter, as TCP has them. */
const RTT_WEIGHT = 1 / 8;
const JITTER_WEIGHT = 1 / 4;

/** At local time `atMs` it was `matchMs` in the match, give or take half of `rttMs`. */
interface Sample {
  readonly atMs: number;
  readonly matchMs: number;
  readonly rttMs: number;
}

/** Estimates the server's match time. Every `nowMs` is local time. */
export class Clock {
  /** Smoothed round trip in milliseconds, null before the first pong. */
  rttMs: number | null = null;
  /** Smoothed deviation of round trips from that, in milliseconds. */
  jitterMs = 0;
  #samples: readonly Sample[] = [];
  #pace = 1;
  readonly #slew = new Slew(SNAP_MS);
  readonly #pings = new Map<number, number>();
  #nextToken = 1;

  /** Begins anew at a match time that has been reached for certain: that of a welcome. */
  restart(matchMs: number, pace: number, nowMs: number): void {
    this.#pings.clear();
    this.#change(nowMs, () => {
      this.#pace = pace;
      this.#samples = [{ atMs: nowMs, matchMs, rttMs: Infinity }];
    });
  }

  /** Match time per real time from now on. */
  setPace(pace: number, nowMs: number): void {
    this.#samples = this.#samples.map((sample) => ({
      ...sample,
      atMs: nowMs,
      matchMs: this.#extrapolate(sample, nowMs),
    }));
    this.#pace = pace;
  }

  /** The token for a ping that is sent now. */
  ping(nowMs: number): number {
    const token = this.#nextToken++ >>> 0;
    this.#pings.set(token, nowMs);
    for (const oldest of this.#pings.keys()) {
      if (this.#pings.size <= PINGS_KEPT) break;
      this.#pings.delete(oldest);
    }
    return token;
  }

  /** Takes a pong; `tickMs` is the match time at which its tick was due, `periodMs` that from tick to tick. */
  pong(pong: Pong, tickMs: number, periodMs: number, nowMs: number): void {
    const sentMs = this.#pings.get(pong.token);
    if (sentMs === undefined) return;
    this.#pings.delete(pong.token);
    const rttMs = Math.max(0, nowMs - sentMs);
    this.#measure(rttMs);
    const intoTickMsMax = Math.max(INTO_TICK_MS_MAX * this.#pace, periodMs);
    const intoTickMs = Math.min((pong.intoTickUs / 1000) * this.#pace, intoTickMsMax);
    const sample = { atMs: nowMs, matchMs: tickMs + intoTickMs + (rttMs / 2) * this.#pace, rttMs };
    this.#change(nowMs, () => {
      const agreeing = this.#samples.filter((other) => this.#agree(other, sample));
      this.#samples = [...agreeing, sample].slice(-SAMPLES_KEPT);
    });
  }

  /** The match time on the server now. */
  matchMs(nowMs: number): number {
    return this.#unslewed(nowMs) + this.#slew.at(nowMs);
  }

  #measure(rttMs: number): void {
    if (this.rttMs === null) {
      this.rttMs = rttMs;
      return;
    }
    this.jitterMs += (Math.abs(rttMs - this.rttMs) - this.jitterMs) * JITTER_WEIGHT;
    this.rttMs += (rttMs - this.rttMs) * RTT_WEIGHT;
  }

  /** Whether both can be right; a sample that disagrees with a newer one is of another time. */
  #agree(sample: Sample, newer: Sample): boolean {
    const difference = Math.abs(this.#extrapolate(sample, newer.atMs) - newer.matchMs);
    return sample.rttMs < Infinity && difference <= (sample.rttMs + newer.rttMs) / 2 + LATENESS_MS;
  }

  #change(nowMs: number, change: () => void): void {
    const before = this.#samples.length === 0 ? null : this.#unslewed(nowMs);
    change();
    if (before !== null) this.#slew.absorb(before - this.#unslewed(nowMs), nowMs);
  }

  #unslewed(nowMs: number): number {
    const best = this.#samples.reduce((best, sample) => (sample.rttMs <= best.rttMs ? sample : best));
    return this.#extrapolate(best, nowMs);
  }

  #extrapolate(sample: Sample, nowMs: number): number {
    return sample.matchMs + Math.max(0, nowMs - sample.atMs) * this.#pace;
  }
}
