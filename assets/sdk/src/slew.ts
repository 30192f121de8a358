/** Spreads a jump of a clock over time. */

/** How much faster or slower than real time a clock runs while it makes up for a jump. */
const RATE = 0.1;

/** What is left of the jumps of a clock; added to it, it moves on without one. */
export class Slew {
  readonly #snapMs: number;
  #leftMs = 0;
  #sinceMs = 0;

  /** A jump that leaves more than `snapMs` to make up for is not spread. */
  constructor(snapMs: number) {
    this.#snapMs = snapMs;
  }

  /** What to add to the clock at a local time. */
  at(nowMs: number): number {
    const left = Math.abs(this.#leftMs) - RATE * Math.max(0, nowMs - this.#sinceMs);
    return left > 0 ? Math.sign(this.#leftMs) * left : 0;
  }

  /** The clock, at `nowMs`, has lost this much. */
  absorb(lostMs: number, nowMs: number): void {
    const left = this.at(nowMs) + lostMs;
    this.#leftMs = Math.abs(left) > this.#snapMs ? 0 : left;
    this.#sinceMs = nowMs;
  }
}
