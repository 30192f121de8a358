// Who plays, how each of them fares, and for one of them: whose fault it is.

import type { Cause, PlayerRow } from "../api/shapes.js";
import { InputAckByPlayer, RoundTripByPlayer } from "../charts/people.js";
import { askToKick, askToTell } from "../layout/questions.js";
import { ended, players } from "../state/live.js";
import { go, seat as chosenSeat } from "../state/place.js";
import { Act } from "../ui/act.js";
import { bytesPerS, clock, count, ms, sentence } from "../ui/format.js";
import { Remaining } from "../ui/remaining.js";
import { people } from "../ui/whose.js";
import { described } from "./network.js";

const CAUSES: Readonly<Record<Cause, string>> = {
  fine: "All is well",
  server: "It is the server",
  network: "It is the network",
  client: "It is the player's machine",
};

export function Players() {
  const rows = players.value;
  if (rows === null) return <p class="empty">{ended.value === null ? "Loading the players …" : "Nothing is known of its players."}</p>;
  if (rows.length === 0) return <p class="empty">Nobody is in this match: no player and no bot.</p>;
  const bots = rows.length - people.value.length;
  const chosen = people.value.find(({ seat }) => seat === chosenSeat.value);
  return (
    <div class="people">
      <section class="panel" aria-label="Players">
        <header>
          <h2>Players</h2>
          <span class="dim">
            {people.value.length} {people.value.length === 1 ? "player" : "players"}, {bots} bots
          </span>
        </header>
        {people.value.length === 0 ? <p class="empty">Only bots are in this match. They play inside the server and have no network.</p> : <Table />}
      </section>
      {chosen ? <One {...chosen} /> : people.value.length > 0 && <p class="panel empty">Pick a player to see more.</p>}
    </div>
  );
}

function Table() {
  return (
    <table class="figures" id="players">
      <thead>
        <tr>
          <th>player</th>
          <th>verdict</th>
          <th class="number">round trip</th>
          <th class="number">jitter</th>
          <th class="number">input to ack</th>
          <th class="number">snapshot age</th>
          <th class="number">skips</th>
          <th class="number">late</th>
          <th class="number">bytes</th>
        </tr>
      </thead>
      <tbody>
        {people.value.map((player) => (
          <tr key={player.seat} data-seat={player.seat} class={chosenSeat.value === player.seat ? "chosen" : ""}>
            <td>
              <button type="button" class="link" aria-pressed={chosenSeat.value === player.seat} onClick={() => go({ seat: player.seat })}>
                {player.name}
              </button>
              {player.impairment && <span class="mark" title={described(player.impairment)}>bad network on</span>}
              {!player.connected && <span class="dim"> away</span>}
            </td>
            <td class={`cause ${player.verdict.cause}`} title={player.verdict.why}>
              {player.verdict.cause}
            </td>
            <td class="number">{ms(player.rtt_ms)}</td>
            <td class="number">{ms(player.jitter_ms)}</td>
            <td class="number">{ms(player.input_ack_ms)}</td>
            <td class="number">{ms(player.snapshot_age_ms)}</td>
            <td class="number">{count(player.skips)}</td>
            <td class="number">{count(player.inputs_late)}</td>
            <td class="number">{bytesPerS(player.bytes_per_s)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function One(player: PlayerRow) {
  const { seat, name, verdict, impairment, closes } = player;
  const figures: readonly (readonly [string, string])[] = [
    ["round trip", ms(player.rtt_ms)],
    ["jitter", ms(player.jitter_ms)],
    ["input to ack", ms(player.input_ack_ms)],
    ["snapshot age", ms(player.snapshot_age_ms)],
    ["inputs", count(player.inputs)],
    ["inputs late", count(player.inputs_late)],
    ["inputs dropped", count(player.inputs_dropped)],
    ["snapshots", count(player.snapshots)],
    ["snapshots skipped", count(player.skips)],
    ["bytes", bytesPerS(player.bytes_per_s)],
    ["came back", `${count(player.reconnects)} ×`],
    ["connection", player.connected ? "open" : "lost"],
  ];
  return (
    <section class="panel player" aria-label={`Player ${name}`} data-seat={seat}>
      <header>
        <h2>{name}</h2>
        <button type="button" onClick={() => go({ view: "watch", seat })}>
          See what {name} sees
        </button>
        <button type="button" onClick={() => go({ view: "network", seat })}>
          Bad network …
        </button>
        <Act run={async () => askToTell(seat, name)}>Message …</Act>
        <Act run={async () => askToKick(seat, name)} tone="danger">
          Remove …
        </Act>
      </header>
      <p class={`verdict ${verdict.cause}`}>
        <b>{CAUSES[verdict.cause]}.</b> {sentence(verdict.why)}
      </p>
      {impairment && (
        <p class="verdict marked">
          <b>A bad network is on:</b> {described(impairment)}. <Remaining untilMs={impairment.ends_ms} />
        </p>
      )}
      <dl class="facts grid">
        {figures.map(([label, figure]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      <RoundTripByPlayer />
      <InputAckByPlayer />
      {closes.length > 0 && (
        <table class="figures">
          <caption>How connections ended</caption>
          <tbody>
            {closes.map((close) => (
              <tr key={close.at_ms}>
                <td>{clock(close.at_ms)}</td>
                <td class="number">{close.code}</td>
                <td class="wide">{sentence(close.reason)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
