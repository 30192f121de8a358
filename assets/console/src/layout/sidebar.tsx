// The left edge: the server's figures, the list of matches, and who is signed in.

import type { MatchRow } from "../api/shapes.js";
import { matches, server } from "../state/live.js";
import { chosen, go } from "../state/place.js";
import { readOnly, session, signOut } from "../state/session.js";
import { Act } from "../ui/act.js";
import { age, bytes, bytesPerS, count, percent } from "../ui/format.js";
import { showHelp } from "./help.js";
import { askToOpen } from "./questions.js";

export function Sidebar() {
  return (
    <aside id="sidebar">
      <h1>
        Skirmish <span>console</span>
      </h1>
      <ServerStrip />
      <nav aria-label="Matches">
        <h2>
          Matches <span class="dim">{matches.value?.length ?? ""}</span>
        </h2>
        <List />
      </nav>
      <Act run={async () => askToOpen()} title="Open a match (O)" shortcut="o">
        Open a match
      </Act>
      <footer>
        <span class="who" title={readOnly.value ?? "You may change everything."}>
          {session.value?.who}
          {session.value?.role !== session.value?.who && <span class="dim"> {session.value?.role}</span>}
        </span>
        <button type="button" class="quiet" onClick={showHelp} title="Keys (?)" aria-label="Keys">
          ?
        </button>
        <button type="button" class="quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      </footer>
    </aside>
  );
}

function ServerStrip() {
  const now = server.value;
  const figures: readonly (readonly [string, string, string])[] = [
    ["processor", now ? percent(now.cpu_permille) : "–", "What the server takes of one core"],
    ["memory", now ? bytes(now.rss_bytes) : "–", "What the server holds in memory"],
    ["out", now ? bytesPerS(now.bytes_out_per_s) : "–", "Sent to all players"],
    ["in", now ? bytesPerS(now.bytes_in_per_s) : "–", "Received from all players"],
    ["sessions", now ? count(now.sessions) : "–", "Connections that are open"],
  ];
  return (
    <dl class="strip" aria-label={`Server ${session.value?.server_version ?? ""}`}>
      {figures.map(([name, figure, hint]) => (
        <div key={name} title={hint}>
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

function List() {
  const rows = matches.value;
  if (rows === null) return <p class="empty">Loading …</p>;
  if (rows.length === 0) return <p class="empty">No match is open.</p>;
  return (
    <ul class="matches">
      {rows.map((row) => (
        <li key={row.match}>
          <Row {...row} />
        </li>
      ))}
    </ul>
  );
}

/** Beyond this part of its budget a match is close to being late. */
const BUSY_PERMILLE = 700;

function Row({ match, game, state, players, bots, tick_hz, budget_permille, bytes_per_s, age_s }: MatchRow) {
  const isChosen = chosen.value === match;
  const mood = budget_permille >= 1000 ? " over" : budget_permille >= BUSY_PERMILLE ? " busy" : "";
  return (
    <button type="button" class="match" aria-current={isChosen ? "true" : undefined} onClick={() => go({ match })}>
      <span class="name">
        {match}
        {match.startsWith(game) ? "" : <span class="dim"> {game}</span>}
      </span>
      <span class={`state ${state}`}>{state}</span>
      <span class="who" title="Players and bots">
        {players} + {bots} bots
      </span>
      <span class="number">{tick_hz} Hz</span>
      <span class={`budget${mood}`} title={`${percent(budget_permille)} of the time from tick to tick is used`}>
        <i style={{ scale: `${Math.min(1, budget_permille / 1000)} 1` }} />
      </span>
      <span class="number dim">{percent(budget_permille)}</span>
      <span class="dim">{age(age_s)}</span>
      <span class="number dim">{bytesPerS(bytes_per_s)}</span>
    </button>
  );
}
