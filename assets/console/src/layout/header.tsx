// The chosen match: what it is, how fast it goes, and what may be done to it as a whole.

import * as acts from "../state/acts.js";
import { ended, figures, isStale, row } from "../state/live.js";
import { chosen } from "../state/place.js";
import { Act } from "../ui/act.js";
import { count, percent } from "../ui/format.js";
import { askForBots, askToEnd, askToTell } from "./questions.js";

export function Header() {
  const match = chosen.value ?? "";
  const now = figures.value;
  const paused = now?.settings.paused ?? false;
  const gone = ended.value === null ? null : "The match has ended.";
  const facts: readonly (readonly [string, string, string])[] = [
    ["tick", now ? count(now.tick) : "–", "The newest tick"],
    ["rate", now ? `${now.settings.tick_hz} Hz` : "–", "Ticks a second"],
    ["budget", row.value ? percent(row.value.budget_permille) : "–", "What ticks take of the time from tick to tick"],
    ["players", row.value ? `${row.value.players} + ${row.value.bots} bots` : "–", "Players, and bots, which play inside the server"],
  ];
  return (
    <header id="match" class={isStale.value ? "stale" : ""}>
      <h2>{match}</h2>
      <dl class="facts">
        {facts.map(([name, fact, hint]) => (
          <div key={name} title={hint}>
            <dt>{name}</dt>
            <dd data-fact={name}>{fact}</dd>
          </div>
        ))}
      </dl>
      <div class="pace" role="group" aria-label="Pace">
        <Act run={acts.pauseOrResume} unable={gone} shortcut="p" title={paused ? "Go on (P)" : "Let it stand still (P)"}>
          {paused ? "Resume" : "Pause"}
        </Act>
        <Act run={() => acts.step()} unable={gone ?? (paused ? null : "Only while the match is paused.")} shortcut="." title="One tick (.)">
          Step
        </Act>
        <Speed unable={gone} />
      </div>
      <div class="acts" role="group" aria-label="The match">
        <Act run={async () => askForBots()} unable={gone}>
          Bots …
        </Act>
        <Act run={async () => askToTell(null, "everybody")} unable={gone}>
          Message …
        </Act>
        <Act run={async () => askToEnd(match)} unable={gone} tone="danger">
          End …
        </Act>
      </div>
    </header>
  );
}

function Speed({ unable }: { readonly unable: string | null }) {
  const speed = figures.value?.settings.dilation_permille ?? 1000;
  return (
    <div class="choice" role="group" aria-label="Speed">
      {acts.SPEEDS_PERMILLE.map((permille) => (
        <Act key={permille} run={() => acts.slow(permille)} unable={unable} tone={permille === speed ? "primary" : "plain"} title={`Match time goes at ${permille / 10} % of real time`}>
          {permille === 1000 ? "1×" : `${permille / 1000}×`}
        </Act>
      ))}
    </div>
  );
}
