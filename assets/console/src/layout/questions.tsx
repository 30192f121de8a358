// The dialogs: what is asked before a match is opened or ended, a player told something or removed.

import * as acts from "../state/acts.js";
import { matches } from "../state/live.js";
import { go } from "../state/place.js";
import { session } from "../state/session.js";
import { askFor, Field } from "../ui/ask.js";

const text = (given: FormData, name: string): string => String(given.get(name) ?? "").trim();

/** What those concerned read; what they read if nothing is given stands in the field. */
const reason = (label: string, otherwise: string) => (
  <Field label={label}>
    <input name="reason" maxLength={120} autocomplete="off" placeholder={otherwise} />
  </Field>
);

export function askToOpen(): void {
  const games = session.value?.games ?? [];
  askFor({
    title: "Open a match",
    act: "Open",
    fields: () => (
      <>
        <Field label="Game">
          <select name="game">
            {games.map((game) => (
              <option key={game}>{game}</option>
            ))}
          </select>
        </Field>
        <Field label="Name" hint="1 to 32 of a-z 0-9 -. Left empty, the server picks one.">
          <input name="match" pattern="[a-z0-9\-]{1,32}" maxLength={32} autocomplete="off" />
        </Field>
        <Field label="Bots">
          <input name="bots" type="number" min={0} max={200} value={4} />
        </Field>
      </>
    ),
    run: async (given) => {
      const name = text(given, "match");
      const match = await acts.open({
        game: text(given, "game"),
        bots: Number(text(given, "bots") || 0),
        ...(name === "" ? {} : { match: name }),
      });
      go({ match });
    },
  });
}

export function askToEnd(match: string): void {
  const people = matches.value?.find((row) => row.match === match)?.players ?? 0;
  askFor({
    title: `End ${match}`,
    text: people === 0 ? "Nobody is playing in it." : `${people} ${people === 1 ? "player is" : "players are"} in it and will be told why.`,
    act: "End the match",
    danger: true,
    fields: () => reason("Reason, for the players", "The operator ended the match"),
    run: (given) => acts.end(text(given, "reason")),
  });
}

export function askToTell(seat: number | null, name: string): void {
  askFor({
    title: `Tell ${name} something`,
    act: "Send",
    fields: () => (
      <Field label="Message" hint="It shows in the game's page.">
        <input name="text" maxLength={200} required autocomplete="off" />
      </Field>
    ),
    run: (given) => acts.message(text(given, "text"), seat),
  });
}

export function askToKick(seat: number, name: string): void {
  askFor({
    title: `Remove ${name}`,
    text: "The seat becomes free. The player reads the reason and may join again.",
    act: "Remove",
    danger: true,
    fields: () => reason("Reason, for the player", "The operator removed you"),
    run: (given) => acts.kick(seat, text(given, "reason")),
  });
}

export function askForBots(): void {
  askFor({
    title: "Add or remove bots",
    act: "Do it",
    fields: () => (
      <>
        <Field label="What">
          <select name="what">
            <option value="add">add</option>
            <option value="remove">remove</option>
          </select>
        </Field>
        <Field label="How many">
          <input name="count" type="number" min={1} max={200} value={1} required />
        </Field>
      </>
    ),
    run: (given) => {
      const count = Number(text(given, "count"));
      return acts.bots(text(given, "what") === "add" ? { add: count } : { remove: count });
    },
  });
}
