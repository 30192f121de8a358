// What the page calls players, and what it shows of their words.

import type { Match } from "skirmish-client";
import type { Arena } from "./types.js";

/** Characters that turn the direction of all the text after them. */
const TURNING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A player's name, or another word for somebody whose name is not known or can't be seen. */
export function nameOf(match: Match<Arena>, seat: number): string {
  return upright(match.roster.get(seat)?.name ?? "").trim() || "somebody";
}

/** A text without what would turn the text around it. */
export function upright(text: string): string {
  return text.replace(TURNING, "");
}
