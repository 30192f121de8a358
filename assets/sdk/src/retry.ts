/** Whether to connect or to join again after a close, and when. */

import type { JoinError } from "./errors.js";
import type { Goodbye } from "./messages.js";

const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** Closed by the client's own program; the server uses it for a seat given up. */
export const CLOSED = 1000;
/** The connection broke without a word. */
export const BROKEN = 1006;
/** The server's codes after which it lets the same seat connect again: shutdown, hello_timeout, idle, too_slow. */
const SERVER_RETRYABLE: ReadonlySet<number> = new Set([4203, 4204, 4205, 4206]);
/** The server's codes for a claim to a seat that is gone: ticket_invalid, ticket_expired, ticket_used, match_gone. */
const SEAT_GONE: ReadonlySet<number> = new Set([4101, 4102, 4103, 4107]);

/**
 * Whether the same seat can be claimed again after a close with this code. Codes below 4000 are the network's, all but
 * 1000 accidents.
 */
export function retryable(code: number, goodbye: Goodbye | null): boolean {
  const known = code < 4000 ? code !== CLOSED : SERVER_RETRYABLE.has(code);
  return known && goodbye?.retryAfterMs !== null;
}

/** Whether this code, on the way back, means that there is another seat at best. */
export function seatGone(code: number): boolean {
  return SEAT_GONE.has(code);
}

/** Whether a server that refused to let the player in may do so later. */
export function joinRetryable({ code, status }: JoinError): boolean {
  return status === 0 || status >= 500 || code === "too_frequent";
}

/**
 * How long to wait before an attempt, the first being number 0: longer each time, never before the server's time to
 * retry, and by chance up to half of it sooner, so that those who were thrown out together do not come back together.
 */
export function retryDelayMs(attempt: number, goodbye: Goodbye | null, random: () => number): number {
  const backoffMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return (goodbye?.retryAfterMs ?? 0) + backoffMs * (0.5 + 0.5 * random());
}
