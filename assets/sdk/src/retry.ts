/** When to connect or to join again after a close. Whether to, is in `codes.ts`. */

import type { Goodbye } from "./messages.js";

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * How long to wait before an attempt, the first being number 0: longer each time, never before the server's time to
 * retry, and by chance up to half of it sooner, so that those who were thrown out together do not come back together.
 */
export function retryDelayMs(attempt: number, goodbye: Goodbye | null, random: () => number): number {
  const backoffMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return (goodbye?.retryAfterMs ?? 0) + backoffMs * (0.5 + 0.5 * random());
}
