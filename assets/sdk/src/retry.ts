/** Whether to connect again after a close, and when. */

import type { Goodbye } from "./messages.js";

const FIRST_MS = 250;
const LONGEST_MS = 10_000;
/** Closed by the client's own program; the server uses it for a seat given up. */
export const CLOSED = 1000;
/** The connection broke without a word. */
export const BROKEN = 1006;
/** The server's codes after which it lets the same seat connect again: shutdown, hello_timeout, idle, too_slow. */
const SERVER_RETRYABLE: ReadonlySet<number> = new Set([4203, 4204, 4205, 4206]);

/**
 * Whether the same seat can be claimed again after a close with this code. Codes below 4000 are the network's, all but
 * 1000 accidents.
 */
export function retryable(code: number, goodbye: Goodbye | null): boolean {
  const known = code < 4000 ? code !== CLOSED : SERVER_RETRYABLE.has(code);
  return known && goodbye?.retryAfterMs !== null;
}

/**
 * How long to wait before an attempt, the first being number 0: longer each time, never before the server's time to
 * retry, and by chance up to half of it sooner, so that those who were thrown out together do not come back together.
 */
export function retryDelayMs(attempt: number, goodbye: Goodbye | null, random: () => number): number {
  const backoffMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return (goodbye?.retryAfterMs ?? 0) + backoffMs * (0.5 + 0.5 * random());
}
