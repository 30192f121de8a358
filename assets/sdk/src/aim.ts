/** Aims inputs so that they arrive shortly before a tick; one that comes just after it waits for nearly a whole one. */

import type { Clock } from "./clock.js";
import type { Settings } from "./messages.js";
import { pace } from "./timeline.js";

/** How long before its tick an input should arrive, besides the jitter, in milliseconds. */
const SPARE_MS = 5;

/**
 * How much later than at `atMs` an input had better go out, in milliseconds; negative: sooner. At most half a tick, and
 * 0 while nothing is known of the way to the server. `tickMs` is the match time of any tick under these settings.
 */
export function aimMs(clock: Clock, tickMs: number, settings: Settings, atMs: number): number {
  const rate = pace(settings);
  if (clock.rttMs === null || rate === 0) return 0;
  const wayMs = clock.rttMs / 2 + clock.jitterMs + SPARE_MS;
  const ticks = ((tickMs - clock.matchMs(atMs) - wayMs * rate) * settings.tickHz) / 1000;
  return ((ticks - Math.round(ticks)) * 1000) / (settings.tickHz * rate);
}
