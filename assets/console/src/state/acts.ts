// What an operator does to the chosen match.

import { ask } from "../api/http.js";
import { done } from "../ui/notices.js";
import { figures } from "./live.js";
import { path } from "./tuning.js";

export const SPEEDS_PERMILLE = [100, 250, 500, 1000] as const;

export async function pause(paused: boolean): Promise<void> {
  await ask("PATCH", path(), { paused });
}

export async function pauseOrResume(): Promise<void> {
  await pause(!figures.value?.settings.paused);
}

/** So many ticks, of a match that is paused. */
export async function step(ticks = 1): Promise<void> {
  await ask("POST", path("step"), { ticks });
}

export async function slow(dilation_permille: number): Promise<void> {
  await ask("PATCH", path(), { dilation_permille });
}

export async function bots(change: { add: number } | { remove: number }): Promise<void> {
  await ask("POST", path("bots"), change);
}

export async function end(reason: string): Promise<void> {
  await ask("DELETE", path(), reason === "" ? {} : { reason });
}

/** To one seat, or to everybody. */
export async function message(text: string, seat: number | null): Promise<void> {
  await ask("POST", path("message"), seat === null ? { text } : { seat, text });
  done(seat === null ? "Everybody was told." : "The player was told.");
}

export async function kick(seat: number, reason: string): Promise<void> {
  await ask("POST", path("kick"), reason === "" ? { seat } : { seat, reason });
  done("The player was removed.");
}

export interface Opening {
  readonly game: string;
  readonly match?: string;
  readonly bots?: number;
}

/** Opens a match and tells its name. */
export async function open(opening: Opening): Promise<string> {
  const { match } = await ask<{ match: string }>("POST", "matches", opening);
  return match;
}
