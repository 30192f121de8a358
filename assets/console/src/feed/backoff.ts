// How long to wait before the next attempt.

const FIRST_MS = 1000;
const LONGEST_MS = 15_000;

/** Twice as long after each failure in a row. */
export function waitMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
}
