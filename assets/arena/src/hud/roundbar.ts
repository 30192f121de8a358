// What the round is doing: time left, the goal, and after it the winner and the countdown to the next.

import type { Match } from "skirmish-client";
import { nameOf } from "../names.js";
import { element, setText } from "../page.js";
import { PLAYING, RESULTS, type Scene, WAITING } from "../scene.js";
import type { Sounds } from "../sound/sounds.js";
import type { Arena } from "../types.js";
import { ranked } from "./scores.js";

/** The clock is urgent, and ticks, in the last seconds. */
const URGENT_S = 10;
const TICKS_S = 5;

export class RoundBar {
  readonly #bar = element("round");
  readonly #clock = element("round-clock");
  readonly #goal = element("round-goal");
  readonly #title = element("board-title");
  readonly #next = element("board-next");
  readonly #sounds: Sounds;
  #result = "";
  #secondsLeft = 0;
  #number: number | undefined;

  constructor(sounds: Sounds) {
    this.#sounds = sounds;
  }

  ended(match: Match<Arena>, winner: number): void {
    const whose = winner === match.seat ? "You win" : `${winner < 0 ? "Nobody" : nameOf(match, winner)} wins`;
    this.#result = `${whose} the round`;
    this.#sounds.roundEnds(winner === match.seat);
  }

  draw(match: Match<Arena>, { round, facts, me }: Scene): void {
    const seconds = Math.ceil(round.leftS);
    const clock =
      round.phase === WAITING
        ? "waiting"
        : Number.isFinite(round.leftS)
          ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
          : "∞";
    this.#bar.hidden = false;
    setText(this.#clock, clock);
    this.#clock.classList.toggle("urgent", round.phase === PLAYING && seconds <= URGENT_S);
    setText(this.#goal, goal(match, round.phase, facts.score_to_win, me !== undefined));
    if (round.phase === RESULTS) {
      setText(this.#title, this.#result || "Round over");
      setText(this.#next, `Round ${round.number + 1} begins in ${seconds} s`);
    } else {
      this.#result = "";
      setText(this.#title, round.phase === WAITING ? "Waiting for players" : `Round ${round.number}`);
      setText(this.#next, `${match.id} · first to ${facts.score_to_win}`);
    }
    if (round.phase === PLAYING && round.number !== this.#number) {
      if (this.#number !== undefined) this.#sounds.roundBegins();
      this.#number = round.number;
    }
    if (seconds !== this.#secondsLeft && seconds <= TICKS_S && round.phase !== WAITING) this.#sounds.tick(seconds <= 0);
    this.#secondsLeft = seconds;
  }
}

function goal(match: Match<Arena>, phase: number, scoreToWin: number, playing: boolean): string {
  if (phase === WAITING) return "for another player";
  if (phase === RESULTS) return "results";
  const rows = ranked(match);
  const mine = rows.find(({ me }) => me);
  if (!playing || !mine) return `first to ${scoreToWin}`;
  return `${ordinal(mine.rank)} · ${mine.score} of ${scoreToWin}`;
}

function ordinal(rank: number): string {
  const suffix = rank % 100 >= 11 && rank % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][rank % 10] ?? "th");
  return `${rank}${suffix}`;
}
